import { AsyncLocalStorage } from 'node:async_hooks';
import { assert } from '@tidesync/shared/brand';
import { Failure, fail, isFailure } from '@tidesync/shared/problems';
import type { PoolConnection } from 'mysql2/promise';
import type { TransactOptions } from '../../ports/store.ts';
import { DUPLICATE_KEY, errnosOf } from './dialect-tidb.ts';
import { answeredWithin, ruled } from './tidb-connection.ts';
import type { TidbVerdict } from './tidb-errors.ts';
import { verdictOf } from './tidb-errors.ts';
import type { TidbPool, TidbTimes } from './tidb-pool.ts';

const RUNS_MAX = 10;
const PAUSE_FIRST_MS = 5;
const PAUSE_MAX_MS = 500;

/** `stillOpen` turns false when the run ends: whatever uses the connection asks it first. */
type Body<T> = (connection: PoolConnection, stillOpen: () => boolean) => Promise<T>;

export interface TidbTransactions {
  /** As `Store.transact` promises. */
  run<T>(body: Body<T>, options: TransactOptions): Promise<T>;
}

/** A transaction that ended without a result: why, and what its COMMIT has to do with it. */
class Ended extends Error {
  readonly verdict: TidbVerdict;
  constructor(verdict: TidbVerdict, cause: unknown) {
    super('the transaction did not go through', { cause });
    this.verdict = verdict;
  }
}

/**
 * Whole transactions on TiDB, run again where TiDB says that nothing was written. What came of a COMMIT whose answer
 * was lost is not known: only a body that finds out by itself is run again then.
 */
export function tidbTransactions(
  pool: TidbPool,
  { random, times }: { readonly random: () => number; readonly times: TidbTimes },
): TidbTransactions {
  const inside = new AsyncLocalStorage<true>();
  return {
    async run(body, { repeatable = false }) {
      assert(inside.getStore() === undefined, 'no transaction begins inside another');
      const tries = new Tries(repeatable, times.againMs);
      for (;;) {
        try {
          return await inside.run(true, () => pool.lend((...lent) => once(body, { lent, times })));
        } catch (error) {
          await pause(tries.pauseAfter(error) * (0.5 + random()));
        }
      }
    },
  };
}

/** The runs of one transaction: whether there is another, and what is said if not. */
class Tries {
  readonly #repeatable: boolean;
  readonly #untilMs: number;
  #runs = 0;
  /** A run of which nobody knows yet whether its COMMIT went through. */
  #unknown: Ended | null = null;

  constructor(repeatable: boolean, againMs: number) {
    this.#repeatable = repeatable;
    this.#untilMs = performance.now() + againMs;
  }

  /** How long to wait before the next run. Throws what the caller is told if there is none. */
  pauseAfter(error: unknown): number {
    this.#runs++;
    if (!(error instanceof Ended)) {
      // Without a connection nothing was found out about the run before.
      if (this.#unknown !== null && isFailure(error, 'databaseUnavailable')) giveUp(this.#unknown);
      throw error;
    }
    if (error.verdict === 'undetermined') this.#unknown = error;
    const over = this.#runs === RUNS_MAX || performance.now() > this.#untilMs;
    if (over || !mayRunAgain(error.verdict, this.#repeatable)) giveUp(this.#unknown ?? error);
    return Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** this.#runs);
  }
}

type Lent = Parameters<Parameters<TidbPool['lend']>[0]>;

/** One run of a transaction. Rejects with a refusal or bug as it came, with `Ended` for what TiDB has to say. */
async function once<T>(
  body: Body<T>,
  { lent: [connection, spoil], times }: { readonly lent: Lent; readonly times: TidbTimes },
): Promise<T> {
  let state: 'open' | 'committing' | 'over' = 'open';
  const stillOpen = () => state === 'open';
  try {
    await answeredWithin(connection, times.greetingMs, connection.query('BEGIN'));
    const result = await body(
      ruled(connection, { timeoutMs: times.statementMs, isOpen: stillOpen }),
      stillOpen,
    );
    state = 'committing';
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    const verdict = state === 'committing' ? verdictOnCommit(error) : verdictOf(error);
    // Before the ROLLBACK: what another branch of the body sends behind it would be written for good.
    state = 'over';
    if (verdict === 'undetermined' || verdict === 'lost') spoil();
    else await connection.query('ROLLBACK').catch(spoil);
    if (error instanceof Failure || verdict === 'other') throw error;
    throw new Ended(verdict, error);
  } finally {
    state = 'over';
  }
}

/** A COMMIT that failed in an unknown way may have gone through. */
function verdictOnCommit(error: unknown): TidbVerdict {
  const verdict = verdictOf(error);
  return verdict === 'lost' || verdict === 'other' ? 'undetermined' : verdict;
}

function mayRunAgain(verdict: TidbVerdict, repeatable: boolean): boolean {
  return verdict === 'again' || verdict === 'lost' || (verdict === 'undetermined' && repeatable);
}

function giveUp({ verdict, cause }: Ended): never {
  switch (verdict) {
    case 'again':
      // The same row again and again is no race but a bug.
      if (isDuplicate(cause)) throw cause;
      return fail({ reason: 'busy' }, cause);
    case 'lost':
      return fail({ reason: 'databaseUnavailable' }, cause);
    case 'undetermined':
      return fail({ reason: 'outcomeUnknown' }, cause);
    case 'full':
      return fail({ reason: 'serverDiskFull' }, cause);
    case 'tooLarge':
    case 'other':
      throw cause;
  }
}

const isDuplicate = (error: unknown) => errnosOf(error).includes(DUPLICATE_KEY);

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
