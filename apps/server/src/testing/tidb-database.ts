import { randomUUID } from 'node:crypto';
import { assert } from '@tidesync/shared/brand';
import { getTableColumns, getTableName } from 'drizzle-orm';
import type { MySqlTable } from 'drizzle-orm/mysql-core';
import { getTableConfig } from 'drizzle-orm/mysql-core';
import type { RowDataPacket } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import { tidbColumns } from '../adapters/database/columns-tidb.ts';
import { openTidbStore } from '../adapters/database/store-tidb.ts';
import { defineTables } from '../adapters/database/tables.ts';

export interface TidbDatabase {
  readonly url: string;
  /** Makes it empty again, which takes far less time than making another. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

const tables = Object.values(defineTables(tidbColumns)) as unknown as MySqlTable[];
const tableNames = tables.map(getTableName);

/** A table as TiDB's information_schema tells it. */
export interface TableShape {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly notNull: boolean }[];
  /** By name. */
  readonly keys: readonly {
    readonly name: string;
    readonly unique: boolean;
    readonly columns: readonly string[];
  }[];
}

/** The tables as the queries use them. */
export function tableShapes(): TableShape[] {
  return tables.map((table) => {
    const { primaryKeys, indexes } = getTableConfig(table);
    const columns = Object.values(getTableColumns(table));
    const single = columns.filter((column) => column.primary).map((column) => column.name);
    const primary = primaryKeys[0]?.columns.map((column) => column.name) ?? single;
    const keys = indexes.map(({ config }) => ({
      name: config.name,
      unique: config.unique ?? false,
      columns: config.columns.map((column) => ('name' in column ? column.name : '')),
    }));
    return {
      table: getTableName(table),
      columns: columns.map((one) => ({ name: one.name, type: one.getSQLType(), notNull: one.notNull })),
      keys: [{ name: 'PRIMARY', unique: true, columns: primary }, ...keys].sort((a, b) =>
        a.name < b.name ? -1 : 1,
      ),
    };
  });
}

/** A database of its own on a running TiDB, brought to today's format. */
export async function makeTidbDatabase(serverUrl: string): Promise<TidbDatabase> {
  const name = `tidesync_${randomUUID().replaceAll('-', '')}`;
  const url = `${serverUrl.replace(/\/$/, '')}/${name}`;
  await (await openTidbStore({ url })).close();
  const ask = async (statements: readonly string[]) => {
    const connection = await createConnection(url);
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  };
  return {
    url,
    clear: () => ask(tableNames.map((table) => `DELETE FROM \`${table}\``)),
    drop: () => ask([`DROP DATABASE \`${name}\``]),
  };
}

let ofThisFile: Promise<TidbDatabase> | null = null;

/** The database of this test file, empty; one at a time, as making one takes seconds. Dropped after the file. */
export async function emptyTidbOfThisFile(): Promise<string> {
  // The address comes from the run's setup, which only a run with real servers has.
  const { tidb } = inject('realServers' as never) as { readonly tidb: { readonly url: string } };
  ofThisFile ??= makeTidbDatabase(tidb.url);
  const database = await ofThisFile;
  await database.clear();
  return database.url;
}

/** How TiDB would carry out a statement on the database of this file: each step with what it says of it. */
export async function tidbPlanOf(statement: string): Promise<string[]> {
  assert(ofThisFile !== null, 'a world was made in this file');
  const connection = await createConnection((await ofThisFile).url);
  try {
    const [steps] = await connection.query<RowDataPacket[]>(`EXPLAIN FORMAT = 'brief' ${statement}`);
    return steps.map((step) => `${step.id} ${step['access object']} ${step['operator info']}`);
  } finally {
    await connection.end();
  }
}

/** Runs a statement on the database of this file, past every rule of ours. */
export async function runOnTidb(statement: string): Promise<void> {
  assert(ofThisFile !== null, 'a world was made in this file');
  const connection = await createConnection((await ofThisFile).url);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** For files that use `emptyTidbOfThisFile`. */
export async function dropTidbOfThisFile(): Promise<void> {
  await (await ofThisFile)?.drop();
  ofThisFile = null;
}
