import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import type { Store } from '@tidesync/server/ports/store';
import { makeOp } from '@tidesync/server/testing/op-makers';
import type { Chunk, Pack, ServerWorld } from '@tidesync/server/testing/server-world';
import {
  chunkOf,
  freshEntryId,
  freshId,
  freshOpId,
  makeServerWorld,
  packOf,
  refusalOf,
  TestUpload,
  uploadText,
} from '@tidesync/server/testing/server-world';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import type { Caller } from '@tidesync/server/use-cases/caller';
import { recountQuotas } from '@tidesync/server/use-cases/quotas/recount-quotas';
import { commitOps } from '@tidesync/server/use-cases/sync/commit-ops';
import { lookUpCommit } from '@tidesync/server/use-cases/sync/look-up-commit';
import type { AccountId, ContentId, LibraryId, PackId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { fail, isFailure } from '@tidesync/shared/problems';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../e2e/support/waiting.ts';
import { realServers } from '../servers/real-servers.ts';
import type { Fate, MysqlProxy } from './mysql-proxy.ts';
import { mysqlProxy } from './mysql-proxy.ts';

/** Short, so that a test need not wait for what a real server waits for. */
const times = {
  connectMs: 2_000,
  acquireMs: 3_000,
  greetingMs: 2_000,
  statementMs: 3_000,
  useMs: 6_000,
  againMs: 5_000,
};

let database: TidbDatabase;
let proxy: MysqlProxy;
/** Straight to TiDB, to look and to prepare. */
let direct: Store;
/** Through the proxy. */
let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
beforeAll(async () => {
  const { tidb } = realServers();
  database = await makeTidbDatabase(tidb.url);
  const url = new URL(database.url);
  proxy = await mysqlProxy(Number(url.port));
  url.port = String(proxy.port);
  direct = await openTidbStore({ url: database.url });
  world = await makeServerWorld({ store: await openTidbStore({ url: url.href, times }) });
  ann = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(ann);
});
afterEach(() => {
  proxy.fateOf(() => 'pass');
  proxy.blackHole(false);
});
afterAll(async () => {
  await world.stop();
  proxy.close();
  await direct.close();
  await database.drop();
});

/** The first statement that fits meets its fate; says whether that has happened. */
function strike(fits: (statement: string) => boolean, fate: Fate): () => boolean {
  let struck = false;
  proxy.fateOf((statement) => {
    if (struck || !fits(statement)) return 'pass';
    struck = true;
    return fate;
  });
  return () => struck;
}

const isCommit = (statement: string) => statement === 'COMMIT';
const isWrite = (statement: string) => /^(insert|update|delete)/i.test(statement);
const isLock = (statement: string) => /for update$/i.test(statement);

/** One file on its way: every step of the protocol, each of which can be asked again. */
class Sending {
  readonly upload = new TestUpload(world, ann, libraryId);
  readonly chunks: readonly Chunk[] = [chunkOf(`content ${freshId()} `.repeat(50))];
  readonly pack: Pack = packOf(this.chunks);
  readonly opId = freshOpId();
  readonly entryId = freshEntryId();
  packId: PackId | null = null;
  contentId: ContentId | null = null;

  readonly steps = {
    begin: () => this.upload.begin(),
    missing: () => this.upload.missing(this.chunks),
    sign: async () => {
      const packId = await this.upload.sign(this.pack);
      if (this.packId === null) this.upload.put(packId, this.pack.bytes);
      this.packId ??= packId;
      return packId;
    },
    seal: async () => void (await this.upload.seal(this.packId as PackId, this.pack.entries)),
    stage: async () => {
      this.contentId = await this.upload.stage(this.chunks);
      return this.contentId;
    },
    commit: () => {
      const at = {
        parentId: topFolderOf(libraryId),
        name: this.entryId,
        contentId: this.contentId as ContentId,
      };
      const ops = [makeOp.file(this.entryId, at)];
      return commitOps(world.ports, ann, { libraryId, opId: this.opId, ops });
    },
  } as const;
}
const steps = ['begin', 'missing', 'sign', 'seal', 'stage', 'commit'] as const;

const silent = [
  ['in silence before its COMMIT', isCommit, 'swallow'],
  ['in silence after its COMMIT', isCommit, 'swallowAnswer'],
] as const;

async function figures() {
  const account = await direct.read.accounts.byId(ann.accountId);
  const library = await direct.read.libraries.byId(libraryId);
  return {
    usedBytes: account?.usedBytes ?? 0,
    reservedBytes: account?.reservedBytes ?? 0,
    storedBytes: library?.storedBytes ?? 0,
    headSeq: library?.headSeq ?? 0,
  };
}

describe.each(steps)('a connection that is lost during %s', (struckStep) => {
  const places: readonly (readonly [string, (statement: string) => boolean, Fate])[] = [
    ['before its COMMIT reaches TiDB', isCommit, 'cutBefore'],
    ['after its COMMIT, before the answer', isCommit, 'cutAfter'],
    ['in the middle of a write', isWrite, 'cutInside'],
    ['after a write', isWrite, 'cutAfter'],
    // A commit locks by its first write.
    ...(struckStep === 'commit' ? [] : ([['after a lock was taken', isLock, 'cutAfter']] as const)),
    // Each waits until the database counts as away, so not for every step.
    ...(struckStep === 'seal' || struckStep === 'commit' ? silent : []),
  ];
  test.each(places)('[F1] %s, leaves it done once', async (_place, fits, fate) => {
    const before = await figures();
    const sending = new Sending();
    for (const step of steps) {
      const struck = step === struckStep ? strike(fits, fate) : () => true;
      const first = await sending.steps[step]();
      expect(struck(), 'the connection was lost').toBe(true);
      const again = await sending.steps[step]();
      if (step !== 'begin') expect(again).toEqual(first);
    }
    const sizeBytes = sending.chunks[0]?.ref.sizeBytes as number;
    expect(await figures()).toEqual({
      usedBytes: before.usedBytes + sizeBytes,
      reservedBytes: 0,
      storedBytes: before.storedBytes + sizeBytes,
      headSeq: before.headSeq + 1,
    });
    const ports = { ...world.ports, store: direct };
    expect((await recountQuotas(ports, { actor: 'server', dryRun: true })).drifts).toEqual([]);
    const remembered = await lookUpCommit(ports, ann, { libraryId, opId: sending.opId });
    expect(remembered).toEqual(await sending.steps.commit());
  });
});

const HOUR_MS = 3_600_000;

describe('a transaction that cannot be asked again', () => {
  let hours = 10;
  const nextMs = () => ++hours * HOUR_MS;
  // An hour apart: not every sign of life is written down.
  const touch = (atMs: number) => world.ports.store.transact((tx) => tx.devices.touch(ann.deviceId, atMs));
  const lastSeen = async () => {
    const devices = await direct.read.devices.listFor(ann.accountId, 0);
    return devices.find(({ deviceId }) => deviceId === ann.deviceId)?.lastSeenAtMs;
  };

  test.each([
    ['cutBefore', 1 * HOUR_MS, false],
    ['cutAfter', 2 * HOUR_MS, true],
    ['swallow', 3 * HOUR_MS, false],
    ['swallowAnswer', 4 * HOUR_MS, true],
  ] as const)('[F2] says that its outcome is unknown (%s)', async (fate, atMs, isDone) => {
    strike(isCommit, fate);
    expect(await refusalOf(touch(atMs))).toEqual({ reason: 'outcomeUnknown' });
    expect((await lastSeen()) === atMs).toBe(isDone);
  });

  test.each(['cutBefore', 'cutInside', 'cutAfter'] as const)(
    'is run again where its COMMIT was not on its way (%s)',
    async (fate) => {
      for (const fits of [isWrite, (one: string) => one === 'BEGIN']) {
        const atMs = nextMs();
        const struck = strike(fits, fate);
        await touch(atMs);
        expect([struck(), await lastSeen()]).toEqual([true, atMs]);
      }
    },
  );
});

test('[F2] a commit whose outcome cannot be found out, as TiDB has gone, is of unknown outcome', async () => {
  const contentId = await uploadText(world, ann, { libraryId, text: 'to be committed' });
  const entryId = freshEntryId();
  const opId = freshOpId();
  const ops = [makeOp.file(entryId, { parentId: topFolderOf(libraryId), name: 'unknown', contentId })];
  const commit = () => commitOps(world.ports, ann, { libraryId, opId, ops });
  proxy.fateOf((statement) => {
    if (!isCommit(statement)) return 'pass';
    proxy.blackHole(true);
    return 'swallow';
  });
  expect(await refusalOf(commit())).toEqual({ reason: 'outcomeUnknown' });
  proxy.fateOf(() => 'pass');
  proxy.blackHole(false);
  const output = await until('TiDB is back', () => commit());
  expect(output.results).toMatchObject([{ result: 'applied' }]);
});

test('[F3] what a failed transaction still had under way is not written behind it', async () => {
  const stray = Array.from({ length: 20 }, () => freshId<AccountId>());
  let branch: Promise<unknown> = Promise.resolve();
  const refused = world.ports.store.transact(async (tx) => {
    branch = (async () => {
      for (const accountId of stray) {
        const email = `${accountId}@example.org`;
        const account = { accountId, email, passwordHash: '-', admin: false, limitBytes: 0, createdAtMs: 1 };
        await tx.accounts.create(account);
      }
    })();
    branch.catch(() => undefined);
    await tx.libraries.byId(libraryId);
    fail({ reason: 'signedOut' });
  });
  expect(await refusalOf(refused)).toEqual({ reason: 'signedOut' });
  await Promise.allSettled([branch]);
  for (const accountId of stray) expect(await direct.read.accounts.byId(accountId)).toBeNull();
});

test('[F4] while TiDB answers nothing at all every call ends, and all goes on when it answers again', async () => {
  const readOne = () => world.ports.store.read.libraries.byId(libraryId);
  const writeOne = () => world.ports.store.transact((tx) => tx.devices.touch(ann.deviceId, 30));
  // Many connections, most of them idle when it begins.
  await Promise.all(Array.from({ length: 40 }, readOne));
  proxy.blackHole(true);
  const calls = Array.from({ length: 120 }, (_, index) => (index % 2 === 0 ? readOne() : writeOne()));
  const ends = await Promise.allSettled(calls);
  for (const end of ends) {
    const isAway =
      end.status === 'rejected' && isFailure(end.reason, 'databaseUnavailable', 'outcomeUnknown');
    expect(isAway, String(end.status === 'rejected' && end.reason)).toBe(true);
  }
  proxy.blackHole(false);
  await until('reads work again', readOne);
  await until('writes work again', async () => {
    await writeOne();
    return true;
  });
  await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? readOne() : writeOne())));
});

test('a store closes even while TiDB answers nothing', async () => {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const store = await openTidbStore({ url: url.href, times });
  await store.read.libraries.byId(libraryId);
  proxy.blackHole(true);
  const under = refusalOf(store.read.libraries.byId(libraryId));
  await store.close();
  await until('what was under way has ended', async () => (await under) !== null);
});
