import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningServer } from './compose-server.ts';
import { startServer } from './compose-server.ts';
import { EMBEDDED_SETTINGS } from './settings/server-settings.ts';

/** Long enough for a few calls on a busy machine. */
const DRAIN_MS = 2_000;

let dataDir: string;
let server: RunningServer;
let agent: Agent;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tidesync-drain-'));
  server = await startServer({ dataDir, port: 0, settings: { ...EMBEDDED_SETTINGS, drainMs: DRAIN_MS } });
  agent = new Agent({ keepAlive: true });
});
afterEach(async () => {
  agent.destroy();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

async function answerOf(message: IncomingMessage): Promise<Answer> {
  let body = '';
  for await (const part of message.setEncoding('utf8')) body += part;
  return { status: message.statusCode, connection: message.headers.connection, body };
}

/** Asks over connections that are kept, as a proxy does; `body` may take its time. */
function ask(place: string, body?: AsyncIterable<string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request(`${server.url}${place}`, { agent, method, headers });
    asked.on('response', (message) => resolve(answerOf(message))).on('error', reject);
    const send = async () => {
      for await (const part of body ?? []) asked.write(part);
      asked.end();
    };
    send().catch(reject);
  });
}

const login = JSON.stringify({ email: 'nobody@example.org', password: 'a good password', deviceName: 'x' });

test('[W22] while it drains a server says that it is not ready, and answers all the same', async () => {
  expect(await ask('/ready')).toMatchObject({ status: 200, connection: 'keep-alive' });
  const drained = server.drain();
  expect(await ask('/ready')).toMatchObject({ status: 503, body: expect.stringContaining('draining') });
  expect(await ask('/health')).toMatchObject({ status: 200, connection: 'close' });
  const refusal = await ask(
    '/trpc/auth.login',
    (async function* () {
      yield login;
    })(),
  );
  expect(refusal).toMatchObject({ status: 401, connection: 'close' });
  await drained;
  await expect(ask('/health')).rejects.toThrow(/ECONNREFUSED|socket hang up|ECONNRESET/);
});

test('[W22] a call that runs when the drain is over is finished', async () => {
  const rest = Promise.withResolvers<void>();
  const slow = ask(
    '/trpc/auth.login',
    (async function* () {
      yield login.slice(0, 10);
      await rest.promise;
      yield login.slice(10);
    })(),
  );
  // On its way before the drain begins.
  await expect.poll(async () => (await ask('/health')).status).toBe(200);
  const drained = server.drain();
  await pause(DRAIN_MS);
  await expect
    .poll(() =>
      ask('/health').then(
        () => 'answers',
        () => 'closed',
      ),
    )
    .toBe('closed');
  rest.resolve();
  expect(await slow).toMatchObject({ status: 401, connection: 'close' });
  await drained;
});

test('a server that is stopped does not wait for a drain', async () => {
  const settings = { ...EMBEDDED_SETTINGS, drainMs: 600_000 };
  const folder = await mkdtemp(path.join(tmpdir(), 'tidesync-drain-'));
  const other = await startServer({ dataDir: folder, port: 0, settings });
  await other.stop();
  await rm(folder, { recursive: true, force: true });
});
