import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';

/** A count that never falls below zero: what has drifted is for the recount, not a reason to refuse to give back. */
export function lessBytes(column: SQLiteColumn, sizeBytes: number): SQL {
  return sql`CASE WHEN ${column} > ${sizeBytes} THEN ${column} - ${sizeBytes} ELSE 0 END`;
}

/** A count after it grew, or shrank if `byBytes` is negative. */
export function changedBytes(column: SQLiteColumn, byBytes: number): SQL {
  return byBytes < 0 ? lessBytes(column, -byBytes) : sql`${column} + ${byBytes}`;
}

/** The sum of a column over all rows of a query, 0 for none; `Number` it: one dialect answers text. */
export function sumOf(column: SQLiteColumn): SQL<number | string> {
  return sql<number | string>`coalesce(sum(${column}), 0)`;
}
