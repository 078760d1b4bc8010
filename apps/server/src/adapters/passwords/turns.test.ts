import { Failure } from '@tidesync/shared/problems';
import { expect, test } from 'vitest';
import { turns } from './turns.ts';

/** Work that others end. */
function bench(bounds: Parameters<typeof turns>[0]) {
  const inTurn = turns(bounds);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  let most = 0;
  const ask = (name: string, asker: string | null) =>
    inTurn(asker, async () => {
      begun.push(name);
      const end = new Promise<void>((resolve) => ends.set(name, resolve));
      most = Math.max(most, ends.size);
      await end;
      ends.delete(name);
    }).then(
      () => 'done',
      (error: unknown) => (error instanceof Failure ? error.problem.reason : 'failed'),
    );
  const endAll = async () => {
    while (ends.size > 0) {
      for (const end of ends.values()) end();
      await new Promise(setImmediate);
    }
  };
  return { ask, begun, endAll, most: () => most };
}

test('[W63] no more run at once than may, and who waits comes in the order of asking', async () => {
  const { ask, begun, endAll, most } = bench({ runningMax: 2, waitingMax: 3, perAskerMax: 9 });
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const all = Promise.all(names.map((name) => ask(name, name)));
  expect(begun).toEqual(['a', 'b']);
  await endAll();
  expect(await all).toEqual(['done', 'done', 'done', 'done', 'done', 'tooManyTries']);
  expect([begun, most()]).toEqual([['a', 'b', 'c', 'd', 'e'], 2]);
});

test('[W63] one asker leaves room for others, and has room again afterwards', async () => {
  const { ask, begun, endAll } = bench({ runningMax: 1, waitingMax: 4, perAskerMax: 2 });
  const greedy = Promise.all(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((name) => ask(name, 'a')));
  const other = ask('b1', 'b');
  const nobody = ask('x', null);
  await endAll();
  const refused = Array(4).fill('tooManyTries');
  expect([await greedy, await other, await nobody]).toEqual([['done', 'done', ...refused], 'done', 'done']);
  expect(begun).toEqual(['a1', 'a2', 'b1', 'x']);
  const again = ask('a7', 'a');
  await endAll();
  expect(await again).toBe('done');
});

test('[W63] work that fails gives its turn on', async () => {
  const inTurn = turns({ runningMax: 1, waitingMax: 1, perAskerMax: 1 });
  const failing = inTurn('a', () => Promise.reject(new Error('no memory')));
  const next = inTurn('b', async () => 'done');
  await expect(failing).rejects.toThrow('no memory');
  expect(await next).toBe('done');
  expect(await inTurn('a', async () => 'again')).toBe('again');
});
