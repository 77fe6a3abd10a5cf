// A demo city of its own, served on a free port of this machine, until it is taken down.

import { execFile, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const program = process.env.CREDENCE;

/** Builds the city in a folder and serves it. `subjects` is enough for every kind of page to have something to show. */
export async function found_city(folder, { subjects = 120, seed = 3 } = {}) {
  const store = path.join(folder, 'city');
  const words = ['demo', '--store', store, '--subjects', String(subjects), '--seed', String(seed), '--json'];
  const tell = async (...all) => JSON.parse((await promisify(execFile)(program, all, { timeout: 120_000 })).stdout);
  const made = await tell(...words);
  // No demo city has an incident; an operator's page of one is looked at too.
  await tell('incident', 'register', '--kind', 'unavailability', '--place', '机房甲', '--happened', '查询服务中断', '--name', '马示例', '--store', store, '--json');

  const log = path.join(folder, 'log');
  const errors = await open(log, 'w');
  const server = spawn(program, ['serve', '--store', store, '--demo', '--listen', '127.0.0.1:0', '--json'], {
    stdio: ['ignore', 'pipe', errors.fd],
  });
  const ended = new Promise((done) => server.once('exit', (code, signal) => done(code ?? signal)));
  const listening = new Promise((done) => createInterface({ input: server.stdout }).once('line', done));
  const said = await Promise.race([listening, ended.then(() => undefined)]);
  if (!said) {
    throw new Error(`the city is not served: ${await readFile(log, 'utf8')}`);
  }
  return {
    address: JSON.parse(said).listening,
    store,
    /** What the demo prints for trying things: an organisation, its name, keys of each kind of caller. */
    examples: made.examples,
    /** Answers of the API that tests look things up in; never what they prove. */
    async ask(address) {
      const answer = await fetch(new URL(address, this.address));
      if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    /** Files a table for market regulation, as one of its programs does; the report. */
    async file(item, text) {
      const answer = await fetch(new URL(`/api/v1/batches?item=${item}`, this.address), {
        method: 'POST',
        headers: { authorization: `Bearer ${made.examples.office_token}`, 'content-type': 'text/csv' },
        body: text,
      });
      if (!answer.ok) throw new Error(`${item} is not filed: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    /** Asks for something as the company whose key the demo prints; the answer. */
    async ask_as_company(place, body) {
      const answer = await fetch(new URL(place, this.address), {
        method: 'POST',
        headers: { authorization: `Bearer ${made.examples.organisation_token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${place}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    /** Ends the server by its own number, and says what its log holds that should not be there. */
    async take_down() {
      const running = server.exitCode === null && server.signalCode === null;
      server.kill('SIGTERM');
      const code = await ended;
      await errors.close();
      const text = await readFile(log, 'utf8');
      const wrong = text.split('\n').filter((line) => line.includes('panicked') || line.includes('ERROR'));
      if (!running || code !== 0) wrong.unshift(`the server ended with ${code}: ${text.slice(-2000)}`);
      return wrong;
    },
    /** Ends the server without a question, where the run is interrupted. */
    async abandon() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
