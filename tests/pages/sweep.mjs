// Every page, in both languages, at a desk's width and a phone's, light and dark.

import path from 'node:path';

import { cost, links, listen, overflow, painted, picture, shape, take_notes, violations } from './look.mjs';
import { check } from './tally.mjs';
import { languages } from './words.mjs';

/** Widths in CSS pixels. */
export const widths = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** The narrowest window in which nothing may be lost or scroll sideways (WCAG 1.4.10). */
const narrowest = { width: 320, height: 256 };

/** What a page may cost over the wire with all it needs, in kB of 1000 bytes, unless its address says otherwise. */
const kilobytes_max = 60;

export function in_language(language, place) {
  return language === 'en' ? `/en${place}` : place;
}

/** The checks of all addresses. `sessions` holds the signed-in state of each account. */
export function sweep(browser, city, sessions, addresses, folder) {
  const paints = [];
  // Each address that a page links to, and the account of the first page that does.
  const linked = new Map();
  const tasks = [];
  for (const address of addresses) {
    for (const language of languages) {
      const as = address.as ? ` as ${address.as}` : '';
      const title = `page ${in_language(language, address.path)}${address.name ? `, ${address.name}` : ''}${as}`;
      const seek = (lane, told) => look(lane, { address, language, told });
      tasks.push({ title, seek, run: (lane) => check(title, (told) => seek(lane, told)) });
    }
  }

  // A window for each account in each lane: starting one costs more than all the checks of a page.
  async function window_of(lane, account) {
    if (!lane.has(account)) {
      const context = await browser.newContext({ locale: 'zh-CN', reducedMotion: 'reduce', storageState: sessions.get(account) });
      context.setDefaultTimeout(20_000);
      await context.addInitScript(take_notes);
      const page = await context.newPage();
      const visit = { page, wrong: [], status: 200 };
      listen(page, city, { push: (...all) => visit.wrong.push(...all) }, () => visit.status);
      lane.set(account, visit);
    }
    return lane.get(account);
  }

  // A page is opened once for both widths, since opening costs as much as looking: in Chinese at the desk's, in English at the
  // phone's, so that what each width moves and loads at first is seen too.
  async function look(lane, { address, language, told }) {
    const visit = await window_of(lane, address.as);
    const { page } = visit;
    const wrong = [];
    Object.assign(visit, { wrong, status: address.status ?? 200 });
    const names = language === 'zh' ? ['desktop', 'phone'] : ['phone', 'desktop'];
    await page.setViewportSize(widths[names[0]]);
    await page.emulateMedia({ colorScheme: 'light' });
    const here = { page, language, open: (place) => page.goto(city.address + in_language(language, place), { waitUntil: 'load' }) };
    const answer = await (address.open ?? (({ open }) => open(address.path)))(here);
    if (answer.status() !== visit.status) wrong.push(`answered with ${answer.status()}`);

    // Down to the end and back, once it was painted: what loads late moves things late.
    await painted(page);
    await page.evaluate(async () => {
      const frames = async () => {
        for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
      };
      for (const place of [document.body.scrollHeight, 0]) {
        scrollTo(0, place);
        await frames();
      }
    });
    const { bytes, paint, requests, shifts } = await cost(page);
    const kilobytes_here = address.bytes ?? kilobytes_max;
    if (!(bytes > 0 && bytes < kilobytes_here * 1000)) wrong.push(`${bytes} bytes over the wire; ${kilobytes_here} kB is the limit`);
    wrong.push(...shifts.map((each) => `moved after it was shown: ${each}`));
    paints.push(paint);
    told.push(`${(bytes / 1000).toFixed(1)} kB in ${requests}`, `painted at ${Math.round(paint)} ms`);
    if (!address.passing) for (const link of await links(page)) if (!linked.has(link)) linked.set(link, address.as);

    for (const name of names) await look_at_width(page, name, { address, language, told, wrong });
    wrong.push(...(await cost(page)).refused.map((each) => `the page's own policy forbids ${each}`));
    return wrong;
  }

  async function look_at_width(page, name, { address, language, told, wrong }) {
    const size = widths[name];
    const add = (found) => wrong.push(...found.filter((each) => !wrong.some((known) => known.endsWith(each))).map((each) => `${name}: ${each}`));
    if (name === 'phone') {
      await page.setViewportSize(narrowest);
      add(await overflow(page));
    }
    await page.setViewportSize(size);
    if (name === 'phone') add(await overflow(page));
    add(await shape(page, language));
    // The colours are the same at each width; the dark ones are looked at where nothing scrolls out of sight.
    for (const scheme of name === 'desktop' ? ['light', 'dark'] : ['light']) {
      await page.emulateMedia({ colorScheme: scheme });
      const found = await violations(page, scheme);
      add(found.wrong);
      told.push(...found.unsure);
    }
    // One of each: light at the desk, dark on the phone.
    const scheme = name === 'desktop' ? 'light' : 'dark';
    await page.emulateMedia({ colorScheme: scheme });
    await picture(page, path.join(folder, `page-${file_name(address)}-${language}-${size.width}-${scheme}.jpg`));
    await page.emulateMedia({ colorScheme: 'light' });
  }

  // Whoever may not follow a link should not see it: each must be answered, as whom it was shown to.
  async function dead_links() {
    const dead = [];
    // A page that says what went wrong links to itself in the other language.
    const expected = addresses.filter(({ status = 200 }) => status >= 400)
      .flatMap(({ path: place }) => languages.map((language) => new URL(in_language(language, place), city.address).href));
    for (const [link, account] of [...linked].filter(([link]) => !expected.includes(link))) {
      const cookie = sessions.get(account)?.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const answer = await fetch(link, { headers: cookie ? { cookie } : {}, redirect: 'manual' });
      await answer.body?.cancel();
      if (answer.status >= 400) dead.push(`${link}${account ? ` as ${account}` : ''}: ${answer.status}`);
    }
    return dead;
  }
  return { tasks, paints, linked, dead_links };
}

function file_name({ path: place, name, as }) {
  const plain = `${place} ${name ?? ''}`.replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'front';
  return as ? `${plain}-${as}` : plain;
}
