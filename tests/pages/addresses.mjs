// Every page that the sweep opens. A new page needs one line here: a route of the program that no line leads to is a failed test.
//
//   path    without the language; the sweep puts `/en` before it
//   as      the account of the demo city that is signed in (the value of its button on /sign-in); nobody without it
//   status  where the page is no ordinary answer
//   bytes   the most that may come over the wire, in kB, where it is not the usual 60

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
    { path: '/search?name=公司&class=untrustworthiness' },
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
    { path: '/statistics' },
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
    { path: '/my', as: 'person' },
    { path: '/my', as: 'representative' },
    { path: '/office', as: 'officer' },
    { path: '/office', as: 'clerk' },
    { path: '/office/file', as: 'officer' },
    { path: '/office/file/nothing', as: 'officer', status: 404 },
    { path: '/office/batches', as: 'officer' },
    { path: '/office/batches?item=&state=open', as: 'officer' },
    { path: '/office/batches/1', as: 'officer' },
    { path: '/office/batches/471100', as: 'officer', status: 404 },
    { path: '/office/records', as: 'officer' },
    { path: '/office/records/1', as: 'officer' },
    { path: '/office/records/1/correct', as: 'officer' },
    { path: '/office/records/1/revoke', as: 'officer' },
    { path: '/office/records/1/restore', as: 'officer' },
    { path: '/office/quality', as: 'officer' },
    { path: '/office/proposals', as: 'officer' },
    { path: '/office/proposals/4711', as: 'officer', status: 403 },
    { path: '/operations', as: 'operator' },
    { path: '/operations/intake', as: 'operator' },
    { path: '/operations/intake?state=overdue', as: 'operator' },
    { path: '/operations/verification', as: 'operator' },
    { path: '/operations/keys', as: 'operator' },
    { path: '/operations/keys/1', as: 'operator' },
    { path: '/operations/keys/4711', as: 'operator', status: 404 },
    { path: '/operations/incidents', as: 'operator' },
    { path: '/operations/incidents/1', as: 'operator' },
    // In somebody else's room one is told why not.
    { path: '/my', as: 'officer', status: 403 },
    { path: '/office', as: 'person', status: 403 },
    { path: '/operations', as: 'officer', status: 403 },
  ];
  return [...open, ...signed_in];
}

/** Routes of pages that show nothing of their own: files, and stops on the way to another page. */
const no_pages = [
  '/assets/{name}',
  '/en',
  '/sign-in/{provider}/begin',
  '/sign-in/{provider}/back',
  '/desk',
  '/office/file/{word}/refused',
  '/office/batches/{batch}/refused',
];

/** The routes of the program's pages that no address of the list leads to, read from where the program declares them. */
export function unopened_routes(list) {
  const folder = fileURLToPath(new URL('../../crates/web/src/pages', import.meta.url));
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.rs'));
  const declared = files.flatMap((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    return [...text.matchAll(/\.page\(\s*"GET",\s*(?:&at\()?"([^"]+)"/g)].map((found) => found[1]);
  });
  if (declared.length < 10) return ['the routes are not declared any more where this test reads them'];
  const fits = (route) => new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll(/\{\*\w+\}/g, '.+')}$`);
  return declared
    .filter((route) => !no_pages.includes(route) && !list.some(({ path }) => fits(route).test(path.split('?')[0])))
    .map((route) => `no address in tests/pages/addresses.mjs leads to the route \`${route}\``);
}
