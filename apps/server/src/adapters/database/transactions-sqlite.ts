import { AsyncLocalStorage } from 'node:async_hooks';
import { assert } from '@tidesync/shared/brand';
import type Database from 'better-sqlite3';

/**
 * Transactions with asynchronous bodies on one connection. better-sqlite3's own are synchronous, so bodies queue
 * here and run between a BEGIN IMMEDIATE and its COMMIT, one after the other.
 */
export interface TransactionQueue {
  /** `stillOpen` turns false when the transaction ends: whatever uses the connection asks it first. */
  run<T>(body: (stillOpen: () => boolean) => Promise<T>): Promise<T>;
  /** Resolves when every transaction asked for so far has ended. */
  drained(): Promise<void>;
}

export function transactionQueue(database: Database.Database): TransactionQueue {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  let last: Promise<unknown> = Promise.resolve();
  const inside = new AsyncLocalStorage<true>();

  async function runNow<T>(body: (stillOpen: () => boolean) => Promise<T>): Promise<T> {
    assert(!database.inTransaction, 'one transaction at a time');
    let open = true;
    begin.run();
    try {
      const result = await inside.run(true, () => body(() => open));
      commit.run();
      return result;
    } catch (error) {
      // A full disk may have rolled back by itself; a second ROLLBACK would hide the first error.
      if (database.inTransaction) rollback.run();
      throw error;
    } finally {
      open = false;
    }
  }

  return {
    async run(body) {
      // It would wait for itself, and everyone behind it too.
      assert(inside.getStore() === undefined, 'no transaction begins inside another');
      const result = last.then(() => runNow(body));
      last = result.catch(() => undefined);
      return result;
    },
    drained: async () => {
      await last;
    },
  };
}
