import type { DeviceId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SessionLife } from '../../domain/session-life.ts';
import { sessionEndOf } from '../../domain/session-life.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { freshId, makeServerWorld, refusalOf, sha256 } from '../../testing/server-world.ts';
import { authenticate, confirmListener } from '../auth/authenticate.ts';
import type { Caller } from '../caller.ts';
import { rotateToken } from './rotate-token.ts';

const COPIED = { reason: 'deviceRevoked', copied: true };
const DAY_MS = 24 * 3_600_000;

let world: ServerWorld;
let ann: Caller;
beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  await signIn('first', 'device');
});
afterEach(() => world.stop());

async function signIn(token: string, life: SessionLife): Promise<void> {
  const { store, clock } = world.ports;
  const device = { deviceId: freshId<DeviceId>(), accountId: ann.accountId, name: token };
  const made = { ...device, tokenHash: sha256(token), createdAtMs: clock.nowMs() };
  await store.transact((tx) => tx.devices.create({ ...made, ...sessionEndOf(life, made.createdAtMs) }));
}
const use = (token: string) => authenticate(world.ports, token);
/** As a device does: every call of its is a use of the token it asks with. */
const rotate = async (token: string, next: string) => {
  await use(token);
  await rotateToken(world.ports, token, { nextHash: sha256(next) });
};

test('[W65] the next token takes the place of the current one, and speaks for the same device', async () => {
  const { deviceId } = await use('first');
  await rotate('first', 'second');
  world.advance(DAY_MS);
  await rotate('second', 'third');
  expect(await use('third')).toMatchObject({ deviceId, accountId: ann.accountId });
});

test('[W66] until the next token is used the old one is good, and the same change is answered alike', async () => {
  await rotate('first', 'second');
  for (const waitMs of [0, DAY_MS, 100 * DAY_MS]) {
    world.advance(waitMs);
    await rotate('first', 'second');
  }
  await use('second');
  await rotate('first', 'second');
  expect(await use('second')).toMatchObject({ accountId: ann.accountId });
});

test('[W66] behind the first use of the next token the old one is good for a minute, and no longer', async () => {
  await rotate('first', 'second');
  await use('second');
  world.advance(limits.replacedTokenGraceMs - 1);
  await use('second');
  expect(await use('first')).toMatchObject({ accountId: ann.accountId });
  world.advance(1);
  expect(await refusalOf(use('first'))).toEqual(COPIED);
});

test('[W67] a replaced token that is used ends the device for all who have one, and they are told why', async () => {
  const other = await world.addDevice(ann);
  const { deviceId } = await use('first');
  await rotate('first', 'second');
  await use('second');
  world.advance(limits.replacedTokenGraceMs);
  expect(await refusalOf(use('first'))).toEqual(COPIED);
  expect(await refusalOf(use('second'))).toEqual(COPIED);
  expect(await refusalOf(rotateToken(world.ports, 'second', { nextHash: sha256('x') }))).toMatchObject({
    reason: 'deviceRevoked',
  });
  const { store, clock } = world.ports;
  const left = await store.read.devices.listFor(ann.accountId, clock.nowMs());
  expect(left.map((device) => device.deviceId)).toEqual(
    expect.arrayContaining([ann.deviceId, other.deviceId]),
  );
  expect(left).toHaveLength(2);
  const audit = await store.read.audit.page({ before: null, sinceMs: 0, limit: 10 });
  expect(audit).toEqual([
    expect.objectContaining({ actor: 'server', action: 'deviceRevoked', target: deviceId }),
  ]);
});

test('[W67] a token that was replaced long ago is noticed as well', async () => {
  for (const [token, next] of [
    ['first', 'second'],
    ['second', 'third'],
    ['third', 'fourth'],
  ] as const) {
    await rotate(token, next);
    world.advance(DAY_MS);
  }
  expect(await refusalOf(use('first'))).toEqual(COPIED);
  expect(await refusalOf(use('fourth'))).toEqual(COPIED);
});

test.each([
  ['at once', 0],
  ['a day later', DAY_MS],
])(
  '[W67] of two that have one token, and change it both, %s, both are out in the end',
  async (_when, waitMs) => {
    await rotate('first', 'of one');
    await use('of one');
    world.advance(waitMs);
    expect(await refusalOf(rotate('first', 'of the other'))).toEqual(COPIED);
    expect(await refusalOf(use('of one'))).toEqual(COPIED);
  },
);

test("[W67] a token that was never used is nobody's: another takes its place, and two are noticed still", async () => {
  await rotate('first', 'of one');
  await rotate('first', 'of the other');
  expect(await refusalOf(use('of one'))).toEqual({ reason: 'signedOut' });
  await use('of the other');
  world.advance(limits.replacedTokenGraceMs);
  expect(await refusalOf(use('first'))).toEqual(COPIED);
});

test('[W67] listeners with a replaced token end quietly, and theirs is no use of it', async () => {
  const listens = (token: string) => confirmListener(world.ports, token);
  await rotate('first', 'second');
  await listens('second');
  world.advance(DAY_MS);
  expect(await listens('first')).toBe('listens');
  await use('second');
  world.advance(limits.replacedTokenGraceMs);
  expect(await listens('first')).toBe('outdated');
  expect(await use('second')).toMatchObject({ accountId: ann.accountId });
});

test('a token in use lives for an hour at least', async () => {
  await rotate('first', 'second');
  await use('second');
  expect(await refusalOf(rotate('second', 'third'))).toEqual({
    reason: 'tooManyTries',
    retryAfterMs: limits.deviceTokenLifeMsMin,
  });
  world.advance(limits.deviceTokenLifeMsMin);
  await rotate('second', 'third');
  expect(await use('third')).toMatchObject({ accountId: ann.accountId });
});

test("no token becomes current that is known, another device's or an own old one", async () => {
  await signIn('of the phone', 'device');
  await rotate('first', 'second');
  world.advance(DAY_MS);
  for (const known of ['of the phone', 'first']) {
    expect(await refusalOf(rotate('second', known))).toMatchObject({ reason: 'invalidInput' });
  }
  expect(await use('of the phone')).not.toMatchObject({ deviceId: (await use('second')).deviceId });
});

test("the token of a browser's session does not change", async () => {
  await signIn('of a browser', 'browser');
  expect(await refusalOf(rotate('of a browser', 'next'))).toMatchObject({ reason: 'invalidInput' });
  expect(await use('of a browser')).toMatchObject({ accountId: ann.accountId });
});

test('[W69] a device that never changes its token goes on for years', async () => {
  await use('first');
  world.advance(1_000 * DAY_MS);
  expect(await use('first')).toMatchObject({ accountId: ann.accountId });
});
