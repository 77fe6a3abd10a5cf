#!/usr/bin/env node
// An OpenID provider on this machine, for tests: a certified library with accounts from a file and nothing kept on disk.
// It asks for no password. Never run it where anyone else can reach it; it listens on the loopback address only.
import { createServer } from 'node:http';
import { generateKeyPair, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

// Standard output carries one line, the one that says where the provider listens.
console.info = console.error;
console.log = console.error;
const { Provider } = await import('oidc-provider');

const HELP = `An OpenID provider on the loopback address, for tests.

usage: node provider.mjs [options]

  --redirect URI             where the browser comes back after signing in; may be given several times
  --after-logout URI         where the browser comes back after signing out; may be given several times
  --backchannel-logout URI   where the provider tells that someone has signed out
  --accounts FILE            accounts to sign in with (default: accounts.json beside this file); read again at every sign-in
  --client-id ID             the client's name (default: credence)
  --client-secret SECRET     the client's secret (default: a fresh one, printed)
  --port PORT                port of the provider (default: a free one)
  --control-port PORT        port of the control address (default: a free one)
  --algorithm NAME           signs with RS256 (default) or ES256
  --claims-in PLACE          id-token (default: in the ID token and at the userinfo address) or userinfo (only there)
  --token-seconds N          how long ID tokens and access tokens hold (default: 60)
  --until-input-ends         ends when standard input ends: a test that dies takes it along
  --help                     this text

It prints one line of JSON when it listens: issuer, control, client_id, client_secret, accounts.`;

let options;
try {
  options = parseArgs({
    options: {
      redirect: { type: 'string', multiple: true, default: [] },
      'after-logout': { type: 'string', multiple: true, default: [] },
      'backchannel-logout': { type: 'string' },
      accounts: { type: 'string', default: fileURLToPath(new URL('accounts.json', import.meta.url)) },
      'client-id': { type: 'string', default: 'credence' },
      'client-secret': { type: 'string', default: randomBytes(32).toString('base64url') },
      port: { type: 'string', default: '0' },
      'control-port': { type: 'string', default: '0' },
      algorithm: { type: 'string', default: 'RS256' },
      'claims-in': { type: 'string', default: 'id-token' },
      'token-seconds': { type: 'string', default: '60' },
      'until-input-ends': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
  if (!['RS256', 'ES256'].includes(options.algorithm)) throw new Error('--algorithm is RS256 or ES256');
  if (!['id-token', 'userinfo'].includes(options['claims-in'])) throw new Error('--claims-in is id-token or userinfo');
  if (!(Number(options['token-seconds']) >= 1)) throw new Error('--token-seconds is a number of seconds');
} catch (error) {
  console.error(`error: ${error.message}\n\n${HELP}`);
  process.exit(2);
}
if (options.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}

// --- accounts ----------------------------------------------------------------------------------------------------------

// What may be told of an account besides `sub`: the names that the demo's configuration of Credence reads.
const CLAIMS = ['name', 'credence_role', 'credence_office', 'credence_duties', 'staff_number', 'citizen_id',
  'organisation_code', 'mandate'];

function accounts() {
  const list = JSON.parse(readFileSync(options.accounts, 'utf8'));
  return new Map(list.map((account) => [account.sub, account]));
}

async function findAccount(_context, sub) {
  const account = accounts().get(sub);
  if (!account) return undefined;
  return {
    accountId: sub,
    claims: async () => ({ sub, ...Object.fromEntries(CLAIMS.filter((name) => name in account).map((name) => [name, account[name]])) }),
  };
}

// --- the provider, made anew when keys or the client change ------------------------------------------------------------
// What is signed in lives in the library's own memory, which all of them share: it outlasts the change.

const pair = promisify(generateKeyPair);
const cookieKeys = [randomBytes(32).toString('base64url')];
const client = {
  client_id: options['client-id'],
  client_secret: options['client-secret'],
  redirect_uris: options.redirect,
  post_logout_redirect_uris: options['after-logout'],
  backchannel_logout_uri: options['backchannel-logout'],
};
const seen = { told: [], sessions: new Set() };
let issuer;
let signingKey;
let provider;
let answer;

async function newSigningKey() {
  const { privateKey } = options.algorithm === 'ES256'
    ? await pair('ec', { namedCurve: 'P-256' })
    : await pair('rsa', { modulusLength: 2048 });
  signingKey = { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(9).toString('base64url'), use: 'sig', alg: options.algorithm };
}

function page(title, body) {
  return `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>\n${body}\n</body></html>\n`;
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function makeProvider() {
  const seconds = Number(options['token-seconds']);
  provider = new Provider(issuer, {
    jwks: { keys: [signingKey] },
    cookies: { keys: cookieKeys },
    clients: client.redirect_uris.length === 0 ? [] : [{
      client_id: client.client_id,
      client_secret: client.client_secret,
      client_name: 'Credence, a test',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: client.redirect_uris,
      post_logout_redirect_uris: client.post_logout_redirect_uris,
      id_token_signed_response_alg: options.algorithm,
      require_auth_time: true,
      ...(client.backchannel_logout_uri
        ? { backchannel_logout_uri: client.backchannel_logout_uri, backchannel_logout_session_required: true }
        : {}),
    }],
    findAccount,
    // The library refuses to call addresses like this machine's own. Here the client is on this machine, so only the
    // client's own back-channel address may be called, whatever it is.
    async fetch(url, { dispatcher: _refusesLoopback, ...asked }) {
      if (String(url) !== new URL(client.backchannel_logout_uri).href) throw new Error(`not the client's address: ${url}`);
      return globalThis.fetch(url, asked);
    },
    scopes: ['openid'],
    acrValues: ['one-factor', 'two-factors'],
    claims: { openid: ['sub', 'acr', 'amr'], profile: ['name'], credence: CLAIMS.filter((name) => name !== 'name'), sid: null, auth_time: null, iss: null },
    // The standard's own reading gives what a scope asks for at the userinfo address only; many providers put it in the
    // ID token too. Both can be tried.
    conformIdTokenClaims: options['claims-in'] === 'userinfo',
    pkce: { required: () => true },
    ttl: {
      AccessToken: seconds, IdToken: seconds, AuthorizationCode: 30, Interaction: 600, Session: 3600, Grant: 3600,
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    // Whoever signs in has consented: the city's own provider asks nobody about the city's own platform.
    async loadExistingGrant(context) {
      const given = context.oidc.session.grantIdFor(context.oidc.client.clientId);
      const found = given && await context.oidc.provider.Grant.find(given);
      if (found) return found;
      const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
      grant.addOIDCScope('openid profile credence');
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      userinfo: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        async logoutSource(context, form) {
          context.body = page('Sign out?', `${form}<button form="op.logoutForm" type="submit" name="logout" value="yes">Sign out</button>`);
        },
        async postLogoutSuccessSource(context) {
          context.body = page('Signed out', '<p>You are signed out.</p>');
        },
      },
    },
    async renderError(context, out) {
      context.type = 'html';
      context.body = page('Not possible', `<p><code>${escaped(out.error)}</code>: ${escaped(out.error_description ?? '')}</p>`);
    },
  });
  provider.on('authorization.success', (context) => seen.sessions.add(context.oidc.session.uid));
  provider.on('backchannel.success', (_context, _client, sub) => seen.told.push({ sub, answered: true }));
  provider.on('backchannel.error', (_context, error, _client, sub) => seen.told.push({ sub, answered: false, error: error.message }));
  provider.on('server_error', (_context, error) => console.error(error));
  answer = provider.callback();
}

// --- signing in --------------------------------------------------------------------------------------------------------

async function form(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > 65536) throw new Error('the form is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

async function interaction(request, response) {
  const details = await provider.interactionDetails(request, response);
  const list = accounts();
  let refusal = '';
  if (request.method === 'POST') {
    const fields = new URLSearchParams(await form(request));
    if (fields.has('cancel')) {
      return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'not signed in' }, { mergeWithLastSubmission: false });
    }
    const account = list.get(fields.get('login'));
    if (account) {
      return provider.interactionFinished(request, response, {
        login: { accountId: account.sub, acr: account.acr ?? 'one-factor', amr: account.amr ?? ['pwd'], remember: false },
      }, { mergeWithLastSubmission: false });
    }
    refusal = '<p>There is no such account.</p>';
  }
  const choices = [...list.values()].map((account) => `<p><button type="submit" name="login" value="${escaped(account.sub)}">${escaped(account.sub)}: ${escaped(account.name ?? '')}</button></p>`);
  return send(response, refusal ? 403 : 200, 'text/html; charset=utf-8', page(
    'Sign in (a test)',
    `${refusal}<form method="post" action="/interaction/${escaped(details.uid)}">\n${choices.join('\n')}\n<p><button type="submit" name="cancel" value="yes">Cancel</button></p></form>`,
  ));
}

// --- the control address -----------------------------------------------------------------------------------------------

async function control(request, response) {
  const path = new URL(request.url, 'http://control.invalid').pathname;
  const said = `${request.method} ${path}`;
  if (said === 'POST /rotate') {
    await newSigningKey();
    makeProvider();
    return send(response, 200, 'application/json', JSON.stringify({ kid: signingKey.kid }));
  }
  if (said === 'POST /client') {
    // The fields of `client` above, those that change.
    Object.assign(client, JSON.parse(await form(request)));
    makeProvider();
    return send(response, 200, 'application/json', JSON.stringify(client));
  }
  if (said === 'POST /sign-out') {
    // The provider ends the sessions of one account by itself, and tells the client.
    const sub = new URLSearchParams(await form(request)).get('sub');
    let ended = 0;
    for (const uid of [...seen.sessions]) {
      const session = await provider.Session.findByUid(uid);
      if (!session) seen.sessions.delete(uid);
      if (session?.accountId !== sub) continue;
      for (const id of Object.keys(session.authorizations ?? {})) {
        const known = await provider.Client.find(id);
        if (!known?.backchannelLogoutUri) continue;
        await known.backchannelLogout(sub, session.sidFor(id)).then(
          () => seen.told.push({ sub, answered: true }),
          (error) => seen.told.push({ sub, answered: false, error: error.message }),
        );
      }
      await session.destroy();
      ended += 1;
    }
    return send(response, 200, 'application/json', JSON.stringify({ ended, told: seen.told }));
  }
  if (said === 'GET /told') {
    return send(response, 200, 'application/json', JSON.stringify(seen.told));
  }
  return send(response, 404, 'text/plain', 'POST /rotate, POST /client, POST /sign-out, GET /told\n');
}

// --- start and end -----------------------------------------------------------------------------------------------------

function guarded(handler) {
  return (request, response) => {
    handler(request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) send(response, error.statusCode ?? 400, 'text/plain', `${error.message}\n`);
      else response.end();
    });
  };
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

const doors = createServer(guarded(async (request, response) => (
  request.url.startsWith('/interaction/') ? interaction(request, response) : answer(request, response)
)));
const controls = createServer(guarded(control));
issuer = await listen(doors, options.port);
const controlAddress = await listen(controls, options['control-port']);
await newSigningKey();
makeProvider();

process.on('SIGHUP', () => newSigningKey().then(makeProvider));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
if (options['until-input-ends']) process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();

process.stdout.write(`${JSON.stringify({
  issuer, control: controlAddress, client_id: client.client_id, client_secret: client.client_secret, accounts: [...accounts().keys()],
})}\n`);
