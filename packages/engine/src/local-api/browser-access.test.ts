import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { scriptedEngine } from '../testing/scripted-engine.ts';
import { browserLink } from './client.ts';
import { faceOf } from './engine-face.ts';
import type { LocalApi } from './serve.ts';
import { serveLocalApi } from './serve.ts';

const random = { bytes: (count: number) => randomBytes(count) };
const MINUTE_MS = 60_000;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function running() {
  const screensDir = await mkdtemp(path.join(os.tmpdir(), 'tidesync-screens-'));
  closers.push(() => rm(screensDir, { recursive: true }));
  await writeFile(path.join(screensDir, 'index.html'), '<meta nonce="tidesync-csp-nonce">');
  await writeFile(path.join(screensDir, 'a-1.js'), 'go()');
  await writeFile(`${screensDir}-beside`, 'secret');
  closers.push(() => rm(`${screensDir}-beside`));
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  const face = faceOf({ engine: scriptedEngine(), shutdown: async () => {} });
  const api = await serveLocalApi(face, { random, clock, screensDir });
  closers.push(() => api.close());
  const link = async () => new URL((await browserLink(api, random)) ?? '');
  return { api, clock, link, besides: path.basename(`${screensDir}-beside`) };
}

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One raw request; headers exactly as given. */
function knock(api: LocalApi, { method = 'GET', path: at, headers }: Sent) {
  return new Promise<{ status: number; text: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: api.port, path: at, method, headers }, (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
      });
      sent.on('error', reject);
      sent.end(method === 'POST' ? '{}' : undefined);
    },
  );
}

/** A browser that has used a link: its host, and its cookie. */
async function entered(world: Awaited<ReturnType<typeof running>>) {
  const link = await world.link();
  const answer = await knock(world.api, {
    path: `${link.pathname}${link.search}`,
    headers: { host: link.host },
  });
  const [setCookie = ''] = answer.headers['set-cookie'] as string[];
  return {
    host: link.host,
    origin: `http://${link.host}`,
    cookie: setCookie.split(';', 1)[0] ?? '',
    setCookie,
    answer,
  };
}

describe('[W30] the link', () => {
  test('leads in once, by a cookie that no script reads and no other site sends', async () => {
    const world = await running();
    const { setCookie, answer } = await entered(world);
    expect(answer.status).toBe(200);
    expect(setCookie).toMatch(/^tidesync=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  test('says nothing of the token', async () => {
    const world = await running();
    const link = await world.link();
    expect(link.href).not.toContain(world.api.token);
    expect((await entered(world)).setCookie).not.toContain(world.api.token);
  });

  test('used again, it leads nowhere', async () => {
    const world = await running();
    const link = await world.link();
    const use = { path: `${link.pathname}${link.search}`, headers: { host: link.host } };
    expect((await knock(world.api, use)).status).toBe(200);
    const again = await knock(world.api, use);
    expect([again.status, again.headers['set-cookie']]).toEqual([403, undefined]);
    expect(again.text).toMatch(/tidesync ui/);
  });

  test('is too old after five minutes', async () => {
    const world = await running();
    const link = await world.link();
    world.clock.nowMs = 5 * MINUTE_MS;
    const use = { path: `${link.pathname}${link.search}`, headers: { host: link.host } };
    expect((await knock(world.api, use)).status).toBe(403);
  });

  test.each(['', '?code=', `?code=${'0'.repeat(64)}`, '?code=a&code=b'])(
    'with "%s" is none',
    async (query) => {
      const { api, link } = await running();
      const { host } = await link();
      expect((await knock(api, { path: `/enter${query}`, headers: { host } })).status).toBe(403);
    },
  );

  test('is made for programs with the token alone', async () => {
    const { api, link } = await running();
    const own = { host: `127.0.0.1:${api.port}` };
    const make = (headers: Record<string, string>, method = 'POST') =>
      knock(api, { method, path: '/link', headers: { ...own, ...headers } }).then(({ status }) => status);
    const authorization = `Bearer ${api.token}`;
    expect(await make({ authorization })).toBe(200);
    expect(await make({ authorization }, 'GET')).toBe(405);
    expect(await make({})).toBe(401);
    expect(await make({ authorization, origin: `http://127.0.0.1:${api.port}` })).toBe(403);
    expect(await make({ authorization, host: (await link()).host })).toBe(405);
  });
});

describe('[W31] with the cookie', () => {
  test("the engine's page gets its files, under the policy, and its calls", async () => {
    const world = await running();
    const { host, origin, cookie } = await entered(world);
    const page = await knock(world.api, { path: '/conflicts', headers: { host, cookie } });
    expect(page.status).toBe(200);
    const nonce = /nonce="([\w-]+)"/.exec(page.text)?.[1] ?? 'none';
    expect(page.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
    const script = await knock(world.api, { path: '/a-1.js', headers: { host, cookie } });
    expect([script.status, script.text]).toEqual([200, 'go()']);
    const own = { host, cookie, 'sec-fetch-site': 'same-origin' };
    expect((await knock(world.api, { path: '/trpc/status', headers: own })).status).toBe(200);
    const json = { ...own, origin, 'content-type': 'application/json' };
    expect((await knock(world.api, { method: 'POST', path: '/trpc/logout', headers: json })).status).toBe(
      200,
    );
  });

  test('no file beside the screens is reached', async () => {
    const world = await running();
    const { host, cookie } = await entered(world);
    for (const at of [`/../${world.besides}`, `/%2e%2e/${world.besides}`, `/x/../../${world.besides}`]) {
      expect((await knock(world.api, { path: at, headers: { host, cookie } })).status, at).toBe(404);
    }
  });

  type Own = Awaited<ReturnType<typeof entered>>;
  const refusals: [string, (own: Own, api: LocalApi) => Sent, number][] = [
    ['a call without the cookie', ({ host }) => ({ path: '/trpc/status', headers: { host } }), 401],
    ['the page without the cookie', ({ host }) => ({ path: '/', headers: { host } }), 401],
    [
      'a cookie that was made up',
      ({ host }) => ({ path: '/trpc/status', headers: { host, cookie: `tidesync=${'0'.repeat(64)}` } }),
      401,
    ],
    [
      'the token instead of the cookie',
      ({ host }, api) => ({ path: '/trpc/status', headers: { host, authorization: `Bearer ${api.token}` } }),
      401,
    ],
    [
      "another site's page",
      ({ host, cookie }) => ({
        method: 'POST',
        path: '/trpc/logout',
        headers: { host, cookie, origin: 'https://evil.example' },
      }),
      403,
    ],
    [
      "another program's page on this computer",
      ({ host, cookie }) => ({
        method: 'POST',
        path: '/trpc/logout',
        headers: { host, cookie, origin: 'http://127.0.0.1:8080' },
      }),
      403,
    ],
    [
      'a page without an origin',
      ({ host, cookie }) => ({ path: '/trpc/status', headers: { host, cookie, origin: 'null' } }),
      403,
    ],
    [
      'a form that was sent from elsewhere',
      ({ host, cookie }) => ({ method: 'POST', path: '/trpc/logout', headers: { host, cookie } }),
      403,
    ],
    [
      'a picture or script that another site has put in',
      ({ host, cookie }) => ({
        path: '/trpc/status',
        headers: { host, cookie, 'sec-fetch-site': 'cross-site' },
      }),
      403,
    ],
    [
      'the same from another port, which cookies cannot tell apart',
      ({ host, cookie }) => ({
        path: '/trpc/status',
        headers: { host, cookie, 'sec-fetch-site': 'same-site' },
      }),
      403,
    ],
    [
      'a name that leads here after DNS rebinding',
      ({ cookie }, api) => ({ path: '/trpc/status', headers: { host: `evil.example:${api.port}`, cookie } }),
      403,
    ],
    [
      "the programs' name for the engine, with a browser's cookie",
      ({ cookie }, api) => ({ path: '/trpc/status', headers: { host: `127.0.0.1:${api.port}`, cookie } }),
      401,
    ],
    [
      'a name that is guessed',
      ({ cookie }, api) => ({
        path: '/trpc/status',
        headers: { host: `tidesync-${'0'.repeat(24)}.localhost:${api.port}`, cookie },
      }),
      403,
    ],
    [
      'a file that is to be written',
      ({ host, cookie, origin }) => ({ method: 'POST', path: '/', headers: { host, cookie, origin } }),
      405,
    ],
  ];
  test.each(refusals)('%s is refused', async (_what, sentOf, status) => {
    const world = await running();
    const own = await entered(world);
    expect((await knock(world.api, sentOf(own, world.api))).status).toBe(status);
  });

  test('it is over after twelve hours, and with the engine', async () => {
    const world = await running();
    const { host, cookie } = await entered(world);
    const look = async (api: LocalApi) => (await knock(api, { path: '/', headers: { host, cookie } })).status;
    world.clock.nowMs = 12 * 60 * MINUTE_MS - 1;
    expect(await look(world.api)).toBe(200);
    world.clock.nowMs++;
    expect(await look(world.api)).toBe(401);
  });

  test('many links push the oldest out, and nothing grows without end', async () => {
    const world = await running();
    const first = await world.link();
    for (let n = 0; n < 16; n++) await world.link();
    const use = { path: `${first.pathname}${first.search}`, headers: { host: first.host } };
    expect((await knock(world.api, use)).status).toBe(403);
  });
});

test('two engines have two names, so that one never gets the cookie of the other', async () => {
  const [one, other] = [await running(), await running()];
  const hostname = async (world: typeof one) => (await world.link()).hostname;
  expect(await hostname(one)).toMatch(/^tidesync-[0-9a-f]{24}\.localhost$/);
  expect(await hostname(one)).not.toBe(await hostname(other));
});

test('without screens the page says how they are made', async () => {
  const face = faceOf({ engine: scriptedEngine(), shutdown: async () => {} });
  const api = await serveLocalApi(face, { random, clock: { monotonicMs: () => 0 }, screensDir: null });
  closers.push(() => api.close());
  const link = new URL((await browserLink(api, random)) ?? '');
  const headers = { host: link.host };
  const answer = await knock(api, { path: `${link.pathname}${link.search}`, headers });
  const [setCookie = ''] = answer.headers['set-cookie'] as string[];
  const cookie = setCookie.split(';', 1)[0] ?? '';
  const page = await knock(api, { path: '/', headers: { ...headers, cookie } });
  expect([page.status, page.text]).toEqual([503, expect.stringMatching(/build:desktop/)]);
});
