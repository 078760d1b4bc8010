import { randomBytes } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits } from '@tidesync/shared/limits';
import { afterEach, describe, expect, test } from 'vitest';
import type { Random } from '../ports/environment.ts';
import { scriptedEngine } from '../testing/scripted-engine.ts';
import { connectEngine } from './client.ts';
import type { EngineFace } from './engine-face.ts';
import { faceOf } from './engine-face.ts';
import type { LocalApi } from './serve.ts';
import { serveLocalApi } from './serve.ts';

const random: Random = { bytes: (count) => randomBytes(count) };
const nodeClock = { monotonicMs: () => performance.now() };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function running() {
  const engine = scriptedEngine();
  let downs = 0;
  const shutdown = async () => {
    downs++;
  };
  const local = faceOf({ engine, shutdown });
  const api = await serveLocalApi(local, { random, clock: nodeClock, screensDir: null });
  closers.push(() => api.close());
  const remote = (await connectEngine(api, random)) as EngineFace;
  return { engine, local, remote, api, downs: () => downs };
}

/** One raw request; headers exactly as given. */
function knock(api: LocalApi, path: string, headers: Record<string, string>, body?: string) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ host: '127.0.0.1', port: api.port, path, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('[W11] who may ask', () => {
  const cases: [string, (api: LocalApi) => Record<string, string>, number][] = [
    ['the right token', (api) => ({ authorization: `Bearer ${api.token}` }), 200],
    ['no token', () => ({}), 401],
    ['a wrong token', () => ({ authorization: `Bearer ${'0'.repeat(64)}` }), 401],
    ['the token of another length', (api) => ({ authorization: `Bearer ${api.token}0` }), 401],
    ['any Origin', (api) => ({ authorization: `Bearer ${api.token}`, origin: 'http://127.0.0.1' }), 403],
    ['the Origin "null"', (api) => ({ authorization: `Bearer ${api.token}`, origin: 'null' }), 403],
    [
      'a rebound Host',
      (api) => ({ authorization: `Bearer ${api.token}`, host: `evil.example:${api.port}` }),
      403,
    ],
    [
      'localhost as Host',
      (api) => ({ authorization: `Bearer ${api.token}`, host: `localhost:${api.port}` }),
      403,
    ],
    ['a Host without the port', (api) => ({ authorization: `Bearer ${api.token}`, host: '127.0.0.1' }), 403],
  ];
  test.each(cases)('%s', async (_name, headersOf, want) => {
    const { api } = await running();
    expect((await knock(api, '/trpc/status', headersOf(api))).status).toBe(want);
  });

  test('a token in the URL is no token', async () => {
    const { api } = await running();
    expect((await knock(api, `/trpc/status?token=${api.token}`, {})).status).toBe(401);
  });

  test('`prove` opens no other procedure, not even in a batch', async () => {
    const { api } = await running();
    const body = JSON.stringify({ 0: { nonce: 'a'.repeat(32) } });
    const headers = { 'content-type': 'application/json' };
    expect((await knock(api, '/trpc/prove,shutdown?batch=1', headers, body)).status).toBe(401);
    expect((await knock(api, '/trpc/prove/../shutdown', headers, body)).status).toBe(401);
    expect((await knock(api, '/trpc/prove?batch=1', headers, body)).status).toBeGreaterThanOrEqual(400);
  });

  test('a body that is too large is refused', async () => {
    const { api } = await running();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${api.token}` };
    const body = JSON.stringify({ path: 'x'.repeat(300_000) });
    expect((await knock(api, '/trpc/folders.remove', headers, body)).status).toBe(413);
  });
});

describe('proof before the token', () => {
  test('[W12] a squatter on the port never sees the token', async () => {
    const seen: string[] = [];
    const squatter = createServer((req, res) => {
      seen.push(String(req.headers.authorization));
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ result: { data: { proof: 'ab'.repeat(32) } } }));
    });
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => squatter.close(resolve)));
    const { port } = squatter.address() as AddressInfo;
    expect(await connectEngine({ port, token: 'ff'.repeat(32) }, random)).toBeNull();
    expect(seen).toEqual(['undefined']);
  });

  test('an engine with another token is not ours', async () => {
    const { api } = await running();
    expect(await connectEngine({ port: api.port, token: 'ff'.repeat(32) }, random)).toBeNull();
  });

  test('nobody there', async () => {
    const { api } = await running();
    await api.close();
    expect(await connectEngine(api, random)).toBeNull();
  });
});

describe.each(['local', 'remote'] as const)('the %s face', (which) => {
  test('passes calls and answers on', async () => {
    const { engine, downs, ...faces } = await running();
    const face = faces[which];
    expect((await face.status()).version).toBe('1');
    await face.pause('all', 5);
    await face.moveFolder('/a', '/b');
    await face.login({ serverUrl: 'http://127.0.0.1', email: 'a@b', password: 'p', deviceName: 'd' });
    expect(engine.calls).toEqual(['pause all 5', 'move /a /b', 'login a@b']);
    expect(await face.activity(10)).toHaveLength(1);
    await face.shutdown();
    expect(downs()).toBe(1);
  });

  test('what screens ask beyond the commands goes the same way', async () => {
    const { screens } = (await running())[which];
    expect(await screens.preview('/a')).toEqual({ is: 'none', why: 'missing' });
    const url = 'https://a.test';
    await expect(screens.checkServer(url)).rejects.toMatchObject({ problem: { reason: 'notTidesync', url } });
    const checking = screens.checkFolder({ path: '/a', library: null });
    await expect(checking).rejects.toMatchObject({ problem: { reason: 'signedOut' } });
    await expect(screens.versions('/a', null)).rejects.toMatchObject({ problem: { reason: 'signedOut' } });
  });

  test('a Failure arrives as the same Failure', async () => {
    const faces = await running();
    const adding = faces[which].addFolder({ path: '/a', library: 'Photos' });
    await expect(adding).rejects.toMatchObject({ problem: { reason: 'libraryMissing', library: 'Photos' } });
  });

  test('settle says whether it came to rest in time', async () => {
    const { engine, ...faces } = await running();
    const over = new AbortController();
    const waiting = faces[which].settle(over.signal);
    over.abort();
    expect(await waiting).toBe(false);
    engine.settles();
    expect(await faces[which].settle(new AbortController().signal)).toBe(true);
  });

  test('watch gives the status now and after each change, and leaves no listener', async () => {
    const { engine, ...faces } = await running();
    const over = new AbortController();
    const seen: string[] = [];
    for await (const status of faces[which].watch(over.signal)) {
      seen.push(status.version);
      if (seen.length === 1) engine.becomes('2');
      if (seen.length === 2) over.abort();
    }
    expect(seen).toEqual(['1', '2']);
    await expect.poll(() => engine.listeners()).toBe(0);
  });
});

test('rubbish is answered with a problem, bugs without their details', async () => {
  const { remote, api } = await running();
  await expect(remote.activity(-1)).rejects.toMatchObject({ problem: { reason: 'invalidInput' } });
  await expect(remote.why('/secret')).rejects.toMatchObject({ problem: { reason: 'internal' } });
  const headers = { authorization: `Bearer ${api.token}` };
  const answer = await knock(api, '/trpc/why?input=%7B%22path%22%3A%22%2Fsecret%22%7D', headers);
  expect(answer.text).not.toMatch(/bug|stack|\.ts/);
  expect((await knock(api, '/trpc/nothing', headers)).status).toBe(404);
});

test('what holds for the whole device is changed in parts, and within its bounds', async () => {
  const { engine, remote, local } = await running();
  for (const face of [local, remote]) {
    await face.changeDeviceSettings({ uploadLimit: 2_000_000, onBattery: 'pause' });
    await face.syncAnyway();
    await face.lookAround();
  }
  const calls = ['device {"uploadLimit":2000000,"onBattery":"pause"}', 'sync anyway', 'look around'];
  expect(engine.calls).toEqual([...calls, ...calls]);
  const tooSlow = remote.changeDeviceSettings({ uploadLimit: limits.speedLimitBytesMin - 1 });
  await expect(tooSlow).rejects.toMatchObject({ problem: { reason: 'invalidInput' } });
});

test('when the engine goes away, a watcher and a caller learn it', async () => {
  const { remote, api } = await running();
  const settling = expect(remote.settle(new AbortController().signal)).rejects.toMatchObject({
    problem: { reason: 'engineDown' },
  });
  const watching = (async () => {
    for await (const _ of remote.watch(new AbortController().signal)) await api.close();
  })();
  await expect(watching).rejects.toMatchObject({ problem: { reason: 'engineDown' } });
  await settling;
  await expect(remote.status()).rejects.toMatchObject({ problem: { reason: 'engineDown' } });
});

test('a check tells how far it is, and in the end what was found; a damaged file is decided on', async () => {
  const { engine, remote, local } = await running();
  for (const face of [local, remote]) {
    const heard: number[] = [];
    const { signal } = new AbortController();
    const order = {
      path: '/docs',
      deep: true,
      signal,
      progress: (now: { done: number }) => heard.push(now.done),
    };
    expect(await face.verify(order)).toEqual([]);
    await face.decideDamage('/docs/a', 'server');
  }
  const calls = ['verify /docs', 'decide /docs/a server'];
  expect(engine.calls).toEqual([...calls, ...calls]);
});

test('a check that is stopped answers nothing', async () => {
  const { remote } = await running();
  const order = { path: '/docs', deep: false, signal: AbortSignal.abort(), progress: () => undefined };
  expect(await remote.verify(order)).toBeNull();
});
