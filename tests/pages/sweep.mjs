// Every page, in both languages, at a desk's width and a phone's, light and dark.

import path from 'node:path';

import { cost, listen, overflow, shape, take_notes, violations } from './look.mjs';
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
  const tasks = [];
  for (const address of addresses) {
    for (const language of languages) {
      for (const [name, size] of Object.entries(widths)) {
        const as = address.as ? ` as ${address.as}` : '';
        const title = `page ${in_language(language, address.path)}${as}, ${name}`;
        tasks.push({ title, run: () => check(title, (told) => look({ address, language, name, size, told })) });
      }
    }
  }

  async function look({ address, language, name, size, told }) {
    // A fresh context has an empty cache: each page is somebody's first.
    const context = await browser.newContext({ viewport: size, colorScheme: 'light', reducedMotion: 'reduce', storageState: sessions.get(address.as) });
    context.setDefaultTimeout(20_000);
    try {
      await context.addInitScript(take_notes);
      const page = await context.newPage();
      const wrong = listen(page, city, address.status);
      const answer = await page.goto(city.address + in_language(language, address.path), { waitUntil: 'load' });
      if (answer.status() !== (address.status ?? 200)) wrong.push(`answered with ${answer.status()}`);

      // Down to the end and back: what loads late moves things late.
      await page.evaluate(() => new Promise((done) => {
        scrollTo(0, document.body.scrollHeight);
        requestAnimationFrame(() => requestAnimationFrame(() => { scrollTo(0, 0); requestAnimationFrame(done); }));
      }));
      const { bytes, paint, requests, shifts, refused } = await cost(page);
      const kilobytes_here = address.bytes ?? kilobytes_max;
      if (!(bytes > 0 && bytes < kilobytes_here * 1000)) wrong.push(`${bytes} bytes over the wire; ${kilobytes_here} kB is the limit`);
      wrong.push(...shifts.map((each) => `moved after it was shown: ${each}`));
      paints.push(paint);
      told.push(`${(bytes / 1000).toFixed(1)} kB in ${requests}`, `painted at ${Math.round(paint)} ms`);

      if (name === 'phone') {
        wrong.push(...await overflow(page));
        await page.setViewportSize(narrowest);
        wrong.push(...await overflow(page));
        await page.setViewportSize(size);
      }
      wrong.push(...await shape(page, language));
      for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        const found = await violations(page, scheme);
        wrong.push(...found.wrong);
        told.push(...found.unsure.map((each) => `unsure: ${each}`));
        // One of each: light at the desk, dark on the phone.
        if ((name === 'desktop') === (scheme === 'light')) {
          await page.screenshot({ path: path.join(folder, `page-${file_name(address)}-${language}-${size.width}-${scheme}.png`), fullPage: true });
        }
      }
      wrong.push(...refused.map((each) => `the page's own policy forbids ${each}`));
      wrong.push(...(await cost(page)).refused.filter((each) => !refused.includes(each)).map((each) => `the page's own policy forbids ${each}`));
      return wrong;
    } finally {
      await context.close();
    }
  }
  return { tasks, paints };
}

function file_name({ path: place, as }) {
  const plain = place.replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'front';
  return as ? `${plain}-${as}` : plain;
}
