import { cp, open, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { measureRowFile } from './adapters/export-folder/row-files.ts';
import { MovingBench } from './testing/moving-bench.ts';
import { allRows } from './testing/moving-world.ts';
import type { ServerWorld } from './testing/server-world.ts';
import { refusalOf, sha256 } from './testing/server-world.ts';
import type { MoveWatch } from './use-cases/moving/move-watch.ts';
import { requireWholeImport } from './use-cases/moving/require-whole.ts';

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
const expectSame = () => bench.expectSame();

/** Of a pack that content lies in: what was only sent, nobody misses. */
async function keyInUse(): Promise<string> {
  const packs = (await allRows(world)).packs.map((row) => JSON.parse(row));
  return packs.find(({ state }) => state === 'verified').objectKey;
}

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
    const key = await keyInUse();
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

  test('[X6] that has devices in the place of files is refused before they are read', async () => {
    const replace = async (path: string) => {
      await rm(join(folder, path));
      await symlink('/dev/zero', join(folder, path));
    };
    await replace(`objects/${await keyInUse()}`);
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'packsDamaged', count: 1 });
    await replace('rows/changes-000001.jsonl');
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportDamaged', detail: 'it is missing' });
    await replace('manifest.json');
    expect(await refusalOf(importAll())).toMatchObject({ reason: 'exportFolderUnusable' });
  });

  test('[X6] of an earlier server, which lacks a table that there was not yet, is imported', async () => {
    await editManifest((manifest) => ({
      ...manifest,
      tables: manifest.tables.filter(({ table }) => table !== 'serverSettings'),
    }));
    await importAll();
    expect(await other.ports.store.read.settings.defaultQuota()).toBeNull();
    expect(await other.ports.store.read.accounts.count()).toBe(2);
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
  readonly tables: readonly ManifestTable[];
}
interface ManifestTable {
  readonly table: string;
  readonly rows: number;
  readonly files: readonly { readonly path: string }[];
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
