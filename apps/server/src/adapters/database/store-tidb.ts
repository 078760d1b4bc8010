import { fileURLToPath } from 'node:url';
import { assert } from '@tidesync/shared/brand';
import { Failure } from '@tidesync/shared/problems';
import { drizzle } from 'drizzle-orm/mysql2';
import type { SqlValue } from 'mysql2';
import { format } from 'mysql2';
import type { PoolConnection } from 'mysql2/promise';
import type { Store, Writes } from '../../ports/store.ts';
import { tidbColumns } from './columns-tidb.ts';
import type { Connection, Db } from './connection.ts';
import { tidbDialect } from './dialect-tidb.ts';
import { migrateTidb } from './migrate-tidb.ts';
import { queriesOn, queryOf, wrapQueries } from './store-queries.ts';
import { defineTables } from './tables.ts';
import { verdictOf } from './tidb-errors.ts';
import type { TidbPool, TidbTimes } from './tidb-pool.ts';
import { openTidbPool, TIDB_TIMES } from './tidb-pool.ts';
import { tidbTransactions } from './transactions-tidb.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../../drizzle/tidb/', import.meta.url));
const READS_MAX = 3;

export interface TidbStoreOptions {
  /** `mysql://user:password@host:port/database`. */
  readonly url: string;
  /** Where the migrations are, if not with the product. */
  readonly migrations?: string;
  /** How long the database may take. */
  readonly times?: TidbTimes;
  /** Hears every statement of the query builder with its values: for tests, as values are secret. */
  readonly onStatement?: (statement: string) => void;
}

/**
 * The store on TiDB. Any number of servers may have the same database open.
 * Errors: Failure `databaseUrlWrong`, `dataTooNew` with nothing written, `databaseUnavailable`.
 */
export async function openTidbStore(options: TidbStoreOptions): Promise<Store> {
  const { url, migrations = MIGRATIONS, times = TIDB_TIMES } = options;
  await migrateTidb(url, migrations).catch(translate);
  const pool = openTidbPool(url, times);
  const transactions = tidbTransactions(pool, { random: Math.random, times });
  const connectionOn = connections(options);
  let closed = false;
  return {
    read: pooledReads(pool, connectionOn, { isOpen: () => !closed, againMs: times.againMs }),
    async transact(body, transactOptions = {}) {
      assert(!closed, 'the store is open');
      const run = (connection: PoolConnection, stillOpen: () => boolean) =>
        body(whileOpen(queriesOn(connectionOn(connection, true)), stillOpen));
      return transactions.run(run, transactOptions);
    },
    async close() {
      if (closed) return;
      closed = true;
      await pool.close();
    },
  };
}

/** Without a connection: to see which queries there are. */
type ConnectionOn = (connection: PoolConnection | null, inTransaction: boolean) => Connection;

function connections({ onStatement }: TidbStoreOptions): ConnectionOn {
  const tables = defineTables(tidbColumns);
  const logger =
    onStatement === undefined
      ? false
      : { logQuery: (query: string, values: unknown[]) => onStatement(format(query, values as SqlValue[])) };
  return (connection, inTransaction) => ({
    db: (connection === null ? drizzle.mock() : drizzle(connection as never, { logger })) as unknown as Db,
    tables,
    dialect: tidbDialect(connection as PoolConnection, inTransaction),
  });
}

/** A transaction's queries, which are of no use once it is over. */
function whileOpen(queries: Writes, stillOpen: () => boolean): Writes {
  return wrapQueries(queries, (_group, _verb, run) => async (...args) => {
    assert(stillOpen(), 'the transaction is still open');
    return run(...args);
  });
}

/** Each read on a connection of its own; one that was cut is made once more, as it changes nothing. */
function pooledReads(
  pool: TidbPool,
  connectionOn: ConnectionOn,
  { isOpen, againMs }: { readonly isOpen: () => boolean; readonly againMs: number },
): Writes {
  const shape = queriesOn(connectionOn(null, false));
  return wrapQueries(shape, (group, verb) => async (...args) => {
    assert(isOpen(), 'the store is open');
    const untilMs = performance.now() + againMs;
    for (let reads = 1; ; reads++) {
      try {
        return await pool.lend((connection) =>
          queryOf(queriesOn(connectionOn(connection, false)), group, verb)(...args),
        );
      } catch (error) {
        const verdict = verdictOf(error);
        const again = !(error instanceof Failure) && (verdict === 'lost' || verdict === 'again');
        if (!again || reads === READS_MAX || performance.now() > untilMs) translate(error);
      }
    }
  });
}

/** Driver errors as problems; everything else, bugs included, as it came. */
function translate(error: unknown): never {
  if (!(error instanceof Failure)) {
    const verdict = verdictOf(error);
    if (verdict === 'lost') throw new Failure({ reason: 'databaseUnavailable' }, { cause: error });
    if (verdict === 'again') throw new Failure({ reason: 'busy' }, { cause: error });
  }
  throw error;
}
