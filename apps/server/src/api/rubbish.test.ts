import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { LibraryId } from '@tidesync/shared/ids';
import { health, PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStream } from '../testing/sse.ts';
import type { Device, TestServer } from '../testing/test-server.ts';
import { clientOf, problemFrom, startTestServer } from '../testing/test-server.ts';

let server: TestServer;
let ann: Device;

beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('ann@example.org');
  ann = await server.signIn('ann@example.org');
});
afterAll(() => server.stop());

interface Post {
  readonly path: string;
  readonly body: string;
  readonly headers?: Record<string, string>;
}
async function post({
  path,
  body,
  headers = {},
}: Post): Promise<{ status: number; json: unknown; text: string }> {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ann.token}`, ...headers },
    body,
  });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) as unknown };
}
const refusal = (detail: unknown) => ({
  error: {
    message: expect.any(String),
    code: expect.any(Number),
    data: expect.objectContaining({ problem: detail }),
  },
});
const invalid = { reason: 'invalidInput', detail: expect.any(String) };

/** A server that lives answers this; checked after each piece of rubbish. */
async function expectAlive(): Promise<void> {
  const answer = await fetch(`${server.url}/health`);
  expect(health.parse(await answer.json())).toMatchObject({ ok: true, protocol: PROTOCOL_VERSION });
}

describe('[W1] rubbish is refused with a known problem, and the server lives on', () => {
  const create = '/trpc/libraries.create';
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const deepObject = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const cases: [why: string, request: Post, status: number][] = [
    ['[W6] 10 MB of JSON', { path: create, body: JSON.stringify({ name: 'x'.repeat(10_000_000) }) }, 413],
    ['half a JSON', { path: create, body: '{"name": ' }, 400],
    ['nothing', { path: create, body: '' }, 400],
    ['a number', { path: create, body: '42' }, 400],
    ['null', { path: create, body: 'null' }, 400],
    ['deep arrays', { path: create, body: deep }, 400],
    ['deep objects', { path: create, body: deepObject }, 400],
    [
      'prototype keys',
      { path: create, body: '{"__proto__":{"libraryId":"x"},"constructor":{"name":"y"}}' },
      400,
    ],
    ['another media type', { path: create, body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415],
    [
      'a form',
      { path: create, body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['no such procedure', { path: '/trpc/libraries.explode', body: '{}' }, 400],
    ['a prototype as procedure', { path: '/trpc/__proto__.constructor', body: '{}' }, 400],
    ['toString as procedure', { path: '/trpc/toString', body: '{}' }, 400],
    ['another path', { path: '/admin', body: '{}' }, 404],
    [
      'a NUL in a name',
      { path: create, body: '{"libraryId":"00000000-0000-4000-8000-000000000000","name":"a\\u0000"}' },
      400,
    ],
    ['an SQL id', { path: '/trpc/libraries.delete', body: '{"libraryId":"1\' OR 1=1"}' }, 400],
  ];
  test.each(cases)('%s', async (_why, request, status) => {
    const answer = await post(request);
    expect(answer.json).toEqual(refusal(invalid));
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/stack|node_modules|\.ts:/);
    await expectAlive();
  });

  test('[W6] a batch of eleven', async () => {
    const paths = Array(11).fill('auth.whoami').join(',');
    const answer = await fetch(`${server.url}/trpc/${paths}?batch=1`, {
      headers: { authorization: `Bearer ${ann.token}` },
    });
    expect(answer.status).toBe(400);
    await expectAlive();
  });

  test('rubbish instead of HTTP', async () => {
    const { port, hostname } = new URL(server.url);
    for (const bytes of [
      '\x16\x03\x01\x02\x00hello',
      'GET / HTTP/9.9\r\n\r\n',
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(bytes));
        socket
          .on('data', () => undefined)
          .on('error', () => undefined)
          .on('close', () => resolve());
      });
    }
    await expectAlive();
  });
});

describe('a connection that takes its time', () => {
  test('[W6] is cut if it trickles a body, and kept if it is a watch', async () => {
    const slow = await startTestServer({ bodyTimeoutMs: 100 });
    await slow.makeAccount('ann@example.org');
    const { token, client } = await slow.signIn('ann@example.org');
    const bells = await openStream(`${slow.url}/trpc/changes.watch`, token);
    const { port, hostname } = new URL(slow.url);
    const head =
      'POST /trpc/auth.login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{';
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write(head));
      socket
        .on('data', () => undefined)
        .on('error', () => undefined)
        .on('close', () => resolve());
    });
    const libraryId = randomUUID() as LibraryId;
    await client.libraries.create.mutate({ libraryId, name: 'Later' });
    expect(await bells.next()).toMatchObject({ data: { libraryId } });
    bells.close();
    await slow.stop();
  });
});

describe('while one sends rubbish without end', () => {
  const CALLS = 15;
  const trickling = 'POST /trpc/auth.login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

  test('[W1] [W6] what others ask is answered all the same', async () => {
    const { port, hostname } = new URL(server.url);
    const { client } = await server.signIn('ann@example.org', 'another device');
    const slow = Array.from({ length: 50 }, () => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(`${trickling}content-length: 9999999\r\n\r\n{`),
      );
      return socket.on('data', () => undefined).on('error', () => undefined);
    });
    const over = new AbortController();
    const large = JSON.stringify({ name: 'x'.repeat(10_000_000) });
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const wide = JSON.stringify({ libraryId: Array(1_000_000).fill(1) });
    const batch = `/trpc/${Array(10).fill('libraries.create').join(',')}?batch=1`;
    const statuses = new Set<number>();
    const flood = [
      { path: '/trpc/libraries.create', body: large },
      { path: '/trpc/libraries.create', body: deep },
      { path: '/trpc/libraries.create', body: wide },
      { path: batch, body: deep },
    ].map(async (request) => {
      while (!over.signal.aborted) {
        // A refusal may come before the whole body was taken.
        const answer = await post(request).catch(() => null);
        if (answer !== null) statuses.add(answer.status);
      }
    });
    const libraryId = randomUUID() as LibraryId;
    await client.libraries.create.mutate({ libraryId, name: 'Meanwhile' });
    for (let call = 0; call < CALLS; call++) {
      const { libraries } = await client.libraries.list.query();
      expect(libraries.map((one) => one.libraryId)).toContain(libraryId);
    }
    over.abort();
    await Promise.all(flood);
    for (const socket of slow) socket.destroy();
    expect([...statuses].filter((status) => status < 400 || status >= 500)).toEqual([]);
    expect(statuses.size).toBeGreaterThan(0);
    await expectAlive();
  });
});

describe('what errors tell', () => {
  test('[W3] the place and kind of a wrong input, with its class', async () => {
    const call = ann.client.libraries.create.mutate({ libraryId: 'no id' as never, name: '' });
    expect(await problemFrom(call)).toEqual({
      reason: 'invalidInput',
      detail: expect.stringMatching(/^libraryId .+; name /),
    });
    const answer = await post({
      path: '/trpc/devices.revoke',
      body: '{"deviceId":"00000000-0000-4000-8000-000000000000"}',
    });
    expect(answer.json).toEqual({
      error: {
        message: expect.stringContaining('There is no device'),
        code: -32004,
        data: {
          code: 'NOT_FOUND',
          httpStatus: 404,
          class: 'NOT_FOUND',
          problem: { reason: 'deviceMissing', device: '00000000-0000-4000-8000-000000000000' },
        },
      },
    });
    expect(answer.status).toBe(404);
  });

  test('[W2] another protocol, before anything else', async () => {
    const client = PROTOCOL_VERSION + 1;
    const newer = clientOf(server.url, null, { 'x-tidesync-protocol': `${client}` });
    expect(await problemFrom(newer.auth.whoami.query())).toEqual({
      reason: 'incompatible',
      server: PROTOCOL_VERSION,
      client,
    });
    const same = clientOf(server.url, ann.token, { 'x-tidesync-protocol': `${PROTOCOL_VERSION}` });
    expect(await same.auth.whoami.query()).toMatchObject({ email: ann.email });
  });
});
