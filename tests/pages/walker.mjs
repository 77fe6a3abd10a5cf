// Somebody who walks through the pages: with a pointer, by the keyboard alone, with a phone, or without JavaScript; in Chinese
// or English. A journey is written once for all of them.

import path from 'node:path';

import { listen, overflow, picture, shape, take_notes, violations } from './look.mjs';
import { in_language, widths } from './sweep.mjs';
import { pattern_of, text_of } from './words.mjs';

/** The ways to walk. What the language changes is seen in both by pointer and phone; the keyboard and the browser without
 * JavaScript meet the same page in each, and walk in one. */
export const ways = {
  pointer: { size: widths.desktop },
  keyboard: { size: widths.desktop, keyboard: true, languages: ['zh'] },
  phone: { size: widths.phone, hasTouch: true, isMobile: true },
  plain: { size: widths.desktop, javaScriptEnabled: false, languages: ['en'] },
};

/** How long a page may take to show what is looked for, in milliseconds: generous, since a machine may be busy. */
const patience = 20_000;
const tabs_max = 300;
let walks = 0;

export class Walker {
  static async start(browser, city, { journey, language, way, folder }) {
    const { size, keyboard = false, languages: _, ...context_options } = ways[way];
    const context = await browser.newContext({ locale: language === 'en' ? 'en-GB' : 'zh-CN', viewport: size, reducedMotion: 'reduce', acceptDownloads: true, ...context_options });
    context.setDefaultTimeout(patience);
    if (way !== 'plain') await context.addInitScript(take_notes);
    const page = await context.newPage();
    const walker = new Walker();
    Object.assign(walker, { city, context, page, journey, language, way, keyboard, folder, width: size.width, steps: 0, status: 200, complaints: [] });
    listen(page, city, walker.complaints, () => walker.status);
    return walker;
  }

  /** Somebody else of the same city, in a browser of their own; whoever asks for one closes it. */
  async companion() {
    const { journey, language, folder } = this;
    return Walker.start(this.context.browser(), this.city, { journey, language, way: 'pointer', folder });
  }

  // --- what is on the pages ---------------------------------------------------------------------------------------------

  /** The words of a message, with its places filled: `w.t('office-batch-title', { count: 7 })`. */
  t(message, places) {
    return text_of(this.language, message, places);
  }

  /** What matches a message with places to fill. */
  pattern(message) {
    return pattern_of(this.language, message);
  }

  link(name, within = this.page) {
    return within.getByRole('link', { name, exact: typeof name === 'string' }).first();
  }

  button(name, within = this.page) {
    return within.getByRole('button', { name, exact: typeof name === 'string' }).first();
  }

  field(label, within = this.page) {
    return within.getByLabel(label, { exact: typeof label === 'string' }).first();
  }

  heading(name, within = this.page) {
    return within.getByRole('heading', { name, exact: typeof name === 'string' }).first();
  }

  text(words, within = this.page) {
    return within.getByText(words).first();
  }

  // --- what one does ----------------------------------------------------------------------------------------------------

  /** A step of the journey: what is done and seen, then a picture. On the phone, where there is the least room, also a look for
   * what keeps people out: a journey comes to pages that no address leads to. `status` is given where what is sent is answered
   * with no success, as a form that is not filled in. */
  async step(name, act, { status = 200 } = {}) {
    this.steps += 1;
    this.doing = name;
    this.status = status;
    await act();
    await picture(this.page, this.file(`${String(this.steps).padStart(2, '0')}-${slug(name)}`));
    if (this.way === 'phone') {
      const found = [...await overflow(this.page), ...await shape(this.page, this.language), ...(await violations(this.page, 'light')).wrong];
      this.complaints.push(...found.filter((each) => !this.complaints.some((known) => known.endsWith(each))).map((each) => `${name}: ${each}`));
    }
  }

  file(name, end = 'jpg') {
    const way = { keyboard: '-keyboard', plain: '-plain' }[this.way] ?? '';
    return path.join(this.folder, `${slug(this.journey)}-${name}-${this.language}-${this.width}${way}.${end}`);
  }

  /** Types an address into the browser, in the walker's language. */
  async open(place) {
    return this.page.goto(this.city.address + in_language(this.language, place));
  }

  /** Follows a link or presses a button. */
  async press(target) {
    await target.waitFor();
    if (this.keyboard) {
      await this.reach(target);
      await this.page.keyboard.press('Enter');
    } else {
      await target.click();
    }
  }

  /** Writes into a field, in place of what stands there. */
  async write(target, text) {
    await target.waitFor();
    if (this.keyboard) {
      await this.reach(target);
      await this.page.keyboard.press('ControlOrMeta+A');
      await this.page.keyboard.insertText(text);
    } else {
      await target.fill(text);
    }
  }

  /** Chooses an option of a list by its words. By keyboard its first letters would do; the arrows do always. */
  async choose(target, label) {
    await target.waitFor();
    if (!this.keyboard) {
      await target.selectOption({ label });
      return;
    }
    await this.reach(target);
    const place = () => target.evaluate((list) => list.selectedIndex);
    const wanted = await target.evaluate((list, label) => [...list.options].findIndex((each) => each.label.trim() === label), label);
    if (wanted < 0) throw new Error(`there is no option \`${label}\``);
    for (let here = await place(); here !== wanted; here = await place()) {
      await this.page.keyboard.press(here < wanted ? 'ArrowDown' : 'ArrowUp');
      if ((await place()) === here) throw new Error(`the arrows do not move the choice of \`${label}\``);
    }
  }

  /** Ticks a box, or takes one of several. */
  async tick(target) {
    await target.waitFor();
    if (this.keyboard) {
      await this.reach(target);
      await this.page.keyboard.press('Space');
    } else {
      await target.check();
    }
  }

  /** Chooses a file, as `{ name, mimeType, buffer }` or a path, in the browser's own window. */
  async attach(target, file) {
    await target.waitFor();
    const chooser = this.page.waitForEvent('filechooser');
    if (this.keyboard) {
      await this.reach(target);
      await this.page.keyboard.press('Space');
    } else {
      await target.click();
    }
    await (await chooser).setFiles(file);
  }

  /** Presses what downloads a file, keeps it with the pictures, and gives its path. */
  async download(target) {
    const coming = this.page.waitForEvent('download');
    await this.press(target);
    const download = await coming;
    const name = download.suggestedFilename();
    const place = this.file(slug(name.replace(/\.[^.]*$/, '')), path.extname(name).slice(1) || 'txt');
    await download.saveAs(place);
    return place;
  }

  /** Goes to something with the Tab key alone. Wherever the focus stops on the way, it must show. */
  async reach(target) {
    for (let presses = 0; presses < tabs_max; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement || (element.type === 'radio' && element.form && document.activeElement?.name === element.name && document.activeElement.type === 'radio'))) {
        return this.to_radio(target);
      }
      await this.page.keyboard.press('Tab');
      const hidden = await this.page.evaluate(focus_is_hidden);
      if (hidden) this.complaints.push(`${this.doing}: ${hidden}`);
    }
    throw new Error(`${tabs_max} presses of Tab do not reach ${target}`);
  }

  // Of several radio buttons one takes the Tab key; the arrows go to the others.
  async to_radio(target) {
    for (let presses = 0; presses < 50; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press('ArrowDown');
    }
    throw new Error(`the arrows do not reach ${target}`);
  }

  // --- what one sees ----------------------------------------------------------------------------------------------------

  async see(target) {
    await target.waitFor({ state: 'visible' });
  }

  async see_not(target) {
    await target.waitFor({ state: 'detached' });
  }

  /** The path where one is, without the language, once it is the one that is waited for. */
  async at(place) {
    const here = () => decodeURIComponent(new URL(this.page.url()).pathname);
    const plain = () => here().replace(/^\/en(?=\/|$)/, '') || '/';
    const fits = () => (place instanceof RegExp ? place.test(plain()) : plain() === place) && here().startsWith('/en') === (this.language === 'en');
    await this.page.waitForURL(fits).catch(() => {
      throw new Error(`one is at ${here()}, and not at ${place} in ${this.language}`);
    });
    return plain();
  }

  /** A word that no other walk has, for what a journey files. */
  unique() {
    walks += 1;
    return `${Date.now().toString(36)}${walks}`;
  }

  expect(holds, what) {
    if (!holds) throw new Error(what);
  }

  // --- signing in -------------------------------------------------------------------------------------------------------

  /** Signs in as someone of the demo city: the value of their button's form on /sign-in. */
  async sign_in(account) {
    await this.open('/sign-in');
    await this.press(this.page.locator('form', { has: this.page.locator(`input[name=account][value="${account}"]`) }).getByRole('button'));
    // Whoever is signed in is away from the page where one signs in.
    await this.page.waitForURL((url) => !url.pathname.includes('/sign-in'));
  }

  /** Ends the walk: what went wrong on the way. */
  async end() {
    const wrong = [...new Set(this.complaints)];
    if (this.way !== 'plain') {
      const refused = await this.page.evaluate(() => window.credenceNotes?.refused ?? []);
      wrong.push(...refused.map((each) => `the page's own policy forbids ${each}`));
    }
    return wrong;
  }
}

// Whether the element that has the focus does not show it, or lies where nobody sees it (WCAG 2.4.7, 2.4.11).
function focus_is_hidden() {
  const element = document.activeElement;
  if (!element || element === document.body) return '';
  const name = element.localName + (element.id ? `#${element.id}` : '') + ` \`${(element.textContent || element.name || '').trim().slice(0, 30)}\``;
  const style = getComputedStyle(element);
  const shows = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  if (!shows) return `the focus does not show at ${name}`;
  const boxes = [...element.getClientRects()];
  const seen = boxes.some((box) => [0.1, 0.5, 0.9].some((part) => {
    const top = document.elementFromPoint(box.left + box.width * part, box.top + box.height / 2);
    return top && (element.contains(top) || top.contains(element));
  }));
  return seen ? '' : `what has the focus is hidden: ${name}`;
}

export function slug(text) {
  return text.toLowerCase().replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-').replaceAll(/^-|-$/g, '');
}
