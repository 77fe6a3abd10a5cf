// The words of the pages, read from the message files that the program reads: a test says which message it means, and does
// not repeat its text.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../crates/web/messages', import.meta.url));

export const languages = ['zh', 'en'];

function files_under(place) {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place).sort().flatMap((name) => files_under(path.join(place, name)));
}

// Messages of one text, over as many lines as it takes. Those that choose by a number are left out: tests name none of them.
function messages_of(text) {
  const messages = new Map();
  let name;
  for (const line of text.split('\n')) {
    const start = /^([a-z][\w-]*) *= *(.*)$/.exec(line);
    if (start) {
      name = start[1];
      messages.set(name, start[2]);
    } else if (name && /^ +\S/.test(line)) {
      messages.set(name, `${messages.get(name)} ${line.trim()}`);
    } else {
      name = undefined;
    }
  }
  return messages;
}

const messages = Object.fromEntries(
  languages.map((language) => {
    const own = files_under(folder).filter((file) => file.endsWith('.ftl') && path.relative(folder, file).split(/[./\\]/)[0] === language);
    return [language, new Map(own.flatMap((file) => [...messages_of(readFileSync(file, 'utf8'))]))];
  }),
);

function message(language, name) {
  const text = messages[language].get(name);
  if (text === undefined) throw new Error(`there is no message \`${name}\` in ${language}`);
  if (text.includes('->')) throw new Error(`the message \`${name}\` chooses by a number`);
  // `{" "}` stands for a space at an end.
  return text.replaceAll(/\{ *"([^"]*)" *\}/g, '$1').trim();
}

/** The text of a message, with its places filled. */
export function text_of(language, name, places = {}) {
  const text = message(language, name).replaceAll(/\{ *\$(\w+) *\}/g, (whole, place) => places[place] ?? whole);
  if (text.includes('{')) throw new Error(`the message \`${name}\` has a place to fill`);
  return text;
}

/** What matches a message whatever fills its places; each place is a group of its name. */
export function pattern_of(language, name) {
  const parts = message(language, name).split(/\{ *\$(\w+) *\}/);
  const source = parts.map((part, place) => (place % 2 ? `(?<${part}>.+?)` : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  // A place at the end takes the rest of it.
  return new RegExp(source.join('').replace(/\.\+\?\)$/, '.+)'));
}
