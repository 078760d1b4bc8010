import { setTimeout as pause } from 'node:timers/promises';
import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import type { Store, Writes } from '@tidesync/server/ports/store';
import { makeOp } from '@tidesync/server/testing/op-makers';
import type { ServerWorld } from '@tidesync/server/testing/server-world';
import {
  freshEntryId,
  freshId,
  freshOpId,
  makeServerWorld,
  refusalOf,
} from '@tidesync/server/testing/server-world';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import { createUser } from '@tidesync/server/use-cases/admin/create-user';
import type { Caller } from '@tidesync/server/use-cases/caller';
import { createLibrary } from '@tidesync/server/use-cases/libraries/create-library';
import { renameLibrary } from '@tidesync/server/use-cases/libraries/rename-library';
import { commitOps } from '@tidesync/server/use-cases/sync/commit-ops';
import type { LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';

const SERVERS = 4;
/** Whoever looked before it had to wait has looked by then; the tests hold without it, but prove less. */
const HEAD_START_MS = 500;

let database: TidbDatabase;
let worlds: ServerWorld[];
let one: ServerWorld;
let two: ServerWorld;

/** Servers on one database. */
beforeAll(async () => {
  database = await makeTidbDatabase(realServers().tidb.url);
  worlds = [];
  for (let index = 0; index < SERVERS; index++) {
    worlds.push(await makeServerWorld({ store: await openTidbStore({ url: database.url }) }));
  }
  [one, two] = worlds as [ServerWorld, ServerWorld];
});
afterAll(async () => {
  for (const world of worlds) await world.stop();
  await database.drop();
});
beforeEach(() => database.clear());

/** Does something in a transaction of the first server, and keeps it open for a moment while `meanwhile` begins. */
async function whileOpen<T>(act: (tx: Writes) => Promise<unknown>, meanwhile: () => Promise<T>): Promise<T> {
  const acted = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { store }: { store: Store } = one.ports;
  const open = store.transact(async (tx) => {
    await act(tx);
    acted.resolve();
    await begun.promise;
  });
  await acted.promise;
  const other = meanwhile();
  // Looked at below; until then it is no unhandled one.
  other.catch(() => undefined);
  await pause(HEAD_START_MS);
  begun.resolve();
  await open;
  return other;
}

test('of accounts that are made at once on several servers, one is the first and an administrator', async () => {
  const passwords = { hash: async () => '-', verify: async () => ({ right: true, outdated: false }) };
  const made = worlds.map(({ ports }, index) => {
    const account = { email: `user${index}@example.org`, password: 'a good password', admin: false };
    return createUser({ ...ports, passwords }, { admin: true }, account);
  });
  const accounts = await Promise.all(made);
  expect(accounts.filter((account) => account.admin)).toHaveLength(1);
});

test('a library that is made twice at once, on two servers, is made once and both are told so', async () => {
  const ann = await one.addAccount('ann@example.org');
  for (let round = 0; round < 5; round++) {
    const input = { libraryId: freshId<LibraryId>(), name: `Photos ${round}` };
    const made = await Promise.all(worlds.map(({ ports }) => createLibrary(ports, ann, input)));
    expect(made.map(({ libraryId, role }) => [libraryId, role])).toEqual(
      worlds.map(() => [input.libraryId, 'owner']),
    );
  }
});

test('a library that is deleted while it is renamed keeps no name', async () => {
  const ann = await one.addAccount('ann@example.org');
  const libraryId = await one.addLibrary(ann, 'Photos');
  const renamed = whileOpen(
    async (tx) => {
      await tx.libraries.byId(libraryId);
      await tx.libraries.markDeleted(libraryId, 1);
    },
    () => renameLibrary(two.ports, ann, { libraryId, name: 'Music' }),
  );
  expect(await refusalOf(renamed)).toMatchObject({ reason: 'libraryMissing' });
  const again = { libraryId: freshId<LibraryId>(), name: 'Music' };
  expect(await createLibrary(two.ports, ann, again)).toMatchObject({ name: 'Music' });
});

test('a member who is removed while a commit of theirs waits for its turn commits nothing', async () => {
  const ann = await one.addAccount('ann@example.org');
  const bob: Caller = await one.addAccount('bob@example.org');
  const libraryId = await one.addLibrary(ann);
  await one.ports.store.transact((tx) => tx.libraries.setMember(libraryId, bob.accountId, 'editor'));
  const ops = [makeOp.folder(freshEntryId(), topFolderOf(libraryId), 'late')];
  const committed = whileOpen(
    async (tx) => {
      await tx.libraries.byId(libraryId);
      await tx.libraries.removeMember(libraryId, bob.accountId);
    },
    () => commitOps(two.ports, bob, { libraryId, opId: freshOpId(), ops }),
  );
  expect(await refusalOf(committed)).toMatchObject({ reason: 'libraryMissing' });
  expect((await one.ports.store.read.tree.head(libraryId))?.headSeq).toBe(0);
});
