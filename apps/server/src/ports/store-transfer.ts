import type { LibraryId } from '@tidesync/shared/ids';

/**
 * The tables that a move takes along, in the order in which it does. Whoever adds a table has to decide here whether
 * it goes along; a test holds the two lists against the tables that there are.
 */
export const MOVED_TABLES = [
  'organisations',
  'accounts',
  'devices',
  'replacedTokens',
  'libraries',
  'libraryMembers',
  'entries',
  'changes',
  'commits',
  'answers',
  'revisions',
  'chunkLists',
  'packs',
  'locations',
  'uploads',
  'uploadChunks',
  'audit',
  'serverSettings',
] as const;
/** Tables that exports of earlier servers do not have. */
export const ADDED_TABLES: ReadonlySet<string> = new Set(['serverSettings', 'replacedTokens']);
/** What belongs to the running servers of one installation alone, or is found out anew by them. */
export const LEFT_TABLES = ['leases', 'imports', 'usages', 'samples', 'lostChunks', 'suspectPacks'] as const;

export type MovedTable = (typeof MOVED_TABLES)[number];

/** A row as the columns have it in code: ids and hashes as text, bytes as bytes, JSON as its value. */
export type TransferRow = Readonly<Record<string, unknown>>;

/** Which rows of a table: all, or those of one library, whose id then leads the table's key. */
export interface RowsOf {
  readonly table: MovedTable;
  readonly libraryId: LibraryId | null;
}

/** An import that has begun. */
export interface ImportMark {
  /** The library that is imported; `EVERYTHING` for a whole installation. */
  readonly importId: LibraryId;
  /** Whose data it is. */
  readonly sourceId: string;
  /** SHA-256 over what tells that the source is still as it was. */
  readonly sourceState: string;
  readonly startedAtMs: number;
  /** Null while it has not finished. */
  readonly finishedAtMs: number | null;
}
export const EVERYTHING = '00000000-0000-0000-0000-000000000000' as LibraryId;

export interface RowReads {
  /** Up to `limit` rows in the order of the primary key, behind the key of `after`. */
  page(
    of: RowsOf,
    from: { readonly after: TransferRow | null; readonly limit: number },
  ): Promise<TransferRow[]>;
  count(of: RowsOf): Promise<number>;
  /** The row with the highest key; null for none. */
  last(of: RowsOf): Promise<TransferRow | null>;
  /** The changes of a library with these seqs, in any order; unknown ones are left out. */
  changesAt(libraryId: LibraryId, seqs: readonly number[]): Promise<TransferRow[]>;
  importMark(importId: LibraryId): Promise<ImportMark | null>;
}

export interface RowWrites extends RowReads {
  /** Adds what is not there yet, by primary key, and never changes what is; how many rows that were. */
  add(table: MovedTable, rows: readonly TransferRow[]): Promise<number>;
  /** Marks it as begun; one that has begun before stays as it is. */
  beginImport(mark: Omit<ImportMark, 'finishedAtMs'>): Promise<void>;
  endImport(importId: LibraryId, atMs: number): Promise<void>;
}
