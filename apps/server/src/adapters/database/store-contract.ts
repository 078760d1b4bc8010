import { randomBytes } from 'node:crypto';
import { CHAIN_START } from '@tidesync/shared/chain';
import type { AccountId, DeviceId, LibraryId, UploadId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../ports/store.ts';
import { tokenContract } from './token-contract.ts';

export interface OpenStore {
  readonly store: Store;
  /** Another opening of the same data, as another process would have it. */
  openAgain(): Store | Promise<Store>;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

const freshId = <T extends string>() => uuidFromBytes(randomBytes(16)) as T;
const freshHash = () => randomBytes(32).toString('hex');

/** What `ports/store.ts` promises, held against a store; every adapter runs it. */
export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the contract of a store:`, () => {
    let opened: OpenStore;
    let store: Store;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.dispose());

    const addAccount = async (email: string, limitBytes = 1_000) => {
      const accountId = freshId<AccountId>();
      const account = { accountId, email, passwordHash: '$hash', admin: false, limitBytes, createdAtMs: 5 };
      expect(await store.transact((tx) => tx.accounts.create(account))).toBe(true);
      return accountId;
    };
    const addDevice = async (accountId: AccountId, createdAtMs = 7) => {
      const life = { expiresAtMs: null, idleLifeMs: null };
      const device = { deviceId: freshId<DeviceId>(), accountId, name: 'laptop', createdAtMs, ...life };
      const tokenHash = freshHash();
      await store.transact((tx) => tx.devices.create({ ...device, tokenHash }));
      return { ...device, tokenHash };
    };
    const addLibrary = async (ownerId: AccountId, libraryName = 'Photos') => {
      const libraryId = freshId<LibraryId>();
      const library = { libraryId, ownerId, name: libraryName, createdAtMs: 9 };
      return { libraryId, outcome: await store.transact((tx) => tx.libraries.create(library)) };
    };
    const quotaOf = async (id: AccountId) => {
      const account = await store.read.accounts.byId(id);
      return [account?.usedBytes, account?.reservedBytes];
    };

    describe('transactions', () => {
      test('write all or nothing', async () => {
        const accountId = await addAccount('ann@example.org');
        const broken = store.transact(async (tx) => {
          await tx.accounts.setSuspended(accountId, true);
          throw new Error('in the middle');
        });
        await expect(broken).rejects.toThrow('in the middle');
        expect((await store.read.accounts.byId(accountId))?.suspended).toBe(false);
      });

      test('see their own writes, which nobody else sees before they end', async () => {
        const accountId = await addAccount('ann@example.org');
        await store.transact(async (tx) => {
          await tx.accounts.setLimit(accountId, 77);
          expect((await tx.accounts.byId(accountId))?.limitBytes).toBe(77);
          expect((await store.read.accounts.byId(accountId))?.limitBytes).toBe(1_000);
        });
        expect((await store.read.accounts.byId(accountId))?.limitBytes).toBe(77);
      });

      test('do not mix with each other', async () => {
        const accountId = await addAccount('ann@example.org', 0);
        const increments = Array.from({ length: 20 }, () =>
          store.transact(async (tx) => {
            const account = await tx.accounts.byId(accountId);
            await tx.accounts.count();
            await tx.accounts.setLimit(accountId, (account?.limitBytes ?? 0) + 1);
          }),
        );
        await Promise.all(increments);
        expect((await store.read.accounts.byId(accountId))?.limitBytes).toBe(20);
      });

      test('cannot be used when they are over', async () => {
        const accounts = await store.transact(async (tx) => tx.accounts);
        await expect(accounts.count()).rejects.toThrow('invariant');
      });

      test('do not begin inside each other', async () => {
        const nested = store.transact(() => store.transact(async () => 1));
        await expect(nested).rejects.toThrow('invariant');
        expect(await store.transact(async () => 2)).toBe(2);
      });

      test('of another opening are seen at once', async () => {
        const accountId = await addAccount('ann@example.org');
        const other = await opened.openAgain();
        await other.transact((tx) => tx.accounts.setSuspended(accountId, true));
        expect((await store.read.accounts.byId(accountId))?.suspended).toBe(true);
        await other.close();
      });
    });

    describe('accounts', () => {
      test('have one e-mail each', async () => {
        const accountId = await addAccount('ann@example.org');
        const twin = { accountId: freshId<AccountId>(), email: 'ann@example.org', passwordHash: '-' };
        const account = { ...twin, admin: true, limitBytes: 1, createdAtMs: 1 };
        expect(await store.transact((tx) => tx.accounts.create(account))).toBe(false);
        expect(await store.read.accounts.count()).toBe(1);
        expect(await store.read.accounts.byEmail('ann@example.org')).toEqual({
          accountId,
          email: 'ann@example.org',
          passwordHash: '$hash',
          admin: false,
          suspended: false,
          limitBytes: 1_000,
          usedBytes: 0,
          reservedBytes: 0,
          createdAtMs: 5,
          organisationId: null,
          sliceBytes: 0,
        });
        expect(await store.read.accounts.byEmail('ANN@example.org')).toBeNull();
      });

      test('are listed in pages by e-mail', async () => {
        for (const email of ['c@x', 'a@x', 'b@x']) await addAccount(email);
        const emails = async (afterEmail: string | null) =>
          (await store.read.accounts.page({ afterEmail, limit: 2 })).map((account) => account.email);
        expect(await emails(null)).toEqual(['a@x', 'b@x']);
        expect(await emails('b@x')).toEqual(['c@x']);
      });

      test('reserve, settle and release within their limit', async () => {
        const accountId = await addAccount('ann@example.org');
        const reserve = (sizeBytes: number) =>
          store.transact((tx) => tx.accounts.reserve(accountId, sizeBytes));
        const settle = (chargeBytes: number, releaseBytes: number) =>
          store.transact((tx) => tx.accounts.settle({ accountId, chargeBytes, releaseBytes }));
        expect(await reserve(600)).toBe(true);
        expect(await reserve(401)).toBe(false);
        expect(await settle(601, 200)).toBe(false);
        expect(await settle(600, 200)).toBe(true);
        expect(await quotaOf(accountId)).toEqual([600, 400]);
        await store.transact((tx) => tx.accounts.setLimit(accountId, 10));
        expect(await reserve(1)).toBe(false);
        expect(await settle(400, 400)).toBe(true);
        expect(await quotaOf(accountId)).toEqual([1_000, 0]);
      });

      test('keep byte counts beyond 32 bits exactly', async () => {
        const accountId = await addAccount('ann@example.org', Number.MAX_SAFE_INTEGER);
        const much = 2 ** 52 + 1;
        expect(await store.transact((tx) => tx.accounts.reserve(accountId, much))).toBe(true);
        expect(await quotaOf(accountId)).toEqual([0, much]);
      });
    });

    describe('devices', () => {
      test('are found by their token with their account', async () => {
        const accountId = await addAccount('ann@example.org');
        const { tokenHash, ...device } = await addDevice(accountId);
        const found = await store.read.devices.byTokenHash(tokenHash);
        const fresh = { lastSeenAtMs: null, revokedAtMs: null, revokedWhy: null, tokenUsedAtMs: null };
        expect(found?.device).toEqual({ ...device, ...fresh });
        expect(found).toMatchObject({ standing: 'current', currentHash: tokenHash });
        expect(found?.account.email).toBe('ann@example.org');
        expect(await store.read.devices.byTokenHash(freshHash())).toBeNull();
      });

      test('are revoked once, by their account alone', async () => {
        const accountId = await addAccount('ann@example.org');
        const stranger = await addAccount('sam@example.org');
        const { deviceId, tokenHash } = await addDevice(accountId);
        const revoke = (by: AccountId) =>
          store.transact((tx) => tx.devices.revoke({ accountId: by, deviceId, atMs: 50, why: 'copied' }));
        expect(await revoke(stranger)).toBe(false);
        expect(await revoke(accountId)).toBe(true);
        expect(await revoke(accountId)).toBe(false);
        const found = await store.read.devices.byTokenHash(tokenHash);
        expect(found?.device).toMatchObject({ revokedAtMs: 50, revokedWhy: 'copied' });
        expect(await store.read.devices.listFor(accountId, 50)).toEqual([]);
      });

      tokenContract({ store: () => store, addAccount, addDevice });

      test('but one are revoked together', async () => {
        const accountId = await addAccount('ann@example.org');
        const kept = await addDevice(accountId, 1);
        for (const createdAtMs of [2, 3]) await addDevice(accountId, createdAtMs);
        const keep = { accountId, deviceId: kept.deviceId, atMs: 60 };
        expect(await store.transact((tx) => tx.devices.revokeOthers(keep))).toBe(2);
        const left = await store.read.devices.listFor(accountId, 60);
        expect(left.map((device) => device.deviceId)).toEqual([kept.deviceId]);
        const all = { accountId, deviceId: null, atMs: 61 };
        expect(await store.transact((tx) => tx.devices.revokeOthers(all))).toBe(1);
      });

      test('of browsers are signed in until their time is over, and then revoked in steps', async () => {
        const accountId = await addAccount('ann@example.org');
        const device = await addDevice(accountId, 1);
        const session = async (expiresAtMs: number) => {
          const deviceId = freshId<DeviceId>();
          const row = { deviceId, accountId, name: 'browser', createdAtMs: 2, expiresAtMs, idleLifeMs: 9 };
          await store.transact((tx) => tx.devices.create({ ...row, tokenHash: freshHash() }));
          return deviceId;
        };
        const [first, second, third] = [await session(100), await session(200), await session(300)];
        const listed = async (nowMs: number) => {
          const own = (await store.read.devices.listFor(accountId, nowMs)).map((one) => one.deviceId);
          const from = { accountId, afterId: null, limit: 10, nowMs };
          const all = (await store.read.admin.devices(from)).map((one) => one.deviceId);
          expect(all.toSorted()).toEqual(own.toSorted());
          const { devices } = await store.read.admin.deviceCounts({ nowMs, sinceMs: 0 });
          expect(devices).toBe(own.length);
          return own;
        };
        expect(await listed(99)).toHaveLength(4);
        expect((await listed(100)).toSorted()).toEqual([device.deviceId, second, third].toSorted());
        const extend = (deviceId: DeviceId, atMs: number) =>
          store.transact((tx) => tx.devices.extend(deviceId, atMs));
        await extend(third, 400);
        await extend(third, 350);
        await extend(device.deviceId, 5);
        const revoke = () => store.transact((tx) => tx.devices.revokeExpired(399, 1));
        expect([await revoke(), await revoke(), await revoke()]).toEqual([1, 1, 0]);
        await extend(first, 1_000);
        expect((await listed(399)).toSorted()).toEqual([device.deviceId, third].toSorted());
        expect(await listed(400)).toEqual([device.deviceId]);
      });

      test('note when they were seen, once an hour', async () => {
        const accountId = await addAccount('ann@example.org');
        const { deviceId } = await addDevice(accountId);
        const HOUR = 3_600_000;
        const seenAfter = async (nowMs: number) => {
          await store.transact((tx) => tx.devices.touch(deviceId, nowMs));
          return (await store.read.devices.listFor(accountId, nowMs))[0]?.lastSeenAtMs;
        };
        expect(await seenAfter(HOUR)).toBe(HOUR);
        expect(await seenAfter(2 * HOUR - 1)).toBe(HOUR);
        expect(await seenAfter(2 * HOUR)).toBe(2 * HOUR);
      });
    });

    describe('libraries', () => {
      test('have one name per owner while they live, compared byte by byte', async () => {
        const ann = await addAccount('ann@example.org');
        const bob = await addAccount('bob@example.org');
        const { libraryId, outcome } = await addLibrary(ann);
        expect(outcome).toBe('made');
        expect((await addLibrary(ann)).outcome).toBe('nameTaken');
        expect((await addLibrary(ann, 'photos')).outcome).toBe('made');
        expect((await addLibrary(ann, 'Photos ')).outcome).toBe('made');
        expect((await addLibrary(bob)).outcome).toBe('made');
        const rename = (to: string) => store.transact((tx) => tx.libraries.rename(libraryId, to));
        expect(await rename('photos')).toBe('nameTaken');
        expect(await rename('Pictures')).toBe('renamed');
        expect(await rename('Pictures')).toBe('renamed');
        await store.transact((tx) => tx.libraries.markDeleted(libraryId, 20));
        expect((await addLibrary(ann, 'Pictures')).outcome).toBe('made');
      });

      test('are listed for their members, with the owner and the own role', async () => {
        const ann = await addAccount('ann@example.org');
        const bob = await addAccount('bob@example.org');
        const { libraryId } = await addLibrary(ann);
        await store.transact((tx) => tx.libraries.setMember(libraryId, bob, 'viewer'));
        const line = {
          versionDays: null,
          trashDays: null,
          libraryId,
          name: 'Photos',
          ownerEmail: 'ann@example.org',
          headSeq: 0,
          createdAtMs: 9,
        };
        expect(await store.read.libraries.listFor(bob)).toEqual([{ ...line, role: 'viewer' }]);
        expect(await store.read.libraries.listFor(ann)).toEqual([{ ...line, role: 'owner' }]);
        expect(await store.read.libraries.members(libraryId)).toEqual([
          { accountId: ann, email: 'ann@example.org', role: 'owner' },
          { accountId: bob, email: 'bob@example.org', role: 'viewer' },
        ]);
        expect(await store.transact((tx) => tx.libraries.removeMember(libraryId, bob))).toBe(true);
        expect(await store.transact((tx) => tx.libraries.removeMember(libraryId, bob))).toBe(false);
        expect(await store.read.libraries.roleOf(libraryId, bob)).toBeNull();
      });

      test('are gone for everyone once deleted', async () => {
        const ann = await addAccount('ann@example.org');
        const { libraryId } = await addLibrary(ann);
        await store.transact((tx) => tx.libraries.markDeleted(libraryId, 20));
        expect(await store.read.libraries.roleOf(libraryId, ann)).toBeNull();
        expect(await store.read.libraries.listFor(ann)).toEqual([]);
        expect(await store.read.tree.head(libraryId)).toBeNull();
        expect(await store.transact((tx) => tx.tree.lockHead(libraryId))).toBeNull();
        expect(await store.read.libraries.byId(libraryId)).toMatchObject({ deleted: true });
      });

      test('keep an owner, who changes by a transfer alone', async () => {
        const ann = await addAccount('ann@example.org');
        const { libraryId } = await addLibrary(ann);
        const demote = store.transact((tx) => tx.libraries.setMember(libraryId, ann, 'viewer'));
        await expect(demote).rejects.toThrow('invariant');
        const remove = store.transact((tx) => tx.libraries.removeMember(libraryId, ann));
        await expect(remove).rejects.toThrow('invariant');
      });

      test('are transferred where the name is free', async () => {
        const ann = await addAccount('ann@example.org');
        const bob = await addAccount('bob@example.org', 300);
        const { libraryId } = await addLibrary(ann);
        const transfer = () => store.transact((tx) => tx.libraries.transfer(libraryId, bob));
        const twin = await addLibrary(bob);
        expect(await transfer()).toBe('nameTaken');
        await store.transact((tx) => tx.libraries.markDeleted(twin.libraryId, 30));
        expect(await transfer()).toBe('transferred');
        expect(await store.read.libraries.roleOf(libraryId, ann)).toBe('editor');
        expect(await store.read.libraries.roleOf(libraryId, bob)).toBe('owner');
      });

      test('begin at the start of the chain', async () => {
        const ann = await addAccount('ann@example.org');
        const { libraryId } = await addLibrary(ann);
        expect(await store.read.tree.head(libraryId)).toEqual({ headSeq: 0, chain: CHAIN_START });
        expect(await store.read.tree.headsFor(ann)).toEqual([{ libraryId, headSeq: 0 }]);
      });
    });

    test('an upload gives back what it holds once', async () => {
      const ann = await addAccount('ann@example.org');
      const { deviceId } = await addDevice(ann);
      const { libraryId } = await addLibrary(ann);
      const uploadId = freshId<UploadId>();
      const chunks = [10, 20, 30].map((sizeBytes) => ({ id: freshHash() as never, sizeBytes }));
      await store.transact(async (tx) => {
        const people = { accountId: ann, deviceId, payerId: ann };
        await tx.content.openUpload({ uploadId, libraryId, ...people, expiresAtMs: 100 });
        await tx.content.addReservedChunks(uploadId, chunks);
      });
      const ids = chunks.map((chunk) => chunk.id);
      const drop = () => store.transact((tx) => tx.content.dropReservedChunks(uploadId, ids.slice(0, 1)));
      expect([await drop(), await drop()]).toEqual([10, 0]);
      expect(await store.read.content.overdueUploads(99, 10)).toEqual([]);
      expect(await store.read.content.overdueUploads(100, 10)).toEqual([uploadId]);
      const forget = (limit: number) => store.transact((tx) => tx.content.dropHeldOfEnded(uploadId, limit));
      expect(await forget(10), 'an open upload keeps what it holds').toBe(0);
      const expire = () => store.transact((tx) => tx.content.expireUpload(uploadId));
      expect(await expire()).toEqual({ libraryId, payerId: ann, reservedBytes: 50 });
      expect(await expire()).toBeNull();
      expect(await store.read.content.upload(uploadId)).toMatchObject({ open: false, reservedBytes: 0 });
      expect(await forget(1)).toBe(1);
      expect(await store.read.content.reservedChunks(uploadId, ids)).toHaveLength(1);
      expect([await forget(5), await forget(5)]).toEqual([1, 0]);
      expect(await store.read.content.reservedChunks(uploadId, ids)).toEqual([]);
    });
  });
}
