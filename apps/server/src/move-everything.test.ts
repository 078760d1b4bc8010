import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { topFolderOf } from '@tidesync/shared/ids';
import Database from 'better-sqlite3';
import { getTableColumns } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sqliteColumns } from './adapters/database/columns-sqlite.ts';
import { tableShapes } from './adapters/database/table-shapes.ts';
import { defineTables } from './adapters/database/tables.ts';
import { LEFT_TABLES, MOVED_TABLES } from './ports/store-transfer.ts';
import { MovingBench, objectsOf, stopAfter } from './testing/moving-bench.ts';
import { allRows, fillWorld, livePorts, quietWatch } from './testing/moving-world.ts';
import { makeOp } from './testing/op-makers.ts';
import type { ServerWorld } from './testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshOpId,
  makeServerWorld,
  refusalOf,
  TestUpload,
} from './testing/server-world.ts';
import { LEASE_GAP_MS, liveSource } from './use-cases/moving/live-source.ts';
import { everythingTarget } from './use-cases/moving/live-target.ts';
import type { MoveWatch } from './use-cases/moving/move-watch.ts';
import { requireWholeImport } from './use-cases/moving/require-whole.ts';
import { recountQuotas } from './use-cases/quotas/recount-quotas.ts';
import { commitOps } from './use-cases/sync/commit-ops.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let bench: MovingBench;
let world: ServerWorld;
let other: ServerWorld;
let folder: string;

beforeEach(async () => {
  bench = await MovingBench.make();
  ({ world, other, folder } = bench);
});
afterEach(() => bench.stop());

const exportAll = (watch?: MoveWatch, accept?: boolean) => bench.exportAll(watch, accept);
const importAll = (watch?: MoveWatch, accept?: boolean) => bench.importAll(watch, accept);
const moveAcross = (watch?: MoveWatch) => bench.moveAcross(watch);
const expectSame = () => bench.expectSame();

test('every table moves or is named as one that stays', () => {
  const tables = defineTables(sqliteColumns);
  expect([...MOVED_TABLES, ...LEFT_TABLES].toSorted()).toEqual(Object.keys(tables).toSorted());
  for (const table of MOVED_TABLES) {
    const { columns, key } = tableShapes[table];
    expect(
      columns.map((column) => column.name),
      table,
    ).toEqual(Object.keys(getTableColumns(tables[table])));
    expect(key.length, table).toBeGreaterThan(0);
  }
});

describe('everything', () => {
  test('[X1] moves to another server with every row and every byte as it was', async () => {
    const rows = await allRows(world);
    for (const table of MOVED_TABLES) expect(rows[table].length, table).toBeGreaterThan(0);
    const summary = await moveAcross();
    expect(summary?.damaged).toEqual([]);
    expect(summary?.objects).toBe(objectsOf(world).length);
    await expectSame();
  });

  test('[X1] moves through a folder with every row and every byte as it was', async () => {
    await exportAll();
    expect((await readdir(folder)).toSorted()).toEqual([
      'manifest.json',
      'manifest.json.sha256',
      'objects',
      'rows',
    ]);
    await importAll();
    await expectSame();
  });

  test('[X2] an upload that was open goes on behind the move', async () => {
    await moveAcross();
    const bob = bench.filled.bob;
    const upload = new TestUpload(other, bob, bench.filled.libraryId);
    await upload.begin();
    const chunk = chunkOf('after the move');
    await upload.missing([chunk]);
    expect(await upload.send([chunk])).toMatchObject({ chargedBytes: chunk.bytes.length });
    const recount = await recountQuotas(other.ports, { actor: 'server', dryRun: true });
    expect(recount).toMatchObject({ libraries: 2, driftsFound: 0 });
  });

  test.each([1, 3, 8, 14, 20, 26])(
    '[X3] stopped after %i steps, the same again finishes it',
    async (steps) => {
      const stopped = await refusalOf(moveAcross(stopAfter(steps)));
      expect(stopped).toEqual({ reason: 'moveStopped' });
      expect(await refusalOf(requireWholeImport(other.ports.store))).toEqual({ reason: 'importHalfDone' });
      await moveAcross();
      await requireWholeImport(other.ports.store);
      await expectSame();
      expect(await moveAcross()).toBeNull();
    },
  );

  test.each([1, 3, 8, 14, 20, 26])(
    '[X3] an export stopped after %i steps is finished by the same',
    async (steps) => {
      expect(await refusalOf(exportAll(stopAfter(steps)))).toEqual({ reason: 'moveStopped' });
      expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportFolderUnusable' });
      await exportAll();
      expect(await refusalOf(importAll(stopAfter(steps)))).toEqual({ reason: 'moveStopped' });
      await importAll();
      await expectSame();
    },
  );

  test('[X4] is refused by a target that holds anything', async () => {
    await other.addAccount('zoe@example.org');
    const before = await allRows(other);
    expect(await refusalOf(moveAcross())).toMatchObject({ reason: 'moveTargetInUse' });
    expect(await allRows(other)).toEqual(before);
    expect(objectsOf(other)).toEqual([]);
  });

  test('[X4] never replaces an object of the target', async () => {
    const [key = ''] = objectsOf(world);
    other.objects.put(key, Buffer.from('something of ours'));
    expect(await refusalOf(moveAcross())).toMatchObject({ reason: 'moveTargetInUse' });
    expect(await other.objects.read(key as never)).toEqual(Buffer.from('something of ours'));
  });

  test('[X4] is refused by a target where an import of another source has begun', async () => {
    await refusalOf(moveAcross(stopAfter(5)));
    const third = await makeServerWorld();
    await fillWorld(third);
    const elsewhere = liveSource(livePorts(third), { kind: 'everything' });
    const refusal = await refusalOf(
      bench.run({ source: elsewhere, target: everythingTarget(livePorts(other)) }),
    );
    expect(refusal).toMatchObject({
      reason: 'moveTargetInUse',
      detail: expect.stringContaining('another source'),
    });
    await third.stop();
  });

  test('[X5] a source that was written to between two tries is not mixed', async () => {
    await refusalOf(moveAcross(stopAfter(20)));
    await world.addAccount('late@example.org');
    expect(await refusalOf(moveAcross())).toMatchObject({ reason: 'sourceChanged' });
    await expect(requireWholeImport(other.ports.store)).rejects.toThrow('has not finished');
  });

  test('[X5] a source that is written to meanwhile is found out', async () => {
    let written = false;
    const watch: MoveWatch = {
      ...quietWatch(),
      progress: ({ part }) => {
        if (part !== 'comparing' || written) return;
        written = true;
        void world.ports.store.transact((tx) => tx.accounts.setLimit(bench.filled.ann.accountId, 5));
      },
    };
    expect(await refusalOf(moveAcross(watch))).toMatchObject({ reason: 'sourceChanged' });
  });

  test('[X3] a disk that is full is said so, and with room the same again finishes it', async () => {
    await refusalOf(exportAll(stopAfter(1)));
    const there = await readdir(join(folder, 'objects'), { recursive: true });
    const key = objectsOf(world).find((one) => !there.includes(one)) ?? '';
    await mkdir(join(folder, 'objects', dirname(key)), { recursive: true });
    // Whatever is written to it finds no room.
    const full = join(folder, 'objects', `${key}.part`);
    await symlink('/dev/full', full);
    expect(await refusalOf(exportAll())).toEqual({
      reason: 'exportFolderUnusable',
      path: folder,
      detail: expect.stringContaining('disk is full'),
    });
    await rm(full);
    await exportAll();
    await importAll();
    await expectSame();
  });

  test('[X5] an export that was stopped takes the rows of a changed source again', async () => {
    await refusalOf(exportAll(stopAfter(20)));
    await world.addAccount('late@example.org');
    await exportAll();
    await importAll();
    await expectSame();
  });

  test('[X5] a server that holds a job is running, and nothing is moved under it', async () => {
    const database = new Database(join(world.folder, 'server.sqlite'));
    const untilMs = world.ports.clock.nowMs() + 1;
    database.prepare("INSERT INTO leases VALUES ('verify-packs', zeroblob(16), 1, ?)").run(untilMs);
    database.close();
    expect(await refusalOf(exportAll())).toEqual({ reason: 'moveServerRunning', which: 'source' });
    world.advance(1 + LEASE_GAP_MS);
    await exportAll();
  });
});

describe('packs that are damaged in the source', () => {
  test('[X8] are named, keep a move from finishing, and are mended by putting them back', async () => {
    const [first = '', second = ''] = await sealedKeys();
    const whole = (await world.objects.read(first as never)) as Uint8Array;
    world.objects.put(first, whole.slice(1));
    await world.objects.delete(second as never);
    const told: string[] = [];
    const watch = { ...quietWatch(), damaged: (key: string) => void told.push(key) };
    expect(await refusalOf(moveAcross(watch))).toMatchObject({ reason: 'packsDamaged', count: 2 });
    expect(told.toSorted()).toEqual([first, second].toSorted());
    expect(objectsOf(other)).not.toContain(first);
    world.objects.put(first, whole);
    expect(await refusalOf(moveAcross())).toMatchObject({ reason: 'packsDamaged', count: 1 });
  });

  test('[X8] go along as they are if that is wanted, through a folder too', async () => {
    const [first = '', second = ''] = await sealedKeys();
    world.objects.put(first, Buffer.from('what is left of it'));
    await world.objects.delete(second as never);
    const summary = await exportAll(quietWatch(), true);
    expect(summary?.damaged.map((one) => one.key).toSorted()).toEqual([first, second].toSorted());
    await importAll();
    await expectSame();
  });

  async function sealedKeys(): Promise<string[]> {
    const rows = (await allRows(world)).packs.map((line) => JSON.parse(line));
    return rows.filter((row) => row.state !== 'signed').map((row) => row.objectKey);
  }
});

test('[X2] a commit whose answer was lost is answered behind the move as it would have been', async () => {
  const { libraryId, ann } = bench.filled;
  const opId = freshOpId();
  const ops = [makeOp.folder(freshEntryId(), topFolderOf(libraryId), 'sent twice')];
  const first = await commitOps(world.ports, ann, { libraryId, opId, ops });
  await moveAcross();
  expect(await commitOps(other.ports, ann, { libraryId, opId, ops })).toEqual(first);
});
