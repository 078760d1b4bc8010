import { randomUUID } from 'node:crypto';
import { getTableName } from 'drizzle-orm';
import { createConnection } from 'mysql2/promise';
import { sqliteColumns } from '../adapters/database/columns-sqlite.ts';
import { openTidbStore } from '../adapters/database/store-tidb.ts';
import { defineTables } from '../adapters/database/tables.ts';

export interface TidbDatabase {
  readonly url: string;
  /** Makes it empty again, which takes far less time than making another. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

const tableNames = Object.values(defineTables(sqliteColumns)).map(getTableName);

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
