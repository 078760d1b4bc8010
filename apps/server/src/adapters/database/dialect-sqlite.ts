import type { Database, Statement } from 'better-sqlite3';
import { getTableColumns, getTableName } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Tables } from './tables.ts';

export type Db = BetterSQLite3Database & { readonly $client: Database };

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

export const sqliteDialect: Dialect = {
  affected: (result) => (result as { changes: number }).changes,

  async insertNew(db, table, rows) {
    const insert = rowInsert(db, table, 'DO NOTHING');
    return rows.reduce((inserted, row) => inserted + insert(row), 0);
  },

  async upsert(db, { table, primaryKey }, rows) {
    const keys = primaryKey.map((column) => column.name);
    const others = Object.values(getTableColumns(table)).filter((column) => !keys.includes(column.name));
    const set = others.map(({ name }) => `"${name}" = excluded."${name}"`).join(', ');
    const insert = rowInsert(db, table, `(${keys.join(', ')}) DO UPDATE SET ${set}`);
    for (const row of rows) insert(row);
  },

  isDuplicateKey: (error) =>
    errorCodes(error).some((code) => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(code)),
};

const statements = new WeakMap<Db, Map<string, Statement<unknown[]>>>();

/**
 * Inserts one row, saying how many were written. In SQLite a prepared statement per row is what is fast: building
 * one statement of many rows took two thirds of the time of a large commit.
 */
function rowInsert<T extends SQLiteTable>(db: Db, table: T, onConflict: string) {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => `"${column.name}"`).join(', ');
  const marks = columns.map(() => '?').join(', ');
  const into = `INSERT INTO "${getTableName(table)}" (${names}) VALUES (${marks})`;
  const statement = prepared(db, `${into} ON CONFLICT ${onConflict}`);
  return (row: T['$inferInsert']): number => {
    const values = columns.map(([key, column]) => {
      const value = (row as Record<string, unknown>)[key] ?? null;
      return value === null ? null : column.mapToDriverValue(value);
    });
    return statement.run(...values).changes;
  };
}

function prepared(db: Db, text: string): Statement<unknown[]> {
  const known = statements.get(db) ?? new Map<string, Statement<unknown[]>>();
  statements.set(db, known);
  const statement = known.get(text) ?? db.$client.prepare<unknown[]>(text);
  known.set(text, statement);
  return statement;
}

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
