import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { MoveSource } from '../../ports/moving.ts';
import { tablesOf } from '../../ports/moving.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { MovedTable, TransferRow } from '../../ports/store-transfer.ts';
import { ADDED_TABLES } from '../../ports/store-transfer.ts';
import type { TableShapes } from '../../ports/transfer-rows.ts';
import { inFolder, sizeOfFile } from './durable-files.ts';
import type { Manifest, RowFile } from './manifest.ts';
import { readManifest } from './manifest.ts';
import { measureRowFile, readRowFile } from './row-files.ts';

/**
 * A finished export, every row file of which was hashed before anything of it is used. Objects are hashed as they
 * are copied.
 * Errors: `exportFolderUnusable`, `dataTooNew`, `exportDamaged`.
 */
export async function openFolderSource(folder: string, shapes: TableShapes): Promise<MoveSource> {
  const { manifest, sha256Hex } = await readManifest(folder);
  requireTables(manifest);
  for (const { files } of manifest.tables) for (const file of files) await requireWhole(folder, file);
  const filesOf = (table: MovedTable) => manifest.tables.find((one) => one.table === table)?.files ?? [];
  const { scope, sourceId } = manifest;
  return {
    scope,
    knownDamaged: new Set(manifest.damaged.map((one) => one.key)),
    identity: async () => ({ sourceId, state: sha256Hex }),
    count: async (table) => manifest.tables.find((one) => one.table === table)?.rows ?? 0,
    async *pages(table, after) {
      let skip = after?.rows ?? 0;
      for (const file of filesOf(table)) {
        if (skip >= file.rows) {
          skip -= file.rows;
          continue;
        }
        for await (const page of readRowFile(folder, file.path, shapes[table])) {
          const rows = page.slice(skip);
          skip = Math.max(0, skip - page.length);
          requireFitting(manifest, { table, path: file.path, rows });
          if (rows.length > 0) yield rows;
        }
      }
    },
    object: (key) => inFolder(folder, () => readObject(folder, key)),
  };
}

/** One file or more, or none, for each table of its kind, and no other. */
function requireTables({ scope, tables }: Manifest): void {
  const has = (table: MovedTable) => tables.some((one) => one.table === table);
  const expected = tablesOf(scope).filter((table) => has(table) || !ADDED_TABLES.has(table));
  const same = tables.length === expected.length && tables.every(({ table }, at) => table === expected[at]);
  const counted = tables.every(({ rows, files }) => rows === files.reduce((sum, file) => sum + file.rows, 0));
  if (!same || !counted) {
    fail({ reason: 'exportDamaged', path: 'manifest.json', detail: 'its tables are not those of an export' });
  }
}

async function requireWhole(folder: string, file: RowFile): Promise<void> {
  const refuse = (detail: string) => fail({ reason: 'exportDamaged', path: file.path, detail });
  const sizeBytes = await inFolder(folder, () => sizeOfFile(join(folder, file.path)));
  if (sizeBytes === null) return refuse('it is missing');
  if (sizeBytes !== file.sizeBytes) refuse(`it has ${sizeBytes} bytes instead of ${file.sizeBytes}`);
  const found = await inFolder(folder, () => measureRowFile(folder, file.path));
  if (found.sha256 !== file.sha256) refuse('its SHA-256 is another one');
  if (found.rows !== file.rows) refuse(`it has ${found.rows} lines instead of ${file.rows}`);
}

interface Part {
  readonly table: MovedTable;
  readonly path: string;
  readonly rows: readonly TransferRow[];
}

/** What a right hash does not say: whoever made the export may have written anything. */
function requireFitting({ scope }: Manifest, { table, path, rows }: Part): void {
  for (const row of rows) {
    const foreign = scope.kind === 'library' && row.libraryId !== scope.libraryId;
    if (foreign) fail({ reason: 'exportDamaged', path, detail: 'it has rows of another library' });
    if (table !== 'packs') continue;
    if (row.objectKey !== objectKeyOf(row.libraryId as LibraryId, row.packId as PackId)) {
      fail({ reason: 'exportDamaged', path, detail: 'a pack lies under the ids of another' });
    }
  }
}

async function readObject(folder: string, key: ObjectKey): Promise<Uint8Array | null> {
  const path = join(folder, 'objects', key);
  const sizeBytes = await sizeOfFile(path);
  if (sizeBytes === null) return null;
  if (sizeBytes > limits.objectBytesMax) {
    fail({ reason: 'exportDamaged', path: `objects/${key}`, detail: 'it is longer than any pack' });
  }
  return readFile(path);
}
