import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Tables } from './tables.ts';

/**
 * The query builder of either dialect. One type stands for both: the queries use only what the two have in common,
 * and every store runs the same contract suite.
 */
export type Db = Omit<BetterSQLite3Database, '$client'>;

/** A connection as the queries see it; what differs between the dialects is behind `dialect`. */
export interface Connection {
  readonly db: Db;
  readonly tables: Tables;
  readonly dialect: Dialect;
}

export interface Dialect {
  /** How many rows a finished update or delete found. */
  affected(result: unknown): number;
  /**
   * A read of one row that a decision rests on: inside a transaction nobody else writes that row until the end.
   * Takes and gives back a select.
   */
  locking<Query>(select: Query): Query;
  /** Spread behind the table of `from`: reads by this index, where the database would not choose it by itself. */
  indexHint(index: string): readonly [];
  /** Inserts what does not collide with any unique key; how many rows that were. */
  insertNew<T extends SQLiteTable>(table: T, rows: readonly T['$inferInsert'][]): Promise<number>;
  /** Inserts, or overwrites the row with the same primary key; a collision with another unique key is an error. */
  upsert<T extends SQLiteTable>(into: UpsertInto<T>, rows: readonly T['$inferInsert'][]): Promise<void>;
  isDuplicateKey(error: unknown): boolean;
  /** Rows whose columns have, together, one of these lists of values; written so that an index is used. */
  oneOf(columns: readonly SQLiteColumn[], rows: readonly (readonly unknown[])[]): SQL | undefined;
}
export interface UpsertInto<T extends SQLiteTable> {
  readonly table: T;
  readonly primaryKey: SQLiteColumn[];
}

/** An error and what caused it, the outermost first: drizzle wraps the driver's errors. */
export function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    causes.push(current);
    current = current.cause;
  }
  return causes;
}

/** The codes of an error and of what caused it. */
export function errorCodes(error: unknown): string[] {
  return causesOf(error).flatMap((one) => ('code' in one && typeof one.code === 'string' ? [one.code] : []));
}
