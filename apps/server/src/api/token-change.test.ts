import { createHash } from 'node:crypto';
import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventStream } from '../testing/sse.ts';
import { openStream } from '../testing/sse.ts';
import type { TestServer } from '../testing/test-server.ts';
import { clientOf, problemFrom, startTestServer } from '../testing/test-server.ts';

const email = 'ann@example.org';
const NEXT = `tds_${'n'.repeat(43)}`;
let server: TestServer;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  server = await startTestServer({ clock: { nowMs: () => nowMs }, watchRecheckMs: 20 });
  await server.makeAccount(email);
});
afterEach(() => server.stop());

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const watch = (token: string) => openStream(`${server.url}/trpc/changes.watch`, token);

/** What a stream says in the end, after its bells. */
async function endOf(stream: EventStream) {
  for (;;) {
    const event = await stream.next();
    if (event?.event !== 'message') return event;
  }
}

test('[W66] a stream with a replaced token ends without an error, and the device goes on with the next', async () => {
  const { client, token } = await server.signIn(email);
  const stream = await watch(token);
  await client.devices.rotate.mutate({ nextHash: hashOf(NEXT) });
  await clientOf(server.url, NEXT).auth.whoami.query();
  nowMs += limits.replacedTokenGraceMs;
  const end = await endOf(stream);
  expect(end?.event).not.toBe('serialized-error');
  expect(await clientOf(server.url, NEXT).auth.whoami.query()).toMatchObject({ email });
});

test('[W67] a replaced token that is used ends the device, and its open streams say why', async () => {
  const { client, token } = await server.signIn(email);
  await client.devices.rotate.mutate({ nextHash: hashOf(NEXT) });
  const next = clientOf(server.url, NEXT);
  await next.auth.whoami.query();
  const stream = await watch(NEXT);
  nowMs += limits.replacedTokenGraceMs;
  const copied = { reason: 'deviceRevoked', copied: true };
  expect(await problemFrom(clientOf(server.url, token).auth.whoami.query())).toEqual(copied);
  expect(await problemFrom(next.auth.whoami.query())).toEqual(copied);
  expect(await endOf(stream)).toMatchObject({
    event: 'serialized-error',
    data: { data: { problem: copied, httpStatus: 401 } },
  });
});

test.each([
  ['no hash', 'x'],
  ['a token', NEXT],
])('[W1] %s is refused as the next token', async (_what, nextHash) => {
  const { client } = await server.signIn(email);
  expect(await problemFrom(client.devices.rotate.mutate({ nextHash }))).toMatchObject({
    reason: 'invalidInput',
  });
  expect(await client.auth.whoami.query()).toMatchObject({ email });
});

test('[W69] a call that a server does not know is refused as that, and not because of who calls', async () => {
  const { token } = await server.signIn(email);
  const answer = await fetch(`${server.url}/trpc/devices.unknown`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ nextHash: hashOf(NEXT) }),
  });
  expect(await answer.json()).toMatchObject({ error: { data: { class: 'INVALID_ARGUMENT' } } });
});
