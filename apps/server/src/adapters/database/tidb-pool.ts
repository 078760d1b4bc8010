import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fail } from '@tidesync/shared/problems';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { ConnectionOptions, Pool, PoolConnection } from 'mysql2/promise';
import { createPool } from 'mysql2/promise';
import { verdictOf } from './tidb-errors.ts';

const CONNECTIONS_MAX = 32;
const WAITING_MAX = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** How long a caller waits for a connection while all are in use. */
const ACQUIRE_TIMEOUT_MS = 10_000;
/** A statement sequence that takes longer is cut: no lock of ours may outlive it. */
const USE_TIMEOUT_MS = 60_000;
const SELECT_TIMEOUT_MS = 20_000;
const IDLE_TIMEOUT_MS = 60_000;
const BREAKER_FAILURES = 5;
const BREAKER_REST_MS = 1_000;

/**
 * Session settings that correctness rests on. READ COMMITTED: with snapshots TiDB would let a transaction that waited
 * for a lock decide on what it saw before. Strict mode: a value that does not fit is an error.
 */
export const SESSION_SETTINGS = [
  "SET SESSION transaction_isolation = 'READ-COMMITTED'",
  "tidb_txn_mode = 'pessimistic'",
  'tidb_constraint_check_in_place_pessimistic = ON',
  "sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION'",
  "time_zone = '+00:00'",
  'innodb_lock_wait_timeout = 10',
  'tidb_enable_non_prepared_plan_cache = ON',
  `max_execution_time = ${SELECT_TIMEOUT_MS}`,
].join(', ');

export interface TidbPool {
  /**
   * Lends a connection for one use. Whatever the use leaves behind, the next one gets a clean connection: one that
   * `use` reports as spoiled, or that takes longer than the bound, is closed.
   * Rejects with `use`'s error, or Failure `databaseUnavailable` when no connection can be had.
   */
  lend<T>(use: (connection: PoolConnection, spoil: () => void) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connections to one TiDB, at most so many, behind a circuit breaker. Errors: those of `connectionOptions`. */
export function openTidbPool(url: string): TidbPool {
  const pool = createPool({
    ...connectionOptions(url),
    connectionLimit: CONNECTIONS_MAX,
    maxIdle: CONNECTIONS_MAX,
    idleTimeout: IDLE_TIMEOUT_MS,
    queueLimit: WAITING_MAX,
  });
  const breaker = circuitBreaker(
    handleWhen((error) => verdictOf(error) === 'lost'),
    { halfOpenAfter: BREAKER_REST_MS, breaker: new ConsecutiveBreaker(BREAKER_FAILURES) },
  );
  const prepared = new WeakSet<object>();
  const acquire = async (): Promise<PoolConnection> => {
    const connection = await getConnection(pool);
    if (prepared.has(connection.connection)) return connection;
    try {
      await connection.query(SESSION_SETTINGS);
      prepared.add(connection.connection);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  };
  return {
    async lend(use) {
      const connection = await breaker.execute(acquire).catch(refuse);
      let spoiled = false;
      const timer = setTimeout(() => cut(connection), USE_TIMEOUT_MS);
      try {
        return await use(connection, () => {
          spoiled = true;
        });
      } catch (error) {
        spoiled ||= verdictOf(error) === 'lost';
        throw error;
      } finally {
        clearTimeout(timer);
        if (spoiled) connection.destroy();
        else connection.release();
      }
    },
    close: () => pool.end(),
  };
}

/** Through its socket: a query that waits on a connection that mysql2 itself closes would never end. */
function cut(connection: PoolConnection): void {
  const { stream } = connection.connection as unknown as { readonly stream: Socket };
  stream.destroy(Object.assign(new Error('the database took too long'), { code: 'ETIMEDOUT' }));
}

function refuse(error: unknown): never {
  if (error instanceof BrokenCircuitError || verdictOf(error) === 'lost') {
    fail({ reason: 'databaseUnavailable' }, error);
  }
  throw error;
}

/** mysql2 lets callers wait for a connection without a bound. */
async function getConnection(pool: Pool): Promise<PoolConnection> {
  const coming = pool.getConnection();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('no connection became free'), { code: 'ETIMEDOUT' })),
      ACQUIRE_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([coming, late]);
  } catch (error) {
    coming.then((connection) => connection.release()).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `mysql://user:password@host:port/database`, with `?tls=true` for TLS and `?tls-ca=FILE` for an authority of one's
 * own. Errors: Failure `databaseUrlWrong`.
 */
export function connectionOptions(url: string): ConnectionOptions & { readonly database: string } {
  const parsed = URL.parse(url);
  const database = decodeURIComponent(parsed?.pathname.slice(1) ?? '');
  if (parsed === null || parsed.protocol !== 'mysql:' || parsed.hostname === '') {
    fail({
      reason: 'databaseUrlWrong',
      detail: 'it is not of the form mysql://user:password@host:4000/tidesync',
    });
  }
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(database)) {
    fail({ reason: 'databaseUrlWrong', detail: 'it names no database, as in …:4000/tidesync' });
  }
  const caFile = parsed.searchParams.get('tls-ca');
  const tls = caFile !== null || parsed.searchParams.get('tls') === 'true';
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? 4000 : Number(parsed.port),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database,
    ...(tls
      ? { ssl: { minVersion: 'TLSv1.2', ...(caFile === null ? {} : { ca: readFileSync(caFile) }) } }
      : {}),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    multipleStatements: false,
    enableKeepAlive: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
}
