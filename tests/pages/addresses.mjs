// Every page that the sweep opens. A new page needs one line here; a test fails when a route of the program is missing.
//
//   path    without the language; the sweep puts `/en` before it
//   as      the account of the demo city that is signed in (the value of its button on /sign-in); nobody without it
//   status  where the page is no ordinary answer
//   bytes   the most that may come over the wire, in kB, where it is not the usual 60

/** The pages of a city. */
export async function addresses(city) {
  const { organisation, individual_business } = city.examples;
  const { results } = await city.ask('/api/v1/organisations?name=公司');
  const other = results.find((each) => each.code !== organisation).code;

  const open = [
    { path: '/' },
    { path: '/search' },
    { path: '/search?name=公司' },
    { path: '/search?name=无此企业无此企业' },
    { path: '/search?name=京' },
    { path: `/organisations/${organisation}` },
    { path: `/organisations/${other}` },
    { path: `/organisations/${individual_business}`, status: 404 },
    { path: '/catalogue' },
    { path: '/catalogue/administrative-penalty' },
    { path: '/catalogue/registration' },
    { path: '/law' },
    { path: '/law/15' },
    { path: '/law/35' },
    { path: '/law/56' },
    { path: '/journal' },
    { path: '/developers' },
    { path: '/problems' },
    { path: '/problems/refused' },
    { path: '/law/99', status: 404 },
    { path: '/nowhere', status: 404 },
    { path: '/sign-in' },
    { path: '/sign-in?to=/account' },
  ];
  const signed_in = [
    { path: '/account', as: 'person' },
    { path: '/account', as: 'representative' },
    { path: '/account', as: 'officer' },
    { path: '/account', as: 'operator' },
  ];
  return [...open, ...signed_in];
}
