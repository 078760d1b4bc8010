import { randomBytes } from 'node:crypto';
import type { AccountId, DeviceId } from '@tidesync/shared/ids';
import { expect, test } from 'vitest';
import type { Store } from '../../ports/store.ts';

interface TokenBench {
  readonly store: () => Store;
  readonly addAccount: (email: string) => Promise<AccountId>;
  readonly addDevice: (
    accountId: AccountId,
  ) => Promise<{ readonly deviceId: DeviceId; readonly tokenHash: string }>;
}

const freshHash = () => randomBytes(32).toString('hex');

/** What a store promises about the tokens of devices; a part of its contract. */
export function tokenContract({ store, addAccount, addDevice }: TokenBench): void {
  test('replace their tokens, and those that were replaced are known', async () => {
    const { deviceId, tokenHash: first } = await addDevice(await addAccount('ann@example.org'));
    const [second, third] = [freshHash(), freshHash()];
    const replaceToken = (fromHash: string, toHash: string, atMs: number) =>
      store().transact((tx) =>
        tx.devices.replaceToken({ deviceId, fromHash, toHash, atMs, forgetBeforeMs: atMs - 15 }),
      );
    const standings = async () =>
      Promise.all(
        [first, second, third].map(async (hash) => {
          const found = await store().read.devices.byTokenHash(hash);
          return found?.device.deviceId === deviceId ? found.standing : null;
        }),
      );
    expect(await standings()).toEqual(['current', null, null]);
    expect(await replaceToken(first, second, 10)).toBe(true);
    expect(await replaceToken(first, third, 11)).toBe(false);
    expect(await standings()).toEqual(['previous', 'current', null]);
    const since = (tokenHash: string) => store().read.devices.tokenSinceMs({ deviceId, tokenHash });
    expect([await since(first), await since(second)]).toEqual([null, 10]);
    const use = (tokenHash: string, atMs: number) =>
      store().transact((tx) => tx.devices.noteTokenUsed({ deviceId, tokenHash, atMs }));
    const usedAtMs = async () =>
      (await store().read.devices.byTokenHash(first))?.device.tokenUsedAtMs ?? null;
    await use(first, 12);
    expect(await usedAtMs()).toBeNull();
    await use(second, 13);
    await use(second, 14);
    expect(await usedAtMs()).toBe(13);
    // What was replaced more than 15 before is forgotten.
    expect(await replaceToken(second, third, 30)).toBe(true);
    expect(await standings()).toEqual([null, 'previous', 'current']);
    expect((await store().read.devices.byTokenHash(second))?.device.tokenUsedAtMs).toBeNull();
  });

  test('replace a token that was never used as if it had not been there', async () => {
    const { deviceId, tokenHash: first } = await addDevice(await addAccount('ann@example.org'));
    const [unused, next, other] = [freshHash(), freshHash(), freshHash()];
    const from = { deviceId, fromHash: first, toHash: unused, atMs: 10, forgetBeforeMs: 0 };
    await store().transact((tx) => tx.devices.replaceToken(from));
    const replaceUnused = (fromHash: string, toHash: string) =>
      store().transact((tx) => tx.devices.replaceUnusedToken({ deviceId, fromHash, toHash }));
    expect(await replaceUnused(unused, next)).toBe(true);
    expect(await store().read.devices.byTokenHash(unused)).toBeNull();
    expect(await store().read.devices.byTokenHash(first)).toMatchObject({ standing: 'previous' });
    expect(await store().read.devices.byTokenHash(next)).toMatchObject({ standing: 'current' });
    await store().transact((tx) => tx.devices.noteTokenUsed({ deviceId, tokenHash: next, atMs: 12 }));
    expect(await replaceUnused(next, other)).toBe(false);
  });

  test('that are revoked keep their token', async () => {
    const accountId = await addAccount('ann@example.org');
    const { deviceId, tokenHash: fromHash } = await addDevice(accountId);
    const toHash = freshHash();
    await store().transact((tx) => tx.devices.revoke({ accountId, deviceId, atMs: 5, why: null }));
    const swap = { deviceId, fromHash, toHash, atMs: 6, forgetBeforeMs: 0 };
    expect(await store().transact((tx) => tx.devices.replaceToken(swap))).toBe(false);
    expect(await store().transact((tx) => tx.devices.replaceUnusedToken(swap))).toBe(false);
    expect(await store().read.devices.byTokenHash(toHash)).toBeNull();
  });
}
