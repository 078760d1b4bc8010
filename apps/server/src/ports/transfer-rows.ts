import { assert } from '@tidesync/shared/brand';
import type { MovedTable, TransferRow } from './store-transfer.ts';

/** What a column holds, independent of the database. */
export type ColumnKind = 'uuid' | 'hash' | 'text' | 'bytes' | 'word' | 'json' | 'time' | 'count' | 'flag';
export interface ColumnShape {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  /** Of text, in UTF-8; null where nothing bounds it but the row. */
  readonly bytesMax: number | null;
}
export interface TableShape {
  readonly table: MovedTable;
  readonly columns: readonly ColumnShape[];
  /** Names of the primary key's columns, in order. */
  readonly key: readonly string[];
}
export type TableShapes = Readonly<Record<MovedTable, TableShape>>;

/** No row is longer: the longest are the answer to a commit of 1,000 operations, and a chunk list. */
export const ROW_CHARS_MAX = 16 * 1024 * 1024;
const WORD_BYTES_MAX = 255;

/** One line of JSON, the same for equal rows: columns in the table's order, keys of JSON sorted, bytes as base64. */
export function encodeRow({ columns }: TableShape, row: TransferRow): string {
  return JSON.stringify(
    Object.fromEntries(columns.map(({ name, kind }) => [name, encoded(kind, row[name])])),
  );
}

function encoded(kind: ColumnKind, value: unknown): unknown {
  assert(value !== undefined, 'a row has all of its columns');
  if (value === null) return null;
  if (kind === 'bytes') return Buffer.from(value as Uint8Array).toString('base64');
  return kind === 'json' ? sortedKeys(value) : value;
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, inner]) => [key, sortedKeys(inner)] as const);
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export type DecodedRow = { readonly row: TransferRow } | { readonly fault: string };

/** The inverse of `encodeRow`, for lines that anyone may have written; `fault` says what is wrong with it. */
export function decodeRow({ columns }: TableShape, line: string): DecodedRow {
  const fields = parsedObject(line);
  if (fields === null) return { fault: 'it is no JSON object' };
  const unknown = Object.keys(fields).find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined) return { fault: `it has an unknown column "${unknown.slice(0, 80)}"` };
  const row: Record<string, unknown> = {};
  for (const column of columns) {
    // What is older than a column has nothing in it.
    const field = column.nullable ? (fields[column.name] ?? null) : fields[column.name];
    const value = decoded(column, field);
    if (value === undefined) return { fault: `its column "${column.name}" is no ${column.kind}` };
    row[column.name] = value;
  }
  return { row };
}

function parsedObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Undefined for what the column cannot hold. */
function decoded({ kind, nullable, bytesMax }: ColumnShape, value: unknown): unknown {
  if (value === null) return nullable ? null : undefined;
  if (kind === 'bytes') return decodedBytes(value);
  return holds[kind](value, bytesMax ?? Number.POSITIVE_INFINITY) ? value : undefined;
}

function decodedBytes(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes : undefined;
}

const isWhole = (value: unknown) => Number.isSafeInteger(value);
const holds: Record<Exclude<ColumnKind, 'bytes'>, (value: unknown, bytesMax: number) => boolean> = {
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  hash: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  text: (value, bytesMax) =>
    typeof value === 'string' && value.isWellFormed() && Buffer.byteLength(value) <= bytesMax,
  word: (value) =>
    typeof value === 'string' && /^[\x20-\x7e]*$/.test(value) && value.length <= WORD_BYTES_MAX,
  json: (value) => value !== undefined,
  time: isWhole,
  count: (value) => isWhole(value) && (value as number) >= 0,
  flag: (value) => typeof value === 'boolean',
};
