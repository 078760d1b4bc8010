import {
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { topFolderOf } from '@tidesync/shared/ids';
import Database from 'better-sqlite3';
import { getTableColumns } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sqliteColumns } from './adapters/database/columns-sqlite.ts';
import { tableShapes } from './adapters/database/table-shapes.ts';
import { defineTables } from './adapters/database/tables.ts';
import { openFolderSource } from './adapters/export-folder/folder-source.ts';
import { folderTarget } from './adapters/export-folder/folder-target.ts';
import { measureRowFile } from './adapters/export-folder/row-files.ts';
import type { MoveSource, MoveTarget } from './ports/moving.ts';
import { LEFT_TABLES, MOVED_TABLES } from './ports/store-transfer.ts';
import type { FilledWorld } from './testing/moving-world.ts';
import { allRows, fillWorld, livePorts, quietWatch } from './testing/moving-world.ts';
import { makeOp } from './testing/op-makers.ts';
import type { ServerWorld } from './testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshOpId,
  makeServerWorld,
  refusalOf,
  sha256,
  TestUpload,
} from './testing/server-world.ts';
import { listChanges } from './use-cases/changes/list-changes.ts';
import { readRevisions } from './use-cases/downloads/read-revisions.ts';
import { adoptedSource, libraryTarget, requireOwner } from './use-cases/moving/library-target.ts';
import { libraryScope, liveSource } from './use-cases/moving/live-source.ts';
import { everythingTarget } from './use-cases/moving/live-target.ts';
import { move } from './use-cases/moving/move.ts';
import type { MoveWatch } from './use-cases/moving/move-watch.ts';
import { requireWholeImport } from './use-cases/moving/require-whole.ts';
import { recountQuotas } from './use-cases/quotas/recount-quotas.ts';
import { commitOps } from './use-cases/sync/commit-ops.ts';
import { listTrash } from './use-cases/trash/list-trash.ts';
import { listTree } from './use-cases/tree/list-tree.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let filled: FilledWorld;
let world: ServerWorld;
let other: ServerWorld;
let folder: string;

beforeEach(async () => {
  world = await makeServerWorld();
  filled = await fillWorld(world);
  other = await makeServerWorld();
  folder = join(await mkdtemp(join(tmpdir(), 'tidesync-export-')), 'out');
});
afterEach(async () => {
  await world.stop();
  await other.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const everything = () => liveSource(livePorts(world), { kind: 'everything' });
const toFolder = () => folderTarget({ folder, shapes: tableShapes, nowMs: () => 1 });
const run = (
  source: MoveSource,
  target: MoveTarget,
  watch: MoveWatch = quietWatch(),
  acceptDamaged = false,
) => move({ source, target, shapes: tableShapes, watch, acceptDamaged });
const exportAll = (watch?: MoveWatch, accept?: boolean) => run(everything(), toFolder(), watch, accept);
const importAll = async (watch?: MoveWatch, accept?: boolean) =>
  run(await openFolderSource(folder, tableShapes), everythingTarget(livePorts(other)), watch, accept);
const moveAcross = (watch?: MoveWatch) => run(everything(), everythingTarget(livePorts(other)), watch);

const objectsOf = (of: ServerWorld) => of.objects.keys().toSorted();
async function expectSame() {
  expect(await allRows(other)).toEqual(await allRows(world));
  expect(objectsOf(other)).toEqual(objectsOf(world));
  for (const key of objectsOf(world)) {
    expect(await other.objects.read(key as never)).toEqual(await world.objects.read(key as never));
  }
}

/** Stops the move when it has made so many steps. */
function stopAfter(steps: number): MoveWatch {
  const told = new AbortController();
  let left = steps;
  return {
    signal: told.signal,
    progress: () => {
      left -= 1;
      if (left <= 0) told.abort();
    },
    damaged: () => undefined,
  };
}

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
    const bob = filled.bob;
    const upload = new TestUpload(other, bob, filled.libraryId);
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
    const refusal = await refusalOf(run(elsewhere, everythingTarget(livePorts(other))));
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
        void world.ports.store.transact((tx) => tx.accounts.setLimit(filled.ann.accountId, 5));
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
    world.advance(1);
    await exportAll();
  });
});

describe('a finished export', () => {
  beforeEach(() => exportAll());

  test('[X4] is not written into again', async () => {
    const before = await readFile(join(folder, 'manifest.json'));
    const detail = expect.stringContaining('finished export');
    expect(await refusalOf(exportAll())).toMatchObject({ reason: 'exportFolderUnusable', detail });
    expect(await readFile(join(folder, 'manifest.json'))).toEqual(before);
  });

  test('[X6] with a flipped bit in any file is refused, and the file named', async () => {
    for (const name of await readdir(join(folder, 'rows'))) {
      const path = join(folder, 'rows', name);
      const whole = await readFile(path);
      await flipBit(path);
      expect(await refusalOf(importAll()), name).toMatchObject({
        reason: 'exportDamaged',
        path: `rows/${name}`,
      });
      await writeFile(path, whole);
    }
    const key = objectsOf(world)[2] ?? '';
    await flipBit(join(folder, 'objects', key));
    expect(await refusalOf(importAll())).toMatchObject({
      reason: 'packsDamaged',
      count: 1,
      first: expect.stringContaining(key),
    });
    expect(await refusalOf(requireWholeImport(other.ports.store))).toEqual({ reason: 'importHalfDone' });
    await flipBit(join(folder, 'objects', key));
    await importAll();
    await expectSame();
  });

  test('[X6] that lacks a file, or has part of one, is refused, and the file named', async () => {
    const copy = `${folder}-whole`;
    await cp(folder, copy, { recursive: true });
    await rm(join(folder, 'rows/changes-000001.jsonl'));
    expect(await refusalOf(importAll())).toMatchObject({
      path: 'rows/changes-000001.jsonl',
      detail: 'it is missing',
    });
    await cp(copy, folder, { recursive: true });
    await truncate(join(folder, 'rows/entries-000001.jsonl'), 30);
    expect(await refusalOf(importAll())).toMatchObject({ path: 'rows/entries-000001.jsonl' });
    await cp(copy, folder, { recursive: true });
    await rm(join(folder, 'manifest.json'));
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportFolderUnusable' });
    await cp(copy, folder, { recursive: true });
    await flipBit(join(folder, 'manifest.json'));
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportDamaged', path: 'manifest.json' });
  });

  test('[X6] of a newer format is refused', async () => {
    await editManifest((manifest) => ({ ...manifest, version: 2, more: 'things' }));
    expect(await refusalOf(importAll())).toEqual({
      reason: 'dataTooNew',
      what: 'The export',
      found: 2,
      known: 1,
    });
  });

  test.each<[what: string, change: (manifest: Manifest) => unknown]>([
    ['a table left out', (manifest) => ({ ...manifest, tables: manifest.tables.slice(1) })],
    ['paths that lead out of the folder', (manifest) => withPath(manifest, '../../etc/passwd')],
    [
      'another number of rows',
      (manifest) => ({ ...manifest, tables: manifest.tables.map((one) => ({ ...one, rows: 9e9 })) }),
    ],
    ['no tables', ({ tables: _tables, ...manifest }) => manifest],
    ['an unknown table', (manifest) => ({ ...manifest, tables: [{ table: 'x', rows: 0, files: [] }] })],
  ])('[X6] whose manifest has %s is refused', async (_what, change) => {
    await editManifest(change);
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportDamaged' });
  });

  test.each<[what: string, change: (line: string) => string]>([
    ['no JSON', () => 'rubbish'],
    ['a column too many', (line) => line.replace('{', '{"x":1,')],
    ['a column of another kind', (line) => line.replace(/"seq":\d+/, '"seq":"1"')],
    ['a change of what the chain covers', (line) => line.replace('von ann', 'von sam')],
    ['a change that is missing', () => ''],
  ])('[X7] whose rows have %s is refused, though every hash is right', async (_what, change) => {
    const path = join(folder, 'rows/changes-000001.jsonl');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('von ann'));
    const changed = change(lines[at] as string);
    lines.splice(at, 1, ...(changed === '' ? [] : [changed]));
    await writeFile(path, `${lines.join('\n')}\n`);
    await restate('rows/changes-000001.jsonl');
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportDamaged' });
    await expect(requireWholeImport(other.ports.store)).rejects.toThrow('has not finished');
  });

  test('[X6] that is something else altogether is refused', async () => {
    await rm(folder, { recursive: true });
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportFolderUnusable' });
    await writeFile(folder, 'a file');
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportFolderUnusable' });
    expect(await refusalOf(exportAll())).toMatchObject({ reason: 'exportFolderUnusable' });
  });
});

interface Manifest {
  readonly tables: readonly { readonly rows: number; readonly files: readonly { readonly path: string }[] }[];
}
const withPath = (manifest: Manifest, path: string) => ({
  ...manifest,
  tables: manifest.tables.map((one) => ({ ...one, files: one.files.map((file) => ({ ...file, path })) })),
});

async function editManifest(change: (manifest: Manifest) => unknown): Promise<void> {
  const path = join(folder, 'manifest.json');
  const text = JSON.stringify(change(JSON.parse(await readFile(path, 'utf8'))));
  await writeFile(path, text);
  await writeFile(`${path}.sha256`, `${sha256(text)}  manifest.json\n`);
}

/** Makes the manifest agree with a file that was changed. */
async function restate(path: string): Promise<void> {
  const file = await measureRowFile(folder, path);
  await editManifest((manifest) => ({
    ...manifest,
    tables: manifest.tables.map((one) =>
      one.files.some((known) => known.path === path) ? { ...one, rows: file.rows, files: [file] } : one,
    ),
  }));
}

async function flipBit(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, 5);
  byte[0] = (byte[0] as number) ^ 1;
  await file.write(byte, 0, 1, 5);
  await file.close();
}

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

describe('one library', () => {
  const scopeOf = () => libraryScope(livePorts(world), 'Bücher');
  const exportLibrary = async (watch?: MoveWatch) =>
    run(liveSource(livePorts(world), await scopeOf()), toFolder(), watch);
  async function importLibrary(
    adopt: { ownerEmail?: string; name?: string; withMembers?: boolean } = {},
    watch?: MoveWatch,
  ) {
    const source = await openFolderSource(folder, tableShapes);
    if (source.scope.kind !== 'library') throw new Error('a library was exported');
    const { ownerEmail = 'zoe@example.org', name = null, withMembers = false } = adopt;
    const adoption = { scope: source.scope, ownerEmail, name, withMembers };
    const { accountId } = await requireOwner(livePorts(other), adoption);
    return run(adoptedSource(source, accountId), libraryTarget(livePorts(other), adoption), watch);
  }

  test('[X9] comes to another server under an account there, with its files and its history', async () => {
    const zoe = await other.addAccount('zoe@example.org');
    await exportLibrary();
    await importLibrary();
    const { libraryId, ann } = filled;
    const page = { libraryId, pageToken: null, limit: 1_000 };
    const [there, here] = [await listTree(world.ports, ann, page), await listTree(other.ports, zoe, page)];
    expect(here).toEqual(there);
    const cursor = `${libraryId}.0.${'0'.repeat(64)}`;
    const changes = { libraryId, cursor, limit: 1_000 };
    expect(await listChanges(other.ports, zoe, changes)).toEqual(
      await listChanges(world.ports, ann, changes),
    );
    const contentIds = here.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.contentId] : []));
    expect((await readRevisions(other.ports, zoe, { libraryId, contentIds })).revisions).toHaveLength(
      contentIds.length,
    );
    const trash = await listTrash(other.ports, zoe, { libraryId, pageToken: null, limit: 10 });
    expect(trash).toEqual(await listTrash(world.ports, ann, { libraryId, pageToken: null, limit: 10 }));
    const library = (await other.ports.store.read.libraries.listFor(zoe.accountId))[0];
    expect(library).toMatchObject({ libraryId, name: 'Bücher', role: 'owner' });
  });

  test('[X9] is charged to the account that takes it over, and refused if it does not fit', async () => {
    const zoe = await other.addAccount('zoe@example.org', 10);
    await exportLibrary();
    expect(await refusalOf(importLibrary())).toMatchObject({ reason: 'quotaExceeded' });
    await other.ports.store.transact((tx) => tx.accounts.setLimit(zoe.accountId, 1_000_000));
    await importLibrary();
    const account = await other.ports.store.read.accounts.byId(zoe.accountId);
    const rows = (await allRows(other)).locations.map((line) => JSON.parse(line));
    const charged = rows.reduce((sum, row) => sum + (row.charged ? row.storedBytes : 0), 0);
    expect(account).toMatchObject({ usedBytes: charged, reservedBytes: 0 });
    expect(charged).toBeGreaterThan(0);
  });

  test('[X9] trusts nothing as verified, and signs nobody in', async () => {
    await other.addAccount('zoe@example.org');
    await exportLibrary();
    await importLibrary();
    const rows = await allRows(other);
    expect(rows.locations.some((line) => line.includes('"verified":true'))).toBe(false);
    expect(rows.packs.every((line) => line.includes('"state":"sealed"'))).toBe(true);
    const devices = rows.devices.map((line) => JSON.parse(line));
    const known = new Set([filled.ann.deviceId, filled.bob.deviceId] as string[]);
    const moved = devices.filter((one) => known.has(one.deviceId));
    expect(moved).toHaveLength(2);
    expect(moved.every((one) => one.revokedAtMs !== null)).toBe(true);
    const exported = await readFile(join(folder, 'manifest.json'), 'utf8');
    const { tokenHash } = JSON.parse((await allRows(world)).devices[0] as string);
    expect(exported).not.toContain(tokenHash);
    expect(await readdir(join(folder, 'rows'))).not.toContain('accounts-000001.jsonl');
  });

  test('[X9] brings its members along only if that is wanted', async () => {
    await other.addAccount('zoe@example.org');
    const bob = await other.addAccount('bob@example.org');
    await exportLibrary();
    await importLibrary({ withMembers: true, name: 'Books' });
    const { members, roleOf } = other.ports.store.read.libraries;
    expect((await members(filled.libraryId)).map((one) => one.email)).toEqual([
      'zoe@example.org',
      'bob@example.org',
    ]);
    expect(await roleOf(filled.libraryId, bob.accountId)).toBe('editor');
  });

  test.each([1, 4, 9, 12, 15])(
    '[X9] stopped after %i steps nobody sees it, and the same again brings it',
    async (steps) => {
      const zoe = await other.addAccount('zoe@example.org');
      expect(await refusalOf(exportLibrary(stopAfter(steps)))).toEqual({ reason: 'moveStopped' });
      await exportLibrary();
      expect(await refusalOf(importLibrary({}, stopAfter(steps)))).toEqual({ reason: 'moveStopped' });
      expect(await other.ports.store.read.libraries.listFor(zoe.accountId)).toEqual([]);
      await requireWholeImport(other.ports.store);
      await importLibrary();
      expect(await other.ports.store.read.libraries.listFor(zoe.accountId)).toHaveLength(1);
      expect(await importLibrary()).toBeNull();
    },
  );

  test('[X9] takes no name that is taken, and comes to nobody who is not there', async () => {
    const zoe = await other.addAccount('zoe@example.org');
    await other.addLibrary(zoe, 'Bücher');
    await exportLibrary();
    expect(await refusalOf(importLibrary())).toEqual({ reason: 'libraryNameTaken', library: 'Bücher' });
    expect(await refusalOf(importLibrary({ ownerEmail: 'nobody@example.org' }))).toMatchObject({
      reason: 'accountMissing',
    });
    await importLibrary({ name: 'Others' });
    expect(await refusalOf(libraryScope(livePorts(world), 'No such'))).toMatchObject({
      reason: 'libraryMissing',
    });
  });
});

test('[X2] a commit whose answer was lost is answered behind the move as it would have been', async () => {
  const { libraryId, ann } = filled;
  const opId = freshOpId();
  const ops = [makeOp.folder(freshEntryId(), topFolderOf(libraryId), 'sent twice')];
  const first = await commitOps(world.ports, ann, { libraryId, opId, ops });
  await moveAcross();
  expect(await commitOps(other.ports, ann, { libraryId, opId, ops })).toEqual(first);
});
