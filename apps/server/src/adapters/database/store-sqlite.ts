import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '@tidesync/shared/brand';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Store, Writes } from '../../ports/store.ts';
import { sqliteColumns } from './columns-sqlite.ts';
import type { Connection } from './connection.ts';
import { sqliteDialect } from './dialect-sqlite.ts';
import { migrate } from './migrate-sqlite.ts';
import { translateSqliteError } from './sqlite-problems.ts';
import { queriesOn, wrapQueries } from './store-queries.ts';
import { defineTables } from './tables.ts';
import { transactionQueue } from './transactions-sqlite.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../../drizzle/sqlite/', import.meta.url));
const BUSY_TIMEOUT_MS = 5_000;

export interface SqliteStoreOptions {
  /** The database file; it and its folder are made if missing, readable by their owner alone. */
  readonly file: string;
  /** Where the migrations are, if not with the product. */
  readonly migrations?: string;
  /** How long a transaction waits for another process; the server answers nothing meanwhile. */
  readonly busyTimeoutMs?: number;
  /** Hears every statement with its values: for tests, as values are secret. */
  readonly onStatement?: (statement: string) => void;
}

/**
 * The store on one SQLite file: a connection that writes, one transaction at a time, and one that reads beside it
 * (WAL). Several processes may open the same file.
 * Errors: Failure `dataTooNew` with nothing written, `serverDiskFull`, `databaseUnavailable`.
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const writer = translated(() => openWriter(options));
  const reader = translated(() => openReader(options));
  const tables = defineTables(sqliteColumns);
  const connectionTo = (database: Database.Database): Connection => ({
    db: drizzle(database),
    tables,
    dialect: sqliteDialect(database),
  });
  const queue = transactionQueue(writer);
  const writing = queriesOn(connectionTo(writer));
  let closed = false;
  return {
    read: guarded(queriesOn(connectionTo(reader)), () => !closed),
    async transact(body) {
      assert(!closed, 'the store is open');
      try {
        return await queue.run((stillOpen) => body(guarded(writing, stillOpen)));
      } catch (error) {
        throw translateSqliteError(error);
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await queue.drained();
      reader.close();
      writer.close();
    },
  };
}

function openWriter(options: SqliteStoreOptions): Database.Database {
  const { file, migrations = MIGRATIONS } = options;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  const database = new Database(file, driverOptions(options));
  try {
    migrate(database, migrations);
    database.pragma('journal_mode = WAL');
    // WAL with NORMAL may forget a commit at a power cut; a commit that was answered must stay.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function openReader(options: SqliteStoreOptions): Database.Database {
  const database = new Database(options.file, driverOptions(options));
  database.pragma('query_only = ON');
  return database;
}

function driverOptions({
  busyTimeoutMs = BUSY_TIMEOUT_MS,
  onStatement,
}: SqliteStoreOptions): Database.Options {
  if (onStatement === undefined) return { timeout: busyTimeoutMs };
  return { timeout: busyTimeoutMs, verbose: (statement) => onStatement(String(statement)) };
}

/** The same queries, refused once `usable` says no, and with the driver's errors translated. */
function guarded(queries: Writes, usable: () => boolean): Writes {
  return wrapQueries(queries, (_group, _verb, run) => async (...args) => {
    assert(usable(), 'the transaction or store is still open');
    try {
      return await run(...args);
    } catch (error) {
      throw translateSqliteError(error);
    }
  });
}

function translated<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw translateSqliteError(error);
  }
}
