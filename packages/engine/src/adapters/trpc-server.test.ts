import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import { afterEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { createServerApi, parseServerUrl } from './trpc-server.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0).reverse()) step();
});

/** Some other program on loopback, which answers everything like that. */
async function program(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const apiAt = (url: string, clock = new FakeClock()) =>
  createServerApi({ url, token: () => 'tds_secret', clock, random: seededRandom(1) });
const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: { problem?: unknown }) => error.problem,
  );
const says = (status: number, body: string, headers: Record<string, string> = {}) =>
  program((request, response) => {
    request.resume();
    const type = body.startsWith('{') ? 'application/json' : 'text/html';
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  });

test('addresses are taken as people type them', () => {
  expect(parseServerUrl(' https://files.example.org/ ')).toBe('https://files.example.org');
  expect(parseServerUrl('http://ann:pw@localhost:8750/sync//?a=1#b')).toBe('http://localhost:8750/sync');
  expect(parseServerUrl('ftp://files.example.org')).toBeNull();
  expect(parseServerUrl('files.example.org')).toBeNull();
});

test('[W15] a port where nothing listens is unreachable, in plain words', async () => {
  const url = await says(200, '');
  for (const step of cleanUp.splice(0)) step();
  const detail = 'connection refused: nothing listens at this address';
  expect(await problemOf(apiAt(url).call('account.quota'))).toEqual({ reason: 'unreachable', url, detail });
  expect(await problemOf(apiAt(url).checkHealth())).toEqual({ reason: 'unreachable', url, detail });
});

test('a connection that is cut in the answer is unreachable', async () => {
  const url = await program((request, response) => {
    response.writeHead(200, { 'content-length': '1000', 'content-type': 'application/json' }).write('{"res');
    setImmediate(() => request.socket.destroy());
  });
  expect(await problemOf(apiAt(url).call('account.quota'))).toMatchObject({ reason: 'unreachable', url });
});

test.each([
  ['a page', 200, '<html>It works</html>'],
  ['broken JSON', 200, '{"result":'],
  ['JSON of another kind', 200, '{"result":{"data":{"used":1}}}'],
  ['its own 404', 404, 'not here'],
])('%s is no Tidesync server', async (_what, status, body) => {
  const url = await says(status, body);
  expect(await problemOf(apiAt(url).call('account.quota'))).toEqual({ reason: 'notTidesync', url });
  expect(await problemOf(apiAt(url).checkHealth())).toEqual({ reason: 'notTidesync', url });
});

test('[W15] a redirect is told and not followed', async () => {
  const url = await says(301, '', { location: 'https://elsewhere.example/trpc/x?key=1' });
  const detail = 'it sends us on to https://elsewhere.example/trpc/x';
  expect(await problemOf(apiAt(url).call('account.quota'))).toEqual({ reason: 'unreachable', url, detail });
});

test('a proxy without its server is unreachable', async () => {
  const url = await says(502, '<html>Bad gateway</html>');
  expect(await problemOf(apiAt(url).call('account.quota'))).toMatchObject({ reason: 'unreachable' });
});

test('another protocol is incompatible', async () => {
  const url = await says(200, '{"ok":true,"product":"tidesync","protocol":7,"version":"9.0.0"}');
  const problem = { reason: 'incompatible', server: 7, client: PROTOCOL_VERSION };
  expect(await problemOf(apiAt(url).checkHealth())).toEqual(problem);
});

test('[W15] the problem in an error is passed on whole; one that nobody knows is internal', async () => {
  const shape = (problem: unknown) =>
    JSON.stringify({ error: { message: 'x', code: -32600, data: { code: 'BAD_REQUEST', problem } } });
  const url = await says(429, shape({ reason: 'tooManyTries', retryAfterMs: 5 }));
  const problem = { reason: 'tooManyTries', retryAfterMs: 5 };
  expect(await problemOf(apiAt(url).call('account.quota'))).toEqual(problem);
  const newer = await says(400, shape({ reason: 'notInventedYet' }));
  expect(await problemOf(apiAt(newer).call('account.quota'))).toEqual({ reason: 'internal' });
});

test('[W18] a reason that nobody knows yet counts as one of its class', async () => {
  const answer = (status: number, problemClass: string) => {
    const data = { problem: { reason: 'notInventedYet' }, class: problemClass };
    return says(status, JSON.stringify({ error: { message: 'No such files here.', code: -32600, data } }));
  };
  const heard = async (status: number, problemClass: string) =>
    problemOf(apiAt(await answer(status, problemClass)).call('account.quota'));
  expect(await heard(400, 'INVALID_ARGUMENT')).toEqual({
    reason: 'invalidInput',
    detail: 'No such files here',
  });
  expect(await heard(503, 'UNAVAILABLE')).toEqual({ reason: 'databaseUnavailable' });
  expect(await heard(500, 'INTERNAL')).toEqual({ reason: 'internal' });
});

test('[W19] a failure brings along how long the server asks to be left alone, within a bound', async () => {
  const waitOf = async (retryAfterMs: unknown) => {
    const data = { problem: { reason: 'storeUnavailable', detail: 'x' }, retryAfterMs };
    const url = await says(503, JSON.stringify({ error: { message: 'x', code: -32603, data } }));
    return apiAt(url)
      .call('account.quota')
      .catch((error: { retryAfterMs?: unknown }) => error.retryAfterMs);
  };
  expect(await waitOf(1_500)).toBe(1_500);
  expect(await waitOf(86_400_000)).toBe(60_000);
  for (const odd of [undefined, -1, 'soon', null]) expect(await waitOf(odd)).toBe(0);
});

test('[W61] a call that was not read, for all that its account sends, is sent again as it was', async () => {
  const bodies: string[] = [];
  const url = await program((request, response) => {
    const parts: Buffer[] = [];
    request
      .on('data', (part) => parts.push(part))
      .on('end', () => {
        bodies.push(Buffer.concat(parts).toString());
        const data = { problem: { reason: 'accountBusy' }, class: 'ABORTED', retryAfterMs: 1_000 };
        const refusal = { error: { message: 'x', code: -32009, data } };
        const isOver = bodies.length % 3 === 0;
        const head = { 'content-type': 'application/json' };
        response.writeHead(isOver ? 200 : 409, head).end(JSON.stringify(isOver ? { result: {} } : refusal));
      });
  });
  const waits: number[] = [];
  const clock = Object.assign(new FakeClock(), {
    sleep: async (ms: number) => {
      waits.push(ms);
    },
  });
  await apiAt(url, clock).call('auth.logout');
  await apiAt(url, clock).call('libraries.rename', { libraryId: 'a' as never, name: 'b' });
  expect(bodies).toHaveLength(6);
  expect(new Set(bodies.slice(3)).size).toBe(1);
  expect(waits).toHaveLength(4);
  for (const ms of waits) expect(ms).toBeGreaterThanOrEqual(1_000);
});

test('[W61] after some tries it fails as what it is, with how long to wait', async () => {
  const data = { problem: { reason: 'accountBusy' }, class: 'ABORTED', retryAfterMs: 1_000 };
  const url = await says(409, JSON.stringify({ error: { message: 'x', code: -32009, data } }));
  const clock = Object.assign(new FakeClock(), { sleep: async () => undefined });
  const call = apiAt(url, clock).call('account.quota');
  await expect(call).rejects.toMatchObject({ problem: { reason: 'accountBusy' }, retryAfterMs: 1_000 });
});

test('[W4] the token goes in a header and never in an address', async () => {
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];
  const url = await program(({ url: path, headers }, response) => {
    seen.push({ url: path, authorization: headers.authorization });
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: connected\ndata: {}\n\n');
  });
  const states: string[] = [];
  const watch = apiAt(url).watch(
    () => undefined,
    (state) => states.push(state),
  );
  await vi.waitFor(() => expect(states).toEqual(['connected']));
  watch.close();
  expect(seen).toEqual([{ url: '/trpc/changes.watch', authorization: 'Bearer tds_secret' }]);
});

test('[W16] a bell that falls silent is connected again, after a while', async () => {
  let connections = 0;
  const url = await program((_request, response) => {
    connections++;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: connected\ndata: {}\n\n');
  });
  const clock = new FakeClock();
  const states: string[] = [];
  const watch = apiAt(url, clock).watch(
    () => undefined,
    (state) => states.push(state),
  );
  await vi.waitFor(() => expect(states).toEqual(['connected']));
  for (let passedMs = 0; passedMs <= 65_000; passedMs += 5_000) {
    clock.advance(5_000);
    await nextTurn();
  }
  await vi.waitFor(() => expect(states).toContain('lost'));
  expect(connections).toBe(1);
  clock.advance(30_000);
  await vi.waitFor(() => expect(states).toEqual(['connected', 'lost', 'connected']));
  watch.close();
});

test('[W16] a bell whose server is away is tried less and less often, and not after the close', async () => {
  let tries = 0;
  const url = await program((request) => {
    tries++;
    request.socket.destroy();
  });
  const clock = new FakeClock();
  const states: string[] = [];
  const watch = apiAt(url, clock).watch(
    () => undefined,
    (state) => states.push(state),
  );
  for (let wanted = 1; wanted <= 4; wanted++) {
    await vi.waitFor(() => expect(tries).toBe(wanted));
    await vi.waitFor(() => expect(clock.sleepers).toBe(1));
    clock.advance(500 * 2 ** (wanted - 1) - 1);
    await nextTurn();
    expect(tries).toBe(wanted);
    clock.advance(500 * 2 ** wanted);
  }
  expect(states).toEqual(['lost']);
  watch.close();
  clock.advance(60_000);
  await nextTurn();
  expect(tries).toBeLessThanOrEqual(5);
});
