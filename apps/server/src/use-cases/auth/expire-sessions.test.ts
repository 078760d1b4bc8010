import type { DeviceId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionEndOf } from '../../domain/session-life.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { freshId, makeServerWorld, refusalOf, sha256 } from '../../testing/server-world.ts';
import { authenticate } from './authenticate.ts';
import { expireSessions } from './expire-sessions.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await makeServerWorld();
});
afterEach(() => world.stop());

test('[P14] sessions whose time is over are signed out, however many; devices are not', async () => {
  const { store, clock } = world.ports;
  const { accountId } = await world.addAccount('ann@example.org');
  const createdAtMs = clock.nowMs();
  const tokens = Array.from({ length: 1_001 }, (_, index) => `token ${index}`);
  await store.transact(async (tx) => {
    for (const token of tokens) {
      const device = { deviceId: freshId<DeviceId>(), accountId, name: 'browser', createdAtMs };
      const end = sessionEndOf('browser', createdAtMs);
      await tx.devices.create({ ...device, ...end, tokenHash: sha256(token) });
    }
  });
  world.advance(limits.browserSessionIdleMs - 1);
  expect(await expireSessions(world.ports)).toBe(0);
  const [used = ''] = tokens;
  expect(await authenticate(world.ports, used)).toMatchObject({ accountId });
  world.advance(1);
  expect(await expireSessions(world.ports)).toBe(1_000);
  expect(await expireSessions(world.ports)).toBe(0);
  expect(await store.read.devices.listFor(accountId, clock.nowMs())).toHaveLength(2);
  expect(await authenticate(world.ports, used)).toMatchObject({ accountId });
  expect(await refusalOf(authenticate(world.ports, tokens[1] ?? ''))).toEqual({ reason: 'deviceRevoked' });
});
