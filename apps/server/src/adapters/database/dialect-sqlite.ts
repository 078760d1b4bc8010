import type { Database, Statement } from 'better-sqlite3';
import { and, eq, getTableColumns, getTableName, or } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Dialect } from './connection.ts';
import { errorCodes } from './connection.ts';

export function sqliteDialect(client: Database): Dialect {
  return {
    affected: (result) => (result as { changes: number }).changes,

    // A transaction is alone in the whole database.
    locking: (select) => select,

    indexHint: () => [],

    async insertNew(table, rows) {
      const insert = rowInsert(client, table, 'DO NOTHING');
      return rows.reduce((inserted, row) => inserted + insert(row), 0);
    },

    async upsert({ table, primaryKey }, rows) {
      const keys = primaryKey.map((column) => column.name);
      const others = Object.values(getTableColumns(table)).filter((column) => !keys.includes(column.name));
      const set = others.map(({ name }) => `"${name}" = excluded."${name}"`).join(', ');
      const insert = rowInsert(client, table, `(${keys.join(', ')}) DO UPDATE SET ${set}`);
      for (const row of rows) insert(row);
    },

    // Whole equalities: with an IN of one column SQLite would rather walk the library than the unique index.
    oneOf: (columns, rows) =>
      or(...rows.map((row) => and(...columns.map((column, index) => eq(column, row[index]))))),

    isDuplicateKey: (error) =>
      errorCodes(error).some((code) => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(code)),
  };
}

const statements = new WeakMap<Database, Map<string, Statement<unknown[]>>>();

/**
 * Inserts one row, saying how many were written. In SQLite a prepared statement per row is what is fast: building
 * one statement of many rows took two thirds of the time of a large commit.
 */
function rowInsert<T extends SQLiteTable>(client: Database, table: T, onConflict: string) {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => `"${column.name}"`).join(', ');
  const marks = columns.map(() => '?').join(', ');
  const into = `INSERT INTO "${getTableName(table)}" (${names}) VALUES (${marks})`;
  const statement = prepared(client, `${into} ON CONFLICT ${onConflict}`);
  return (row: T['$inferInsert']): number => {
    const values = columns.map(([key, column]) => {
      const value = (row as Record<string, unknown>)[key] ?? null;
      return value === null ? null : column.mapToDriverValue(value);
    });
    return statement.run(...values).changes;
  };
}

function prepared(client: Database, text: string): Statement<unknown[]> {
  const known = statements.get(client) ?? new Map<string, Statement<unknown[]>>();
  statements.set(client, known);
  const statement = known.get(text) ?? client.prepare<unknown[]>(text);
  known.set(text, statement);
  return statement;
}
