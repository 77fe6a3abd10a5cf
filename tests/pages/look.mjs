// What is looked at in an open page, beside axe-core. The functions given to `evaluate` run inside the page.

import { axe } from './packages.mjs';

const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** What a colour scheme can change: the page is the same otherwise. */
const of_colours = ['color-contrast', 'link-in-text-block'];

/** Notes from the first moment what the page moves, and what its own policy forbids. Put into each page before its content. */
export function take_notes() {
  const notes = { shifts: [], refused: [] };
  Object.defineProperty(window, 'credenceNotes', { value: notes });
  document.addEventListener('securitypolicyviolation', (event) => {
    notes.refused.push(`${event.violatedDirective}: ${event.blockedURI}`);
  });
  const note = (entries) => {
    for (const entry of entries.filter(({ hadRecentInput }) => !hadRecentInput)) {
      notes.shifts.push(`${entry.value.toFixed(4)} by ${entry.sources.map(({ node }) => node?.nodeName).join(', ')}`);
    }
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  notes.finish = () => note(observer.takeRecords());
}

/** Collects what a page complains of and whom else it asks, from now on: fills `wrong`. Where an answer is to be no success,
 * `expected_status` says so. */
export function listen(page, city, wrong, expected_status = () => 200) {
  page.on('console', (message) => {
    const { url } = message.location();
    // The browser complains of any answer that is no success: here it is the answer that was asked for.
    const expected = expected_status() >= 400 && url === page.url() && message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !expected) wrong.push(`console: ${message.text()} ${url}`);
  });
  page.on('pageerror', (error) => wrong.push(`script: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // Whoever goes on before a page is whole leaves the rest of it.
    if (why !== 'net::ERR_ABORTED') wrong.push(`request: ${request.url()} ${why}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== city.address) wrong.push(`another host is asked: ${url.origin}`);
  });
  page.on('response', (answer) => {
    if (!answer.request().isNavigationRequest() && answer.status() >= 400) wrong.push(`${answer.status()} ${answer.url()}`);
  });
}

/** Violations of WCAG 2.2 AA that axe-core finds, each with its place and its help. It runs under the page's own policy. */
export async function violations(page, scheme) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const runOnly = scheme === 'light' ? { type: 'tag', values: levels } : { type: 'rule', values: of_colours };
  // The size of targets is left out by axe-core unless it is asked for by name.
  const rules = scheme === 'light' ? { 'target-size': { enabled: true } } : {};
  const found = await page.evaluate(async (options) => {
    const { violations, incomplete } = await window.axe.run(document, options);
    const wrong = violations.flatMap((rule) => rule.nodes.map((node) => ({
      rule: rule.id, help: rule.helpUrl.split('?')[0], place: node.target.join(' '), why: node.failureSummary?.split('\n')[1]?.trim(),
    })));
    return { wrong, unsure: incomplete.map((rule) => `${rule.id} at ${rule.nodes.length} places`) };
  }, { runOnly, rules, resultTypes: ['violations', 'incomplete'] });
  return {
    wrong: found.wrong.map((each) => `axe, ${scheme}: ${each.rule} at \`${each.place}\`: ${each.why} (${each.help})`),
    unsure: found.unsure.map((each) => `axe is unsure of ${each}, ${scheme}`),
  };
}

/** What axe-core cannot see: scrolling sideways, headings, the language of each text, and whether the focus shows. */
export async function shape(page, language) {
  return page.evaluate((language) => {
    const wrong = [];
    const root = document.documentElement;
    const place = (node) => {
      const parts = [];
      for (let each = node; each && each !== document.body && parts.length < 4; each = each.parentElement) {
        parts.unshift(each.localName + (each.id ? `#${each.id}` : each.classList[0] ? `.${each.classList[0]}` : ''));
      }
      return parts.join(' > ');
    };

    const tag = { zh: 'zh-Hans', en: 'en' }[language];
    if (root.lang !== tag) wrong.push(`the page says that its language is \`${root.lang}\``);
    const heads = document.querySelectorAll('h1').length;
    if (heads !== 1) wrong.push(`${heads} headings of the first level`);

    // WCAG 3.1.2: a reader's voice must know which language it reads.
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const other = language === 'en' ? /\p{Script=Han}/u : /[A-Za-z]{2,}(?:[ ,;]+[A-Za-z]{2,}){3,}/;
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement;
      const speaks = parent.closest('[lang]').lang;
      const is_code = parent.closest('code, pre, .code');
      if (speaks === tag && other.test(walk.currentNode.data) && !is_code && parent.checkVisibility()) {
        wrong.push(`\`${walk.currentNode.data.trim().slice(0, 60)}\` at \`${place(parent)}\` is not marked as another language (WCAG 3.1.2)`);
      }
    }

    for (const link of document.querySelectorAll('a[href^="#"]')) {
      const anchor = decodeURIComponent(link.hash.slice(1));
      if (!document.getElementById(anchor)) wrong.push(`\`#${anchor}\` at \`${place(link)}\` leads nowhere on the page`);
    }

    // WCAG 2.4.7: whatever takes the keyboard's focus shows it.
    const focusable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const before = document.activeElement;
    for (const each of document.querySelectorAll(focusable)) {
      if (!each.checkVisibility() || each.disabled) continue;
      each.focus({ focusVisible: true, preventScroll: true });
      const style = getComputedStyle(each);
      const shows = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
      if (document.activeElement === each && !shows) wrong.push(`the focus does not show at \`${place(each)}\` (WCAG 2.4.7)`);
    }
    before?.focus?.({ preventScroll: true });
    document.activeElement?.blur?.();
    return wrong;
  }, language);
}

/**
 * The addresses of this city that the page links to, in full and without the place on them. A link to a place on the page itself asks
 * for nothing: the answer to a form lies at an address that takes only what is sent to it.
 */
export async function links(page) {
  return page.evaluate(() => [...document.querySelectorAll('a[href]:not([href^="#"])')]
    .map((link) => new URL(link.href))
    .filter((url) => url.origin === location.origin)
    .map((url) => url.href.split('#')[0]));
}

/** Whether the page is wider than the window (WCAG 1.4.10), and which element makes it so. */
export async function overflow(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > root.clientWidth + 1);
    // An element that scrolls by itself may hold what is wider.
    const guilty = wide.find((each) => !each.closest('.scroll, pre')) ?? wide[0];
    const name = guilty && guilty.localName + [...guilty.classList].map((each) => `.${each}`).join('');
    return [`scrolls sideways at ${root.clientWidth} px: ${root.scrollWidth} px wide${name ? `, by \`${name}\`` : ''}`];
  });
}

/** Waits until the page was painted, and gives the milliseconds that it took. On a busy machine a page is whole before. */
export async function painted(page) {
  const entry = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  return entry.jsonValue();
}

/** What the page cost, from the browser's own entries: bytes over the wire, the first paint, and what moved. */
export async function cost(page) {
  const paint = await painted(page);
  return page.evaluate((paint) => {
    const entries = ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind));
    // What lay in the browser's cache is counted too, with the 300 bytes that the standard takes for the head of an answer.
    const bytes = entries.reduce((sum, entry) => sum + Math.max(entry.transferSize, entry.encodedBodySize + 300), 0);
    const { shifts, refused, finish } = window.credenceNotes;
    finish();
    return { bytes, paint, requests: entries.length, shifts, refused };
  }, paint);
}

/** Keeps a picture of the whole page. */
export async function picture(page, file) {
  // As PNG the long pages take longer to write than to check.
  await page.screenshot({ path: file, fullPage: true, type: 'jpeg', quality: 80 });
}
