import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { statementsOf } from '@tidesync/server/adapters/database/migrate-tidb';
import { storeContract } from '@tidesync/server/adapters/database/store-contract';
import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase, tableShapes } from '@tidesync/server/testing/tidb-database';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/tidb/', import.meta.url));

let database: TidbDatabase;
beforeAll(async () => {
  database = await makeTidbDatabase(realServers().tidb.url);
});
afterAll(() => database.drop());

storeContract('TiDB', async () => {
  await database.clear();
  const store = await openTidbStore({ url: database.url });
  return {
    store,
    openAgain: () => openTidbStore({ url: database.url }),
    dispose: () => store.close(),
  };
});

describe('the migrations for TiDB', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await createConnection(database.url);
  });
  afterAll(() => connection.end());

  const ask = async (statement: string, values: unknown[] = []) =>
    (await connection.query<RowDataPacket[]>(statement, values))[0];
  const shapeOf = async (table: string) => {
    const columns = await ask(
      'SELECT column_name AS name, column_type AS type, is_nullable AS nullable FROM information_schema.columns ' +
        'WHERE table_schema = database() AND table_name = ? ORDER BY ordinal_position',
      [table],
    );
    const parts = await ask(
      'SELECT index_name AS name, column_name AS part, non_unique AS many FROM information_schema.statistics ' +
        'WHERE table_schema = database() AND table_name = ? ORDER BY index_name, seq_in_index',
      [table],
    );
    const names = [...new Set(parts.map((row) => row.name as string))];
    return {
      columns: columns.map(({ name, type, nullable }) => ({ name, type, notNull: nullable === 'NO' })),
      keys: names.map((name) => ({
        name,
        unique: Number(parts.find((row) => row.name === name)?.many) === 0,
        columns: parts.filter((row) => row.name === name).map((row) => row.part as string),
      })),
    };
  };

  test.each(tableShapes())('make $table as it is used, clustered by its key', async ({ table, ...shape }) => {
    expect(await shapeOf(table)).toEqual(shape);
    const [row] = await ask(
      'SELECT tidb_pk_type AS pk FROM information_schema.tables WHERE table_schema = database() AND table_name = ?',
      [table],
    );
    expect(row?.pk).toBe('CLUSTERED');
  });

  test('make no table that is not used', async () => {
    const made = await ask(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()',
    );
    const names = made.map((row) => row.name as string).filter((name) => name !== 'migrations');
    expect(names.toSorted()).toEqual(
      tableShapes()
        .map((shape) => shape.table)
        .toSorted(),
    );
  });

  test('have the names of those for SQLite', () => {
    const sqlite = fileURLToPath(new URL('../../drizzle/sqlite/', import.meta.url));
    expect(readdirSync(MIGRATIONS)).toEqual(readdirSync(sqlite));
  });

  test('can each be cut short at any statement and run again', async () => {
    for (const name of readdirSync(MIGRATIONS)) {
      for (const statement of statementsOf(readFileSync(path.join(MIGRATIONS, name), 'utf8'))) {
        await ask(statement);
      }
    }
    await (await openTidbStore({ url: database.url })).close();
  });

  test('leave a newer database as it is', async () => {
    const known = readdirSync(MIGRATIONS).length;
    await ask("INSERT INTO migrations VALUES (99, '0099_of_a_later_version.sql', 0)");
    await expect(openTidbStore({ url: database.url })).rejects.toMatchObject({
      problem: { reason: 'dataTooNew', found: 99, known },
    });
    await ask('DELETE FROM migrations WHERE version = 99');
  });

  test('run once when several servers start at the same time', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidesync-migrations-'));
    for (const name of readdirSync(MIGRATIONS)) {
      writeFileSync(path.join(folder, name), readFileSync(path.join(MIGRATIONS, name)));
    }
    const next = readdirSync(MIGRATIONS).length + 1;
    const name = `${String(next).padStart(4, '0')}_run_once.sql`;
    writeFileSync(
      path.join(folder, name),
      'CREATE TABLE run_once (id INT PRIMARY KEY);\nINSERT INTO run_once VALUES (1);\n',
    );
    const stores = await Promise.all(
      Array.from({ length: 4 }, () => openTidbStore({ url: database.url, migrations: folder })),
    );
    for (const store of stores) await store.close();
    expect(await ask('SELECT id FROM run_once')).toEqual([{ id: 1 }]);
    await ask('DROP TABLE run_once');
    await ask('DELETE FROM migrations WHERE version = ?', [next]);
    rmSync(folder, { recursive: true });
  });
});

describe('an address of a database', () => {
  test.each([
    ['postgres://x@127.0.0.1/y', 'mysql://'],
    ['mysql://root@127.0.0.1:4000', 'names no database'],
    ['mysql://root@127.0.0.1:4000/a`b', 'names no database'],
  ])('%s is refused', async (url, why) => {
    await expect(openTidbStore({ url })).rejects.toThrow(why);
  });

  test('where nothing listens is a database that does not answer', async () => {
    await expect(openTidbStore({ url: 'mysql://root@127.0.0.1:1/tidesync' })).rejects.toMatchObject({
      problem: { reason: 'databaseUnavailable' },
    });
  });
});
