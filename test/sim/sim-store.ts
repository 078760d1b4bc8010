import type { Store, TransactOptions, Writes } from '@tidesync/server/ports/store';
import { fail } from '@tidesync/shared/problems';
import type { Fault } from './scenario.ts';

export type DatabaseTrouble = Extract<Fault, { kind: 'database' }>['how'];

export interface SimStoreParts {
  readonly store: () => Store;
  /** Where a process of the server waits for its database; it does not come back once the process is gone. */
  readonly pass: (what: string) => Promise<void>;
  readonly troubleOf: () => DatabaseTrouble | null;
  /** Something may have been written. */
  readonly committed: () => void;
}

/**
 * The real store, with the moments in which a server can be gone, or lose its database, before a transaction and after
 * it. A lost COMMIT is dealt with as the adapter of TiDB does: repeatable bodies run again, others are of unknown outcome.
 */
export function simStore({ store, pass, troubleOf, committed }: SimStoreParts): Store {
  return {
    // Asked through the store of the moment: a restored database is another one.
    read: new Proxy({} as Store['read'], { get: (_, key) => Reflect.get(store().read, key) as unknown }),
    async transact<T>(body: (tx: Writes) => Promise<T>, options?: TransactOptions): Promise<T> {
      await pass('begin');
      const trouble = troubleOf();
      if (trouble === 'busy') fail({ reason: 'busy' });
      if (trouble === 'away') fail({ reason: 'databaseUnavailable' });
      if (trouble === 'commitLostApplied') {
        await store().transact(body, options);
        committed();
      }
      if (trouble !== null && options?.repeatable !== true) fail({ reason: 'outcomeUnknown' });
      const result = await store().transact(body, options);
      committed();
      await pass('committed');
      return result;
    },
    close: async () => undefined,
  };
}
