import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteColumns } from './columns-sqlite.ts';
import { translateSqliteError } from './sqlite-problems.ts';
import { storeContract } from './store-contract.ts';
import { openSqliteStore } from './store-sqlite.ts';
import { defineTables } from './tables.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../../drizzle/sqlite/', import.meta.url));

let folder: string;
let file: string;
const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'tidesync-store-'));
beforeEach(() => {
  folder = makeFolder();
  file = path.join(folder, 'data', 'server.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

storeContract('SQLite', async () => {
  const own = makeFolder();
  const options = { file: path.join(own, 'server.sqlite') };
  const store = openSqliteStore(options);
  return {
    store,
    openAgain: () => openSqliteStore(options),
    async dispose() {
      await store.close();
      rmSync(own, { recursive: true, force: true });
    },
  };
});

const shapeOf = (database: Database.Database, table: string) => {
  const columns = database.pragma(`table_info(${table})`) as {
    name: string;
    type: string;
    notnull: number;
    pk: number;
  }[];
  const indexes = (
    database.pragma(`index_list(${table})`) as { name: string; unique: number; origin: string }[]
  )
    .filter((index) => index.origin === 'c')
    .map(({ name, unique }) => ({
      name,
      unique: unique === 1,
      columns: (database.pragma(`index_info(${name})`) as { name: string }[]).map((column) => column.name),
    }));
  return {
    columns: columns.map(({ name, type, notnull }) => ({ name, type, notNull: notnull === 1 })),
    primaryKey: columns
      .filter((column) => column.pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map((column) => column.name),
    indexes: indexes.sort((a, b) => a.name.localeCompare(b.name)),
  };
};

describe('the migrations', () => {
  const tables = Object.values(defineTables(sqliteColumns));

  test.each(tables.map((table) => [getTableName(table), table] as const))(
    'make %s as it is used',
    (name, table) => {
      const { primaryKeys, indexes } = getTableConfig(table);
      const columns = Object.values(getTableColumns(table));
      const single = columns.filter((column) => column.primary).map((column) => column.name);
      const store = openSqliteStore({ file });
      const database = new Database(file, { readonly: true });
      expect(shapeOf(database, name)).toEqual({
        columns: columns.map((one) => ({
          name: one.name,
          type: one.getSQLType().toUpperCase(),
          notNull: one.notNull,
        })),
        primaryKey: primaryKeys[0]?.columns.map((column) => column.name) ?? single,
        indexes: indexes
          .map(({ config }) => ({
            name: config.name,
            unique: config.unique,
            columns: config.columns.map((column) => ('name' in column ? column.name : '')),
          }))
          .sort((a, b) => a.name.localeCompare(b.name)),
      });
      database.close();
      return store.close();
    },
  );

  test('make no table that is not used', async () => {
    await openSqliteStore({ file }).close();
    const database = new Database(file, { readonly: true });
    const made = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    expect(made.toSorted()).toEqual(tables.map(getTableName).toSorted());
    database.close();
  });

  test('leave a newer database as it is', async () => {
    await openSqliteStore({ file }).close();
    const database = new Database(file);
    database.pragma('user_version = 99');
    database.close();
    const before = readFileSync(file);
    const known = readdirSync(MIGRATIONS).length;
    expect(() => openSqliteStore({ file })).toThrow(
      expect.objectContaining({
        problem: { reason: 'dataTooNew', what: 'The server database', found: 99, known },
      }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('are whole or not at all, and go on where they were', async () => {
    const migrations = path.join(folder, 'migrations');
    copyAll(migrations);
    await openSqliteStore({ file, migrations }).close();
    const next = `${String(readdirSync(MIGRATIONS).length + 1).padStart(4, '0')}_break.sql`;
    writeFileSync(
      path.join(migrations, next),
      'CREATE TABLE half (id BLOB); CREATE TABLE accounts (id BLOB);',
    );
    expect(() => openSqliteStore({ file, migrations })).toThrow('already exists');
    writeFileSync(path.join(migrations, next), 'CREATE TABLE half (id BLOB);');
    const again = openSqliteStore({ file, migrations });
    expect(await again.read.accounts.count()).toBe(0);
    await again.close();
  });

  function copyAll(to: string) {
    mkdirSync(to);
    for (const name of readdirSync(MIGRATIONS))
      copyFileSync(path.join(MIGRATIONS, name), path.join(to, name));
  }
});

describe('the database file', () => {
  test('is readable by its owner alone', async () => {
    const store = openSqliteStore({ file });
    await store.read.accounts.count();
    for (const name of readdirSync(path.dirname(file))) {
      expect(statSync(path.join(path.dirname(file), name)).mode & 0o077, name).toBe(0);
    }
    await store.close();
  });

  test('survives what it was told when it is opened again', async () => {
    const first = openSqliteStore({ file });
    const account = { accountId: '00000000-0000-4000-8000-000000000001', email: 'a@b', passwordHash: '-' };
    await first.transact((tx) =>
      tx.accounts.create({ ...account, admin: true, limitBytes: 1, createdAtMs: 1 } as never),
    );
    await first.close();
    const second = openSqliteStore({ file });
    expect(await second.read.accounts.byEmail('a@b')).toMatchObject(account);
    await second.close();
  });

  test('that is no database is a problem with a name', () => {
    mkdirSync(path.dirname(file));
    writeFileSync(file, 'this was a database once, and it is long enough to be taken for one'.repeat(20));
    expect(() => openSqliteStore({ file })).toThrow(
      expect.objectContaining({ problem: { reason: 'databaseUnavailable' } }),
    );
  });

  test('that another process holds too long is busy', async () => {
    const store = openSqliteStore({ file, busyTimeoutMs: 1 });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.transact((tx) => tx.accounts.count())).rejects.toMatchObject({
      problem: { reason: 'busy' },
    });
    other.exec('ROLLBACK');
    expect(await store.transact((tx) => tx.accounts.count())).toBe(0);
    other.close();
    await store.close();
  });

  test('that cannot grow is a full disk, and what did not fit is not there', () => {
    mkdirSync(path.dirname(file));
    const database = new Database(file);
    database.exec('CREATE TABLE t (bytes BLOB)');
    database.pragma('max_page_count = 4');
    const grow = () => database.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
    const error = caughtFrom(grow);
    expect(translateSqliteError(error)).toMatchObject({
      problem: { reason: 'serverDiskFull' },
      cause: error,
    });
    expect(database.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0);
    database.close();
  });

  function caughtFrom(act: () => unknown): unknown {
    try {
      act();
    } catch (error) {
      return error;
    }
    throw new Error('nothing was thrown');
  }
});
