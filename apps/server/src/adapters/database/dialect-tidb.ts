import { assert } from '@tidesync/shared/brand';
import type { Column } from 'drizzle-orm';
import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { ResultSetHeader } from 'mysql2';
import type { Connection as DriverConnection } from 'mysql2/promise';
import type { Dialect } from './connection.ts';
import { causesOf } from './connection.ts';

/** Bounds of one INSERT, so that no statement is long to parse and none nears the largest packet. */
const ROWS_PER_INSERT_MAX = 500;
const BYTES_PER_INSERT_MAX = 1_000_000;
export const DUPLICATE_KEY = 1062;

type Value = Buffer | string | number | null;
interface Insertable {
  readonly into: string;
  readonly columns: readonly (readonly [string, Column])[];
}

/** `locks`: the connection is inside a transaction; elsewhere a locking read would hold nothing. */
export function tidbDialect(client: DriverConnection, locks: boolean): Dialect {
  return {
    affected: (result) => (result as [ResultSetHeader])[0].affectedRows,

    locking: <Query>(select: Query): Query =>
      locks ? (select as { for(strength: 'update'): Query }).for('update') : select,

    // The type knows SQLite's builder alone, whose `from` has no second argument.
    indexHint: (index) => [{ forceIndex: index }] as unknown as readonly [],

    async insertNew(table, rows) {
      let inserted = 0;
      for (const part of insertParts(table, rows)) {
        const { into } = insertableOf(table);
        const [done] = await client.query<ResultSetHeader>(`INSERT IGNORE ${into}`, [part]);
        // IGNORE also turns a value that does not fit into a warning; only duplicates may be passed over.
        assert(
          done.affectedRows + done.warningStatus === part.length,
          'an insert skips nothing but duplicates',
        );
        inserted += done.affectedRows;
      }
      return inserted;
    },

    // Not ON DUPLICATE KEY UPDATE, which would also overwrite a row that has another unique key in common.
    async upsert({ table, primaryKey }, rows) {
      const keys = primaryKey.map((column) => column.name);
      const { into, columns } = insertableOf(table);
      const keyAt = keys.map((key) => columns.findIndex(([, column]) => column.name === key));
      const named = keys.map((key) => `\`${key}\``).join(', ');
      for (const part of insertParts(table, rows)) {
        const ids = part.map((values) => keyAt.map((at) => values[at] ?? null));
        await client.query(`DELETE FROM \`${getTableName(table)}\` WHERE (${named}) IN (?)`, [ids]);
        await client.query(`INSERT ${into}`, [part]);
      }
    },

    // TiDB takes a list of rows as that many points of the index; a tree of ORs takes it ten times as long to plan.
    oneOf(columns, rows) {
      const lists = rows.map((row) => {
        const values = columns.map((column, index) => sql.param(row[index], column));
        return sql`(${sql.join(values, sql`, `)})`;
      });
      return sql`(${sql.join([...columns], sql`, `)}) IN (${sql.join(lists, sql`, `)})`;
    },

    isDuplicateKey: (error) => errnosOf(error).includes(DUPLICATE_KEY),
  };
}

/** The numbers by which TiDB tells its errors, of an error and of what caused it. */
export function errnosOf(error: unknown): number[] {
  return causesOf(error).flatMap((one) =>
    'errno' in one && typeof one.errno === 'number' ? [one.errno] : [],
  );
}

function insertableOf(table: SQLiteTable): Insertable {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => `\`${column.name}\``).join(', ');
  return { into: `INTO \`${getTableName(table)}\` (${names}) VALUES ?`, columns };
}

/** The rows as the driver takes them, in parts of bounded count and size. */
function* insertParts(table: SQLiteTable, rows: readonly object[]): Generator<Value[][]> {
  const { columns } = insertableOf(table);
  let part: Value[][] = [];
  let partBytes = 0;
  for (const row of rows) {
    const values = columns.map(([key, column]): Value => {
      const value = (row as Record<string, unknown>)[key] ?? null;
      return value === null ? null : (column.mapToDriverValue(value) as Value);
    });
    const rowBytes = values.reduce<number>((sum, value) => sum + bytesOf(value), 0);
    if (
      part.length === ROWS_PER_INSERT_MAX ||
      (part.length > 0 && partBytes + rowBytes > BYTES_PER_INSERT_MAX)
    ) {
      yield part;
      part = [];
      partBytes = 0;
    }
    part.push(values);
    partBytes += rowBytes;
  }
  if (part.length > 0) yield part;
}

const NUMBER_BYTES = 8;

function bytesOf(value: Value): number {
  if (value === null || typeof value === 'number') return NUMBER_BYTES;
  return value.length;
}
