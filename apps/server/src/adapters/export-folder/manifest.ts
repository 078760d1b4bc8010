import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceId, libraryId, sha256Hex } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import { z } from 'zod';
import { MOVED_TABLES } from '../../ports/store-transfer.ts';
import { inFolder, sizeOfFile, writeWhole } from './durable-files.ts';

/** Raised when a reader of this version would misread what is written. */
const EXPORT_VERSION = 1;
const FORMAT = 'tidesync-export';
/** It lists row files of 64 MiB each, so it stays far below. */
const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;

const count = z.number().int().nonnegative();
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everything') }),
  z.strictObject({
    kind: z.literal('library'),
    libraryId,
    name: z.string(),
    ownerEmail: z.string(),
    storedBytes: count,
    members: z.array(z.strictObject({ email: z.string(), role: z.enum(['owner', 'editor', 'viewer']) })),
    devices: z.array(z.strictObject({ deviceId, name: z.string(), createdAtMs: z.number().int() })),
  }),
]);

/** No path can lead out of the folder. */
const rowFile = z.strictObject({
  path: z.string().regex(/^rows\/[A-Za-z]+-\d{6}\.jsonl$/),
  rows: count,
  sizeBytes: count,
  sha256: sha256Hex,
});
export type RowFile = z.infer<typeof rowFile>;

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(EXPORT_VERSION),
  madeAtMs: z.number().int(),
  sourceId: uuid,
  scope,
  tables: z.array(z.strictObject({ table: z.enum(MOVED_TABLES), rows: count, files: z.array(rowFile) })),
  objects: z.strictObject({ count, sizeBytes: count }),
  damaged: z.array(z.strictObject({ key: z.string(), why: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** An export that has begun: the same source as it is goes on, rows of another state are written again. */
const unfinishedSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(EXPORT_VERSION),
  sourceId: uuid,
  state: sha256Hex,
  scope,
});
export type Unfinished = z.infer<typeof unfinishedSchema>;

const manifestPath = (folder: string) => join(folder, 'manifest.json');
const sumPath = (folder: string) => join(folder, 'manifest.json.sha256');
export const unfinishedPath = (folder: string) => join(folder, 'unfinished.json');

export async function writeUnfinished(
  folder: string,
  facts: Omit<Unfinished, 'format' | 'version'>,
): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, version: EXPORT_VERSION, ...facts }, null, 2);
  await writeWhole(unfinishedPath(folder), text);
}

/** Null for none. */
export async function readUnfinished(folder: string): Promise<Unfinished | null> {
  const text = await textOf(unfinishedPath(folder));
  return text === null ? null : parsed(unfinishedSchema, { folder, name: 'unfinished.json', text });
}

export async function writeManifest(
  folder: string,
  facts: Omit<Manifest, 'format' | 'version'>,
): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, version: EXPORT_VERSION, ...facts }, null, 2);
  // As `sha256sum --check` reads it.
  await writeWhole(sumPath(folder), `${sha256Of(text)}  manifest.json\n`);
  await writeWhole(manifestPath(folder), text);
}

export async function hasManifest(folder: string): Promise<boolean> {
  return (await textOf(manifestPath(folder))) !== null;
}

/**
 * The manifest of a finished export, with its hash.
 * Errors: `exportFolderUnusable` for what is no finished export, `dataTooNew`, `exportDamaged`.
 */
export async function readManifest(folder: string): Promise<{ manifest: Manifest; sha256Hex: string }> {
  const [text, sum] = [await textOf(manifestPath(folder)), await textOf(sumPath(folder))];
  if (text === null) {
    const begun = (await textOf(unfinishedPath(folder))) !== null;
    const detail = begun
      ? 'the export into it has not finished; run that command again'
      : 'there is no finished export in it';
    return fail({ reason: 'exportFolderUnusable', path: folder, detail });
  }
  const found = sha256Of(text);
  if (sum?.trim() !== `${found}  manifest.json`) {
    fail({ reason: 'exportDamaged', path: 'manifest.json', detail: 'its SHA-256 is another one' });
  }
  const manifest = parsed(manifestSchema, { folder, name: 'manifest.json', text });
  return { manifest, sha256Hex: found };
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

async function textOf(path: string): Promise<string | null> {
  return inFolder(path, async () => {
    const sizeBytes = await sizeOfFile(path);
    if (sizeBytes === null) return null;
    return sizeBytes > MANIFEST_BYTES_MAX ? '' : readFile(path, 'utf8');
  });
}

interface Document {
  readonly folder: string;
  readonly name: string;
  readonly text: string;
}

function parsed<T>(schema: z.ZodType<T>, { folder, name, text }: Document): T {
  const value = parsedJson(text);
  const known = z.object({ format: z.literal(FORMAT), version: z.number().int() }).safeParse(value);
  if (!known.success) {
    return fail({
      reason: 'exportFolderUnusable',
      path: folder,
      detail: `${name} in it is not from an export`,
    });
  }
  const { version } = known.data;
  if (version > EXPORT_VERSION) {
    fail({ reason: 'dataTooNew', what: 'The export', found: version, known: EXPORT_VERSION });
  }
  const whole = schema.safeParse(value);
  if (whole.success) return whole.data;
  const where = whole.error.issues[0]?.path.join('.') ?? '';
  return fail({ reason: 'exportDamaged', path: name, detail: `it says something impossible at "${where}"` });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
