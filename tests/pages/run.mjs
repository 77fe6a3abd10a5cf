// usage: tests/pages/run [--only WORD]... [--pages | --journeys] [--jobs N] [--keep]
//
//   --only WORD  only the checks whose line has this word, such as `/law`, `phone`, `officer`; of several, all of them
//   --pages      the pages alone
//   --journeys   the journeys alone
//   --jobs N     how many at a time (default 2)
//   --keep       keep the demo city, and say where it is
//
// CREDENCE names the program, CREDENCE_CHROMIUM the browser, CREDENCE_PAGES_FOLDER where the pictures go.
// The last line is `N passed, M failed`.

import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { addresses, unopened_routes } from './addresses.mjs';
import { found_city } from './city.mjs';
import { unfound_faults } from './control.mjs';
import { picture } from './look.mjs';
import { chromium } from './packages.mjs';
import { prepare } from './preparation.mjs';
import { sweep } from './sweep.mjs';
import { check, count, side_by_side } from './tally.mjs';
import { Walker, ways } from './walker.mjs';
import { languages } from './words.mjs';

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    pages: { type: 'boolean' },
    journeys: { type: 'boolean' },
    jobs: { type: 'string', default: '2' },
    keep: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (asked.help) {
  const source = await readFile(new URL(import.meta.url), 'utf8');
  console.log(source.split('\n\n')[0].replaceAll(/^\/\/ ?/gm, ''));
  process.exit(0);
}

const folder = process.env.CREDENCE_PAGES_FOLDER;
// A part of the run leaves the other pictures.
if (asked.only.length === 0 && !asked.pages && !asked.journeys) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const began = performance.now();
const ground = await mkdtemp(path.join(tmpdir(), 'credence-pages.'));
let city;
let browser;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    interrupted = true;
    await Promise.allSettled([browser?.close(), city?.abandon()]);
    await rm(ground, { recursive: true, force: true });
    process.exit(130);
  });
}

try {
  city = await found_city(ground);
  browser = await chromium.launch({
    executablePath: process.env.CREDENCE_CHROMIUM ?? '/usr/bin/chromium',
    // Nothing but this machine can be found at all; a page that asks another host is told on too.
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--hide-scrollbars'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  console.log(`Chromium ${browser.version()}, a demo city at ${city.address}, pictures in ${folder}`);

  const wanted = ({ title }) => asked.only.every((word) => title.includes(word));
  const jobs = Number(asked.jobs);
  await check('a page with everything wrong is found out', () => unfound_faults(browser, folder));
  if (!asked.journeys) {
    const { enter, sessions } = entrance();
    const prepared = await prepare(city, enter);
    const list = await addresses(city, prepared);
    for (const account of new Set(list.map(({ as }) => as).filter(Boolean))) await enter(account);
    const swept = sweep(browser, city, await sessions(), list, folder);
    await side_by_side(swept.tasks.filter(wanted).map(({ run }) => run), jobs);
    // Of a part of the pages nothing can be said about the whole.
    if (asked.only.length === 0) {
      await check('every route of a page is opened', () => unopened_routes(list));
      await check('every link leads somewhere', (told) => {
        told.push(`${swept.linked.size} links`);
        return swept.dead_links();
      });
    }
    const paints = swept.paints.sort((a, b) => a - b).map(Math.round);
    if (paints.length > 0) console.log(`first paint of ${paints.length} pages: ${paints[paints.length >> 1]} ms in the middle, ${paints.at(-1)} ms at most`);
  }
  if (!asked.pages) {
    await side_by_side((await journeys()).filter(wanted).map(({ run }) => run), jobs);
  }
} catch (error) {
  // What is under way fails where the browser is gone: the interruption ends the process.
  if (interrupted) await new Promise(() => {});
  await check('the run', () => [String(error?.stack ?? error)]);
} finally {
  await browser?.close();
  if (city && !interrupted) await check('the server ends well and its log has no error', () => city.take_down());
  if (asked.keep) console.log(`kept: ${ground}`);
  else await rm(ground, { recursive: true, force: true });
}
console.log(`pages: ${((performance.now() - began) / 1000).toFixed(0)} s`);
process.exit(count() ? 0 : 1);

// Someone who has signed in as each account that is asked for, and the states of their browsers.
function entrance() {
  const walkers = new Map();
  const enter = async (account) => {
    if (!walkers.has(account)) {
      const walker = await Walker.start(browser, city, { journey: 'signing in', language: 'zh', way: 'plain', folder });
      await walker.sign_in(account);
      walkers.set(account, walker);
    }
    return walkers.get(account);
  };
  const sessions = async () => {
    const states = new Map();
    for (const [account, { context }] of walkers) {
      states.set(account, await context.storageState());
      await context.close();
    }
    return states;
  };
  return { enter, sessions };
}

// Every journey of every file in `journeys`, in each language and way.
async function journeys() {
  const tasks = [];
  const place = new URL('journeys/', import.meta.url);
  for (const file of (await readdir(place)).filter((name) => name.endsWith('.mjs')).sort()) {
    const { journeys } = await import(new URL(file, place));
    for (const journey of journeys) {
      for (const way of journey.ways ?? Object.keys(ways)) {
        for (const language of ways[way].languages ?? languages) {
          const title = `journey: ${journey.name} (${language}, ${way})`;
          tasks.push({ title, run: () => check(title, (told) => walk(journey, language, way, told)) });
        }
      }
    }
  }
  return tasks;
}

async function walk(journey, language, way, told) {
  const walker = await Walker.start(browser, city, { journey: journey.name, language, way, folder });
  try {
    await journey.walk(walker);
    told.push(`${walker.steps} steps`);
    return await walker.end();
  } catch (error) {
    const file = walker.file('where-it-failed');
    await picture(walker.page, file).catch(() => {});
    return [`step \`${walker.doing}\` at ${walker.page.url()}: ${error?.stack ?? error}`, `picture: ${file}`, ...walker.complaints];
  } finally {
    await walker.context.close();
  }
}
