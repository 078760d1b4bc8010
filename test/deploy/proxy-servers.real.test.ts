// The proxy before the servers: whom it asks, what it asks twice, and how streams go through it.

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../e2e/support/waiting.ts';
import type { RunningProxy } from './proxy-world.ts';
import { PUBLIC_HOST, startProxy } from './proxy-world.ts';
import type { FakeServer } from './upstreams.ts';
import { startFakeServer } from './upstreams.ts';

let servers: readonly [FakeServer, FakeServer];
let proxy: RunningProxy;

beforeAll(async () => {
  servers = [await startFakeServer(), await startFakeServer()];
  proxy = await startProxy({ servers: servers.map(({ address }) => address), objectStore: '127.0.0.1:9' });
});
afterAll(async () => {
  await proxy?.stop();
  for (const server of servers ?? []) await server.stop();
});
beforeEach(async () => {
  for (const server of servers) {
    server.ready = true;
    server.answer = (_asked, response) => response.end('ok');
  }
  await until('both servers are asked', async () => {
    await ask('GET', '/trpc/x');
    return servers.every(({ seen }) => seen.length > 0);
  });
  for (const { seen } of servers) seen.length = 0;
});

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  proxy.ask({ to: PUBLIC_HOST, method, path, headers });

test('an event arrives when it is sent, long before the stream ends', async () => {
  for (const server of servers)
    server.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: one\n\n');
      response.on('error', () => {});
      const more = setInterval(() => response.write('event: more\n\n'), 200);
      response.on('close', () => {
        clearInterval(more);
        closed++;
      });
    };
  let closed = 0;
  const sent = proxy.begin({
    to: PUBLIC_HOST,
    method: 'GET',
    path: '/trpc/changes.watch',
    headers: { accept: 'text/event-stream' },
  });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  answer.setEncoding('utf8').on('data', (slice: string) => {
    text += slice;
  });
  answer.on('error', () => {});
  await until('three events came', () => text.split('\n\n').length > 3);
  expect(closed).toBe(0);
  sent.destroy();
  await until('the server has noticed that the device is gone', () => closed === 1);
});

test('a server that says it is not ready is asked no more, and asked again when it is', async () => {
  servers[0].ready = false;
  await until('only the second one is asked', async () => {
    servers[0].seen.length = 0;
    for (let count = 0; count < 10; count++) expect((await ask('POST', '/trpc/x')).status).toBe(200);
    return servers[0].seen.length === 0;
  });
  servers[0].ready = true;
  await until('the first one is asked again', async () => {
    await ask('POST', '/trpc/x');
    return servers[0].seen.length > 0;
  });
});

test('a call that changes something is never sent twice, even when its server breaks off', async () => {
  for (const server of servers) server.answer = (asked) => asked.socket.destroy();
  const { status } = await ask('POST', '/trpc/sync.commit');
  expect(status).toBe(502);
  expect([...servers[0].seen, ...servers[1].seen]).toEqual(['POST /trpc/sync.commit']);
});

test('a call that only reads is sent again when its server breaks off', async () => {
  let broken = false;
  for (const server of servers)
    server.answer = (asked, response) => {
      if (broken) response.end('ok');
      else asked.socket.destroy();
      broken = true;
    };
  expect((await ask('GET', '/trpc/tree.list')).status).toBe(200);
  expect([...servers[0].seen, ...servers[1].seen]).toHaveLength(2);
});

test('without a ready server the answer says when to come back', async () => {
  for (const server of servers) server.ready = false;
  const answer = await until('nobody is asked any more', async () => {
    const one = await ask('GET', '/trpc/x');
    return one.status === 503 && one;
  });
  expect(answer.headers['retry-after']).toBe('5');
});

test('servers hear the address of who asks, and not what somebody claims', async () => {
  let heard: IncomingMessage['headers'] = {};
  for (const server of servers)
    server.answer = (asked, response) => {
      heard = asked.headers;
      response.end();
    };
  await ask('GET', '/trpc/x', { 'x-forwarded-for': '203.0.113.7' });
  expect(heard['x-forwarded-for']).toBe('127.0.0.1');
  expect(heard.host).toContain(PUBLIC_HOST);
});

test('the metrics are not for the world', async () => {
  for (const path of ['/metrics', '/metrics.json']) expect((await ask('GET', path)).status).toBe(404);
  expect([...servers[0].seen, ...servers[1].seen]).toEqual([]);
});
