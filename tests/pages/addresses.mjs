// Every page that the sweep opens. A new page needs one line here: a route of the program that no line leads to is a failed test.
//
//   path    without the language; the sweep puts `/en` before it
//   as      the account of the demo city that is signed in (the value of its button on /sign-in); nobody without it
//   status  where the page is no ordinary answer
//   name    what tells the page from others of this address, where `open` leads further
//   open    how one comes to the page where its address is not enough: opens it with `open`, sends forms, gives the last answer
//   passing whether what it links to may be gone when the links are followed, as a file that waits to be filed
//   bytes   the most that may come over the wire, in kB, where it is not the usual 60

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { file_with_ten_errors } from './penalties.mjs';

/** The pages of a city; `prepared` is what it was given beforehand. */
export async function addresses(city, prepared) {
  const { organisation, individual_business, person } = city.examples;
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
    { path: '/rights' },
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
    // Seventeen records with everything that is known of each.
    { path: '/my', as: 'representative', bytes: 85 },
    { path: `/my/records/${prepared.own}`, as: 'representative' },
    { path: '/my/records/4711', as: 'representative', status: 404 },
    { path: `/my/records/${prepared.own}/withdrawal`, as: 'representative' },
    { path: `/my/records/${prepared.own}/display`, as: 'representative' },
    { path: `/my/records/${prepared.records.disputed}`, as: 'representative', name: 'under objection' },
    { path: `/my/records/${prepared.own}/objection`, as: 'representative' },
    { path: `/my/records/${prepared.own}/objection`, as: 'representative', name: 'nothing filled in', status: 422, open: send(`/my/records/${prepared.own}/objection`, 'main .form') },
    { path: `/my/records/${prepared.records.disputed}/objection`, as: 'representative', name: 'open already' },
    { path: `/my/records/${prepared.records.restorable}/restoration`, as: 'representative' },
    { path: `/my/records/${prepared.records.restorable}/restoration`, as: 'representative', name: 'nothing filled in', status: 422, open: send(`/my/records/${prepared.records.restorable}/restoration`, 'main .form') },
    { path: `/my/records/${prepared.records.disputed}/restoration`, as: 'representative', name: 'too early' },
    { path: '/my/cases', as: 'person' },
    { path: '/my/cases', as: 'representative' },
    { path: '/my/cases?show=open', as: 'representative' },
    ...Object.entries(prepared.cases).map(([name, number]) => ({ path: `/my/cases/${number}`, as: 'representative', name })),
    { path: '/my/cases/4711', as: 'representative', status: 403 },
    { path: '/my/notices', as: 'person' },
    { path: '/my/notices', as: 'representative' },
    { path: '/my/looks', as: 'person' },
    { path: '/my/looks', as: 'representative' },
    { path: '/my/messages', as: 'person' },
    { path: '/my/messages', as: 'representative' },
    { path: '/my/consents', as: 'person' },
    { path: '/my/consents', as: 'representative' },
    { path: '/my/consents/new', as: 'person' },
    { path: '/my/consents/1/revocation', as: 'person' },
    { path: '/my/report', as: 'person' },
    { path: '/my/report', as: 'representative', bytes: 80 },
    { path: '/journal/receipt' },
    { path: '/office', as: 'officer' },
    { path: '/office', as: 'clerk', name: 'no duty' },
    { path: '/office', as: 'officer', name: 'nothing filled in', status: 422, open: inquire({}) },
    { path: '/office', as: 'officer', name: 'a company', open: inquire({ duty: 1, matter: '（2026）核字第7号', identifier: organisation }) },
    { path: '/office', as: 'officer', name: 'a person', open: inquire({ duty: 1, matter: '（2026）核字第8号', identifier: person }) },
    { path: '/office', as: 'officer', name: 'somebody unknown', open: inquire({ duty: 2, matter: '（2026）核字第9号', identifier: '91110108YY0001055M' }) },
    { path: '/office/file', as: 'clerk' },
    { path: '/office/file', as: 'clerk', name: 'refused lines', passing: true, open: upload(file_with_ten_errors('sao').wrong, false) },
    { path: '/office/file', as: 'clerk', name: 'all or nothing', passing: true, open: upload(file_with_ten_errors('sao').wrong, true) },
    { path: '/office/file', as: 'clerk', name: 'no table', passing: true, open: upload('\u0000\u0001', false) },
    { path: '/office/batches', as: 'officer' },
    { path: '/office/batches?item=administrative-penalty&state=with_refused', as: 'officer' },
    { path: '/office/batches?item=abnormal-operation&state=open', as: 'officer' },
    { path: `/office/batches/${prepared.batch}`, as: 'officer' },
    { path: '/office/batches/4711', as: 'officer', status: 404 },
    { path: '/office/records', as: 'officer' },
    { path: '/office/records', as: 'officer', name: 'nothing filled in', status: 422, open: find('', '') },
    { path: '/office/records', as: 'officer', name: 'found', open: find('京海市监演示处罚〔2026〕bei-2号', 'administrative-penalty') },
    { path: '/office/records', as: 'officer', name: 'not found', open: find('无此文号', 'administrative-penalty') },
    { path: '/office/records/1', as: 'officer' },
    // In this city, record 398 was filed by public security.
    { path: '/office/records/398', as: 'officer', name: 'not our record', status: 403, open: send('/office/records/398', 'form[action$="/office/records/398"]') },
    { path: '/office/records', as: 'officer', name: 'opened', open: open_own },
    { path: '/office/file/nothing', as: 'officer', status: 404 },
    { path: '/office/records/1/correct', as: 'officer' },
    { path: '/office/records/1/revoke', as: 'officer' },
    { path: '/office/records/1/restore', as: 'officer' },
    { path: '/office/quality', as: 'officer' },
    { path: '/office/proposals', as: 'approver' },
    { path: '/office/proposals', as: 'clerk' },
    { path: '/office/proposals/1', as: 'approver' },
    { path: '/office/proposals/1', as: 'officer' },
    { path: '/office/proposals/4711', as: 'officer', status: 403 },
    { path: '/office/cases', as: 'officer' },
    { path: '/office/cases?show=overdue', as: 'officer' },
    ...Object.entries(prepared.cases).map(([name, number]) => ({ path: `/office/cases/${number}`, as: 'approver', name })),
    { path: `/office/cases/${prepared.cases.disputed}`, as: 'officer', name: 'nothing filled in', status: 422, open: send(`/office/cases/${prepared.cases.disputed}`, 'main .form') },
    { path: '/office/cases/4711', as: 'officer', status: 403 },
    { path: '/office/notices', as: 'officer' },
    { path: '/office/notices?all=true', as: 'officer' },
    { path: '/operations', as: 'operator' },
    { path: '/operations/cases', as: 'operator' },
    { path: '/operations/cases?show=all', as: 'operator' },
    { path: '/operations/intake', as: 'operator' },
    { path: '/operations/intake?state=overdue', as: 'operator' },
    { path: '/operations/intake?office=market-regulation', as: 'operator' },
    { path: '/operations/verification', as: 'operator' },
    { path: '/operations/verification', as: 'operator', name: 'opened', open: send('/operations/verification', 'form[action$="/operations/verification/open"]') },
    { path: '/operations/keys', as: 'operator' },
    { path: '/operations/keys/1', as: 'operator' },
    { path: '/operations/keys/4711', as: 'operator', status: 404 },
    { path: '/operations/incidents', as: 'operator' },
    { path: '/operations/incidents?state=overdue', as: 'operator' },
    { path: '/operations/incidents/1', as: 'operator' },
    // In somebody else's room one is told why not.
    { path: '/my', as: 'officer', status: 403 },
    { path: '/office', as: 'person', status: 403 },
    { path: '/operations', as: 'officer', status: 403 },
  ];
  return [...open, ...signed_in];
}

// Sends a form of the page; the answer of the page that comes.
async function sent(page, form) {
  // Without the browser's own checks: what the program says of an empty field is to be seen.
  await form.evaluate((form) => { form.noValidate = true; });
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), form.evaluate((form) => form.requestSubmit())]);
  return answer;
}

const send = (place, selector) => async ({ page, open }) => {
  await open(place);
  return sent(page, page.locator(selector).first());
};

const inquire = ({ duty, matter = '', identifier = '' }) => async ({ page, open }) => {
  await open('/office');
  if (duty) await page.locator(`input[name=duty][value="${duty}"]`).check();
  await page.locator('#matter').fill(matter);
  await page.locator('#identifier').fill(identifier);
  return sent(page, page.locator('form', { has: page.locator('#matter') }));
};

const find = (document, item) => async ({ page, open }) => {
  await open('/office/records');
  await page.locator('#document').fill(document);
  await page.locator('#item').selectOption(item);
  return sent(page, page.locator('form', { has: page.locator('#document') }));
};

async function open_own(here) {
  await find('京海市监演示处罚〔2026〕bei-2号', 'administrative-penalty')(here);
  return sent(here.page, here.page.locator('.desk-main table form').first());
}

const upload = (text, whole) => async ({ page, open }) => {
  await open('/office/file');
  await page.locator('#item').selectOption('administrative-penalty');
  if (whole) await page.locator('input[name=all_or_nothing][value=yes]').check();
  await page.locator('#file').setInputFiles({ name: '处罚决定.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  let answer = await sent(page, page.locator('form', { has: page.locator('#file') }));
  // It is judged while one waits, and the page renews itself until then.
  while (await page.locator('progress').count()) answer = await page.waitForNavigation({ waitUntil: 'load' });
  return answer;
};

/** Routes of pages that show nothing of their own: files, and stops on the way to another page. */
const no_pages = [
  '/assets/{name}',
  '/en',
  '/sign-in/{provider}/begin',
  '/sign-in/{provider}/back',
  '/desk',
  '/my/download',
  '/rights.csv',
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
