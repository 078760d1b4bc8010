import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { fail } from '@tidesync/shared/problems';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { SslOptions } from 'mysql2';
import type { ConnectionOptions, Pool, PoolConnection } from 'mysql2/promise';
import { createPool } from 'mysql2/promise';
import { causesOf } from './connection.ts';
import { answeredWithin, cut, dropConnection, ruled, TOO_LATE } from './tidb-connection.ts';
import { verdictOf } from './tidb-errors.ts';

const CONNECTIONS_MAX = 32;
const WAITING_MAX = 1_000;
const KEEP_ALIVE_MS = 10_000;
const IDLE_TIMEOUT_MS = 60_000;
const BREAKER_FAILURES = 5;
const BREAKER_REST_MS = 1_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** What TiDB itself puts an end to, well before we would cut the connection. */
const LOCK_WAIT_S = 10;
const SELECT_TIMEOUT_MS = 20_000;
/** Locks of a server that went away without a word are free again after so long. */
const IDLE_TRANSACTION_S = 30;

/** How long the database may take before it counts as away. Together they are less than a device waits for us. */
export interface TidbTimes {
  readonly connectMs: number;
  /** How long a caller waits for a connection while all are in use. */
  readonly acquireMs: number;
  /** For statements that ask for no work: a connection's settings, BEGIN. */
  readonly greetingMs: number;
  /** For every other statement. */
  readonly statementMs: number;
  /** For all statements of one use: no lock of ours is held longer. */
  readonly useMs: number;
  /** Nothing is begun again later than this after it was begun first. */
  readonly againMs: number;
}

export const TIDB_TIMES: TidbTimes = {
  connectMs: 5_000,
  acquireMs: 10_000,
  greetingMs: 5_000,
  statementMs: 25_000,
  useMs: 35_000,
  againMs: 12_000,
};

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
  `innodb_lock_wait_timeout = ${LOCK_WAIT_S}`,
  `tidb_idle_transaction_timeout = ${IDLE_TRANSACTION_S}`,
  'tidb_enable_non_prepared_plan_cache = ON',
  `max_execution_time = ${SELECT_TIMEOUT_MS}`,
].join(', ');

export interface TidbPool {
  /**
   * Lends a connection for one use. Whatever the use leaves behind, the next one gets a clean connection: one that
   * `use` reports as spoiled, or that takes longer than the bounds, is closed. After `use` it answers nothing more.
   * Rejects with `use`'s error, or Failure `databaseUnavailable` when no connection can be had.
   */
  lend<T>(use: (connection: PoolConnection, spoil: () => void) => Promise<T>): Promise<T>;
  /** Waits a few seconds at most for what is under way. */
  close(): Promise<void>;
}

/** Connections to one TiDB, at most so many, behind a circuit breaker. Errors: those of `connectionOptions`. */
export function openTidbPool(url: string, times: TidbTimes = TIDB_TIMES): TidbPool {
  const connections = new Connections(url, times);
  const breaker = circuitBreaker(
    handleWhen((error) => verdictOf(error) === 'lost'),
    { halfOpenAfter: BREAKER_REST_MS, breaker: new ConsecutiveBreaker(BREAKER_FAILURES) },
  );
  return {
    async lend(use) {
      const connection = await breaker.execute(() => connections.take()).catch(refuse);
      let [spoiled, isOpen] = [false, true];
      const timer = setTimeout(() => cut(connection), times.useMs);
      try {
        const rules = { timeoutMs: times.statementMs, isOpen: () => isOpen };
        return await use(ruled(connection, rules), () => {
          spoiled = true;
        });
      } catch (error) {
        if (tookTooLong(error)) connections.suspectIdle();
        spoiled ||= verdictOf(error) === 'lost';
        throw error;
      } finally {
        isOpen = false;
        clearTimeout(timer);
        if (spoiled) dropConnection(connection);
        else connections.giveBack(connection);
      }
    },
    close: () => connections.close(),
  };
}

/** The driver's pool, and what is known about its connections. */
class Connections {
  readonly #pool: Pool;
  readonly #times: TidbTimes;
  readonly #sockets = new Set<Socket>();
  /** When each was last of use; those without an entry have no settings yet. */
  readonly #goodAtMs = new WeakMap<object, number>();
  #suspectBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(url: string, times: TidbTimes) {
    this.#times = times;
    this.#pool = createPool({
      ...connectionOptions(url),
      connectTimeout: times.connectMs,
      connectionLimit: CONNECTIONS_MAX,
      maxIdle: CONNECTIONS_MAX,
      idleTimeout: IDLE_TIMEOUT_MS,
      queueLimit: WAITING_MAX,
    });
    this.#pool.on('connection', (connection) => {
      // Told again on a connection that is closed already, an error that nobody hears would end the process.
      connection.on('error', () => undefined);
      const { stream } = connection as unknown as { readonly stream: Socket };
      this.#sockets.add(stream);
      stream.on('close', () => this.#sockets.delete(stream));
    });
  }

  /** One that has its settings. Rejects with errors of the driver. */
  async take(): Promise<PoolConnection> {
    for (;;) {
      const connection = await getConnection(this.#pool, this.#times.acquireMs);
      const goodAtMs = this.#goodAtMs.get(connection.connection);
      if (goodAtMs === undefined) return this.#settle(connection);
      if (goodAtMs > this.#suspectBeforeMs) return connection;
      dropConnection(connection);
    }
  }

  async #settle(connection: PoolConnection): Promise<PoolConnection> {
    try {
      await answeredWithin(connection, this.#times.greetingMs, connection.query(SESSION_SETTINGS));
      this.#goodAtMs.set(connection.connection, performance.now());
      return connection;
    } catch (error) {
      dropConnection(connection);
      throw error;
    }
  }

  giveBack(connection: PoolConnection): void {
    this.#goodAtMs.set(connection.connection, performance.now());
    connection.release();
  }

  /** Where one connection is not answered, those that were idle may lead nowhere either. */
  suspectIdle(): void {
    this.#suspectBeforeMs = performance.now();
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    });
    await Promise.race([this.#pool.end().catch(() => undefined), late]);
    clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
  }
}

const tookTooLong = (error: unknown) => causesOf(error).some((one) => 'tookTooLong' in one);

/** Also where too many wait, or nobody gave a connection back in time. */
function refuse(error: unknown): never {
  const noneToHave = error instanceof Error && (error.message === QUEUE_FULL || error.message === CLOSED);
  if (noneToHave || error instanceof BrokenCircuitError || verdictOf(error) === 'lost') {
    fail({ reason: 'databaseUnavailable' }, error);
  }
  throw error;
}

/** How mysql2 says that more than `queueLimit` callers wait. */
const QUEUE_FULL = 'Queue limit reached.';
/** How it answers whoever still waits while the server stops. */
const CLOSED = 'Pool is closed.';

/** mysql2 lets callers wait for a connection without a bound. */
async function getConnection(pool: Pool, timeoutMs: number): Promise<PoolConnection> {
  const coming = pool.getConnection();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('no connection became free'), { code: TOO_LATE })),
      timeoutMs,
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
 * own. The certificate has to be for the host's name. A host that is an address needs `tls-ca`, as the driver cannot
 * compare addresses. Errors: Failure `databaseUrlWrong`.
 */
export function connectionOptions(url: string): ConnectionOptions & { readonly database: string } {
  const parsed = URL.parse(url);
  const database = parsed?.pathname.slice(1) ?? '';
  if (parsed === null || parsed.protocol !== 'mysql:' || parsed.hostname === '') {
    fail({
      reason: 'databaseUrlWrong',
      detail: 'it is not of the form mysql://user:password@host:4000/tidesync',
    });
  }
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(database)) {
    fail({ reason: 'databaseUrlWrong', detail: 'it names no database, as in …:4000/tidesync' });
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const ssl = tlsOptions(parsed.searchParams, host);
  return {
    host,
    port: parsed.port === '' ? 4000 : Number(parsed.port),
    user: decoded(parsed.username, 'user'),
    password: decoded(parsed.password, 'password'),
    database,
    ...(ssl === null ? {} : { ssl }),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    multipleStatements: false,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    connectTimeout: TIDB_TIMES.connectMs,
  };
}

/** Null for none. What is misspelt is refused: without TLS the password would go over the network. */
function tlsOptions(query: URLSearchParams, host: string): SslOptions | null {
  const fault = tlsFault(query, host);
  if (fault !== null) fail({ reason: 'databaseUrlWrong', detail: fault });
  const caFile = query.get('tls-ca');
  const strict = { minVersion: 'TLSv1.2', verifyIdentity: isIP(host) === 0 };
  if (caFile === null) return query.get('tls') === 'true' ? strict : null;
  try {
    return { ...strict, ca: readFileSync(caFile) };
  } catch (error) {
    return fail({ reason: 'databaseUrlWrong', detail: `the file ${caFile} of tls-ca cannot be read` }, error);
  }
}

function tlsFault(query: URLSearchParams, host: string): string | null {
  if ([...query.keys()].some((name) => name !== 'tls' && name !== 'tls-ca')) {
    return 'behind ? it takes tls=true and tls-ca=FILE alone';
  }
  const [tls, caFile] = [query.get('tls'), query.get('tls-ca')];
  if (tls !== null && tls !== 'true' && tls !== 'false') return 'tls takes true or false';
  if (caFile !== null && (tls === 'false' || caFile === '')) return 'tls-ca takes a file, and tls=true';
  const isUnprovable = tls === 'true' && caFile === null && isIP(host) !== 0;
  return isUnprovable ? 'with TLS the host is a name, as in its certificate, unless tls-ca is given' : null;
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    return fail({ reason: 'databaseUrlWrong', detail: `a % in its ${what} has to be written as %25` }, error);
  }
}
