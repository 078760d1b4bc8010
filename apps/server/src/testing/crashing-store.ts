import type { Store } from '../ports/store.ts';

/** At the n-th transaction: before it begins, or when it is written and nobody has heard of it. */
export interface Crash {
  readonly call: number;
  readonly when: 'before' | 'after';
}

export class Killed extends Error {}

/** A store whose server is killed at one of its transactions. */
export function crashing(store: Store, crash: Crash | null): Store {
  let calls = 0;
  if (crash === null) return store;
  return {
    ...store,
    async transact(body, options) {
      const isNow = calls++ === crash.call;
      if (isNow && crash.when === 'before') throw new Killed();
      const result = await store.transact(body, options);
      if (isNow) throw new Killed();
      return result;
    },
  };
}

/** A store in whose user's way something comes before each transaction. */
export function interrupted(store: Store, before: () => Promise<void>): Store {
  return {
    ...store,
    async transact(body, options) {
      await before();
      return store.transact(body, options);
    },
  };
}
