import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assert } from '@tidesync/shared/brand';
import { fail } from '@tidesync/shared/problems';
import type { Arrived, MoveScope, MoveTarget, SourceIdentity } from '../../ports/moving.ts';
import { tablesOf } from '../../ports/moving.ts';
import type { MovedTable, TransferRow } from '../../ports/store-transfer.ts';
import type { TableShapes } from '../../ports/transfer-rows.ts';
import { inFolder, makeFolder, PART, removeFile, sizeOfFile, writeWhole } from './durable-files.ts';
import { hasManifest, readUnfinished, unfinishedPath, writeManifest, writeUnfinished } from './manifest.ts';
import { measureRowFile, RowFileWriter, readRowFile, wholeRowFiles } from './row-files.ts';

interface FolderTargetOptions {
  /** Made if missing; empty, or holds an export of the same source that has not finished. */
  readonly folder: string;
  readonly shapes: TableShapes;
  readonly nowMs: () => number;
}

/**
 * An export folder: `rows/` with lines of JSON, `objects/` with packs under their keys, and `manifest.json`, which is
 * the last to appear. Errors: `exportFolderUnusable`.
 */
export function folderTarget({ folder, shapes, nowMs }: FolderTargetOptions): MoveTarget {
  let writer: { readonly table: MovedTable; readonly files: RowFileWriter } | null = null;
  let source: { readonly scope: MoveScope; readonly sourceId: string } | null = null;
  const pages = (table: MovedTable) => rowsIn(folder, shapes, table);
  const writerOf = async (table: MovedTable) => {
    if (writer?.table === table) return writer.files;
    const before = await wholeRowFiles(folder, table);
    const files = new RowFileWriter(folder, shapes[table], before.length);
    writer = { table, files };
    return files;
  };
  const objectPath = (key: string) => join(folder, 'objects', key);
  return {
    async begin(scope, identity) {
      const begun = await inFolder(folder, () => takeFolder(folder, scope, identity));
      source = { scope, sourceId: identity.sourceId };
      return begun;
    },
    arrived: (table) => inFolder(folder, () => arrivedIn(folder, shapes, table)),
    addRows: (table, rows) => inFolder(folder, async () => (await writerOf(table)).write(rows)),
    endTable: (table) => inFolder(folder, async () => (await writerOf(table)).end()),
    holds: ({ key, sizeBytes }) =>
      inFolder(folder, async () => (await sizeOfFile(objectPath(key))) === sizeBytes),
    addObject: (key, bytes) =>
      inFolder(folder, async () => {
        await makeFolder(dirname(objectPath(key)));
        await writeWhole(objectPath(key), bytes);
      }),
    pages,
    release: async () => writer?.files.abandon(),
    async finish(summary) {
      assert(source !== null, 'an export has begun');
      const { scope, sourceId } = source;
      await inFolder(folder, async () => {
        const tables = await tablesIn(folder, scope);
        const { objects: count, objectBytes: sizeBytes, damaged } = summary;
        const objects = { count, sizeBytes };
        const facts = { madeAtMs: nowMs(), sourceId, scope: copyOf(scope), tables, objects };
        await writeManifest(folder, { ...facts, damaged: damaged.map((one) => ({ ...one })) });
        await removeFile(unfinishedPath(folder));
      });
    },
  };
}

/** The manifest's types are of arrays that may be written to. */
const copyOf = (scope: MoveScope) => structuredClone(scope) as never;

async function takeFolder(
  folder: string,
  scope: MoveScope,
  identity: SourceIdentity,
): Promise<'begun' | 'finished'> {
  const refuse = (detail: string) => fail({ reason: 'exportFolderUnusable', path: folder, detail });
  await makeFolder(folder);
  const begun = await readUnfinished(folder);
  const { sourceId, state } = identity;
  if (await hasManifest(folder)) {
    // Stopped between its last two steps.
    if (begun?.sourceId !== sourceId || begun.state !== state)
      refuse('it holds a finished export; name another folder');
    await removeFile(unfinishedPath(folder));
    return 'finished';
  }
  if (begun === null && (await readdir(folder)).some((name) => !name.endsWith(PART))) {
    refuse('it is not empty; name a new folder');
  }
  const same = begun?.scope.kind === scope.kind && begun.sourceId === sourceId;
  if (begun !== null && !same) refuse('an export of something else has begun in it; name a new folder');
  // Packs never change, rows do: those of an earlier state are written again.
  if (begun?.state !== state) await rm(join(folder, 'rows'), { recursive: true, force: true });
  await writeUnfinished(folder, { sourceId, state, scope: copyOf(scope) });
  await makeFolder(join(folder, 'rows'));
  await makeFolder(join(folder, 'objects'));
  return 'begun';
}

async function arrivedIn(folder: string, shapes: TableShapes, table: MovedTable): Promise<Arrived | null> {
  const files = await wholeRowFiles(folder, table);
  let rows = 0;
  for (const path of files) rows += (await measureRowFile(folder, path)).rows;
  const last = await lastRowOf(folder, files.at(-1), shapes[table]);
  return last === null ? null : { rows, last };
}

async function lastRowOf(
  folder: string,
  path: string | undefined,
  shape: TableShapes[MovedTable],
): Promise<TransferRow | null> {
  if (path === undefined) return null;
  let last: TransferRow | null = null;
  for await (const page of readRowFile(folder, path, shape)) last = page.at(-1) ?? last;
  return last;
}

async function* rowsIn(
  folder: string,
  shapes: TableShapes,
  table: MovedTable,
): AsyncGenerator<readonly TransferRow[]> {
  for (const path of await wholeRowFiles(folder, table)) yield* readRowFile(folder, path, shapes[table]);
}

async function tablesIn(folder: string, scope: MoveScope) {
  const tables = [];
  for (const table of tablesOf(scope)) {
    const files = [];
    for (const path of await wholeRowFiles(folder, table)) files.push(await measureRowFile(folder, path));
    tables.push({ table, rows: files.reduce((sum, file) => sum + file.rows, 0), files });
  }
  return tables;
}
