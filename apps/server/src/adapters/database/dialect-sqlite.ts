import { getTableColumns, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Tables } from './tables.ts';

export type Db = BetterSQLite3Database;

/** A connection as the queries see it; what differs between the dialects is behind `dialect`. */
export interface Connection {
  readonly db: Db;
  readonly tables: Tables;
  readonly dialect: Dialect;
}

export interface Dialect {
  /** How many rows a finished insert, update or delete wrote. */
  affected(result: unknown): number;
  /** Inserts what does not collide with any unique key; how many rows that were. */
  insertNew<T extends SQLiteTable>(db: Db, table: T, rows: readonly T['$inferInsert'][]): Promise<number>;
  /** Inserts, or overwrites the row with the same primary key. */
  upsert<T extends SQLiteTable>(
    db: Db,
    into: UpsertInto<T>,
    rows: readonly T['$inferInsert'][],
  ): Promise<void>;
  isDuplicateKey(error: unknown): boolean;
}
export interface UpsertInto<T extends SQLiteTable> {
  readonly table: T;
  readonly primaryKey: SQLiteColumn[];
}

/** Rows per statement: the widest table has 17 columns and SQLite binds 32,766 values at most. */
const ROWS_PER_INSERT = 500;

export const sqliteDialect: Dialect = {
  affected: (result) => (result as { changes: number }).changes,

  async insertNew(db, table, rows) {
    let inserted = 0;
    for (const part of batches(rows, ROWS_PER_INSERT)) {
      const result = await db.insert(table).values(part).onConflictDoNothing();
      inserted += sqliteDialect.affected(result);
    }
    return inserted;
  },

  async upsert(db, into, rows) {
    const keys = new Set(into.primaryKey.map((column) => column.name));
    const others = Object.entries(getTableColumns(into.table)).filter(([, column]) => !keys.has(column.name));
    const set = Object.fromEntries(
      others.map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]),
    ) as never;
    for (const part of batches(rows, ROWS_PER_INSERT)) {
      await db.insert(into.table).values(part).onConflictDoUpdate({ target: into.primaryKey, set });
    }
  },

  isDuplicateKey: (error) =>
    errorCodes(error).some((code) => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(code)),
};

export function batches<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}

/** The codes of an error and of what caused it: drizzle wraps the driver's errors. */
export function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if ('code' in current && typeof current.code === 'string') codes.push(current.code);
    current = current.cause;
  }
  return codes;
}
