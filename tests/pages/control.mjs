// A page with everything wrong. If the sweep passed it, it would pass anything.

import { createServer } from 'node:http';

import { sweep } from './sweep.mjs';

const page = `<!doctype html>
<html lang="zh-Hans"><head><title>x</title><link rel="stylesheet" href="/style.css"><link rel="stylesheet" href="http://127.0.0.2:9/other.css"></head>
<body><h1>一</h1><h1>二</h1>
<p class="faint">看不清</p><p class="wide">宽</p><p>these words are in another language</p>
<p><a class="bare" href="#nowhere">去</a> <input type="text"></p><img src="/mark.svg">
<script>document.title = "forbidden"</script><script src="/move.js"></script>
<p>${'很长'.repeat(20_000)}</p></body></html>`;

const style = `.faint { color: #ddd; background: #fff } .wide { width: 900px } .bare:focus-visible { outline: none } .later { height: 300px }
@media (prefers-color-scheme: dark) { .faint { color: #333; background: #111 } }`;

// The sweep goes down to the end and back: then something comes in above.
const move = `addEventListener("scroll", () => {
  if (scrollY > 0 || document.querySelector(".later")) return;
  const later = document.createElement("div");
  later.className = "later";
  document.body.prepend(later);
}); console.error("told");`;

const files = {
  '/wrong': ['text/html; charset=utf-8', page],
  '/style.css': ['text/css', style],
  '/move.js': ['text/javascript', move],
};

/** Each fault of the page, and what the sweep says of it. */
const faults = [
  /axe, light: color-contrast at `\.faint`/,
  /axe, dark: color-contrast at `\.faint`/,
  /axe, light: image-alt/,
  /axe, light: label/,
  /2 headings of the first level/,
  /scrolls sideways at 390 px.*\.wide/,
  /`these words are in another language`/,
  /the focus does not show at .*a\.bare/,
  /`#nowhere` .* leads nowhere/,
  /^the page's own policy forbids script-src-elem/,
  /^console: told/,
  /^404 .*mark\.svg/,
  /^another host is asked: http:\/\/127\.0\.0\.2/,
  /^moved after it was shown/,
  /^\d+ bytes over the wire/,
];

/** The faults that the sweep does not find. */
export async function unfound_faults(browser, folder) {
  const server = createServer((request, response) => {
    const [kind, text] = files[request.url] ?? [];
    response.writeHead(kind ? 200 : 404, {
      'content-type': kind ?? 'text/plain',
      'content-security-policy': "default-src 'self'; style-src 'self' http://127.0.0.2:9; script-src 'self'",
    }).end(text ?? 'not here');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    const city = { address: `http://127.0.0.1:${server.address().port}` };
    const { tasks } = sweep(browser, city, new Map(), [{ path: '/wrong' }], folder);
    const told = await tasks.find(({ title }) => title === 'page /wrong').seek(new Map(), []);
    const unfound = faults.filter((fault) => !told.some((line) => fault.test(line)));
    return unfound.length === 0 ? [] : [...unfound.map((fault) => `not found: ${fault}`), ...told.map((line) => `found: ${line}`)];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
