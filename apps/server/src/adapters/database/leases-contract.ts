import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../ports/store.ts';

export interface OpenStores {
  /** One database as two servers have it open, or one store for both where only one server can be. */
  readonly one: Store;
  readonly other: Store;
  /** Closes both and removes the data. */
  dispose(): Promise<void>;
}

/** What `ports/leases.ts` promises, held against a store; every store runs it. */
export function leasesContract(name: string, open: () => Promise<OpenStores>): void {
  describe(`${name} keeps the contract of leases:`, () => {
    let stores: OpenStores;
    beforeEach(async () => {
      stores = await open();
    });
    afterEach(() => stores.dispose());

    const [here, there] = [randomUUID(), randomUUID()];
    const latestMs = 1_000_000;
    const take = (store: Store, holder: string, [nowMs, untilMs]: [number, number]) =>
      store.transact((tx) => tx.leases.take({ name: 'recount', holder, nowMs, untilMs, latestMs }));
    const keep = (store: Store, fence: number, untilMs: number) =>
      store.transact((tx) => tx.leases.keep({ name: 'recount', fence, untilMs }));

    test('nobody takes what somebody has, and its fence rises with each holder', async () => {
      const { one, other } = stores;
      expect(await one.read.leases.byName('recount')).toBeNull();
      expect(await take(one, here, [1_000, 2_000])).toBe(1);
      expect(await take(other, there, [1_999, 9_000])).toBeNull();
      expect(await other.read.leases.byName('recount')).toEqual({ holder: here, fence: 1, untilMs: 2_000 });
      expect(await take(other, there, [2_000, 3_000])).toBe(2);
      expect(await take(one, here, [2_500, 9_000])).toBeNull();
      expect(await take(one, here, [3_000, 4_000])).toBe(3);
    });

    test('the holder keeps it for longer, or gives it back; an earlier holder does neither', async () => {
      const { one, other } = stores;
      expect(await take(one, here, [0, 100])).toBe(1);
      expect(await keep(one, 1, 200)).toBe(true);
      expect(await keep(one, 1, 200)).toBe(true);
      expect(await take(other, there, [150, 300])).toBeNull();
      expect(await take(other, there, [200, 300])).toBe(2);
      expect(await keep(one, 1, 999)).toBe(false);
      expect(await keep(other, 2, 0)).toBe(true);
      expect(await take(one, here, [1, 2])).toBe(3);
    });

    test('a lease that a wrong clock has written is free', async () => {
      const { one, other } = stores;
      expect(await take(one, here, [latestMs * 50, latestMs * 60])).toBe(1);
      expect(await take(other, there, [1_000, 2_000])).toBe(2);
    });

    test('of many who take it at once, one gets it', async () => {
      const { one, other } = stores;
      for (let turn = 0; turn < 5; turn++) {
        const tries = Array.from({ length: 8 }, (_, n) =>
          take(n % 2 === 0 ? one : other, randomUUID(), [turn * 100, turn * 100 + 100]),
        );
        const fences = (await Promise.all(tries)).filter((fence) => fence !== null);
        expect(fences).toEqual([turn + 1]);
      }
    });
  });
}
