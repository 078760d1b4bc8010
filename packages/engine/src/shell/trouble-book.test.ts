import type { EntryId } from '@tidesync/shared/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PathTrouble } from '../core/trouble.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { TroubleBook } from './trouble-book.ts';

const BUSY: PathTrouble = { code: 'busy' };
let bench: ShellBench;
let book: TroubleBook;
let id: EntryId;
beforeEach(async () => {
  bench = await ShellBench.open();
  await bench.write('a', 'one');
  bench.start();
  await bench.settle();
  await bench.stop();
  id = bench.library.at('a').id;
  book = new TroubleBook(bench.journal, bench.clock);
});
afterEach(() => bench.stop());

const shown = () => bench.journal.troubles().map(({ path, trouble, tries }) => [path, trouble.code, tries]);

test('what fails rests, longer each time, and is shown', () => {
  const waits: number[] = [];
  for (let tries = 1; tries <= 8; tries++) {
    book.failed(id, at('a'), { code: 'unwritable' });
    expect(shown()).toEqual([['a', 'unwritable', tries]]);
    expect(book.isResting(id)).toBe(true);
    const before = bench.clock.monotonicMs();
    while (book.isResting(id)) bench.clock.advance(200);
    waits.push(bench.clock.monotonicMs() - before);
  }
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits.at(-1)).toBe(waits.at(-2));
});

test('a file that somebody writes to is looked at again within seconds, however often', () => {
  for (let tries = 1; tries <= 20; tries++) book.failed(id, at('a'), { code: 'changing' });
  bench.clock.advance(5_000);
  expect(book.isResting(id)).toBe(false);
});

test('[S63] a file that a program has open is tried again within half a minute, however often', () => {
  for (let tries = 1; tries <= 20; tries++) book.failed(id, at('a'), BUSY);
  expect([book.isBusy(id), book.isResting(id)]).toEqual([true, true]);
  bench.clock.advance(30_000);
  expect(book.isResting(id)).toBe(false);
});

test('a step that works ends it', () => {
  book.failed(id, at('a'), BUSY);
  book.cleared(id);
  expect(shown()).toEqual([]);
  expect(book.isResting(id)).toBe(false);
});

test('what the plan holds back is no fresh failure any more, so the root can come to rest', () => {
  book.failed(id, at('a'), BUSY);
  expect(book.hasFreshFailures()).toBe(true);
  book.held([id]);
  expect([book.hasFreshFailures(), book.restingCount(), shown()]).toEqual([false, 0, []]);
});

test('an entry that changed rests no more', () => {
  book.failed(id, at('a'), BUSY);
  const triple = bench.journal.get(id);
  if (triple.local.is !== 'present') throw new Error('it is there');
  const stamp = { ...triple.local.stamp, mtimeNs: '1' };
  bench.journal.set(id, { ...triple, local: { ...triple.local, stamp } });
  expect(book.isResting(id)).toBe(false);
});

test('a person who asks does not wait', () => {
  book.failed(id, at('a'), BUSY);
  book.tryAllNow();
  expect(book.isResting(id)).toBe(false);
});

test('an entry that failed at another path before has one trouble, at the new one', () => {
  book.failed(id, at('a'), BUSY);
  book.failed(id, at('b'), BUSY);
  expect(shown()).toEqual([['b', 'busy', 2]]);
});

test('what a plan or a scan does not find again is over, but only where it looked', () => {
  const trouble: PathTrouble = { code: 'nameClash', with: at('other') } as PathTrouble;
  book.planned(new Map([[at('held'), trouble]]), 0);
  book.scanned(new Map([[at('x/odd'), { code: 'notUnicode' }]]), () => true);
  book.scanned(new Map(), (path) => path.startsWith('y/'));
  expect(shown().map(([path]) => path)).toEqual(['held', 'x/odd']);
  book.planned(new Map(), 0);
  book.scanned(new Map(), () => true);
  expect(shown()).toEqual([]);
});

test('a path that a scan and a plan find trouble at keeps the one when the other is over', () => {
  const mounted: PathTrouble = { code: 'otherVolume' };
  const viewed: PathTrouble = { code: 'readOnlyMember' };
  book.planned(new Map([[at('v'), viewed]]), 0);
  book.scanned(new Map([[at('v'), mounted]]), () => true);
  book.planned(new Map(), 0);
  expect(shown()).toEqual([['v', 'otherVolume', 0]]);
  book.planned(new Map([[at('v'), viewed]]), 0);
  book.scanned(new Map(), () => true);
  expect(shown()).toEqual([['v', 'readOnlyMember', 0]]);
  book.scanned(new Map([[at('v'), mounted]]), () => true);
  book.failed(id, at('v'), BUSY);
  book.cleared(id);
  expect(shown()).toEqual([['v', 'otherVolume', 0]]);
});

test('what ended a round is told until one does not end so, whatever is looked at meanwhile', () => {
  book.roundFailed(at('.tidesync'), { code: 'unwritable' });
  book.scanned(new Map(), () => true);
  book.planned(new Map(), 0);
  expect(shown()).toEqual([['.tidesync', 'unwritable', 0]]);
  book.roundWorked();
  expect(shown()).toEqual([]);
});

test('what failed is told where it lies now, and no more where it lay', () => {
  book.failed(id, at('old/a'), BUSY);
  book.forgetSettled(
    () => true,
    () => at('new/a'),
  );
  expect(shown()).toEqual([['new/a', 'busy', 1]]);
  book.forgetSettled(
    () => false,
    () => at('new/a'),
  );
  expect(shown()).toEqual([]);
});

test('of two entries that failed at one path, one that is over leaves the other told', () => {
  const other = bench.journal.topId;
  book.failed(other, at('a'), BUSY);
  book.failed(id, at('a'), { code: 'unwritable' });
  book.cleared(other);
  expect(shown()).toEqual([['a', 'unwritable', 1]]);
  expect(bench.journal.troubleAt(at('a'))?.nextTryMs).toBe(bench.clock.nowMs() + 400);
  book.cleared(id);
  expect(shown()).toEqual([]);
});

test('begins with an empty page: what was written by an earlier start is found again, or over', () => {
  book.failed(id, at('a'), BUSY);
  book = new TroubleBook(bench.journal, bench.clock);
  expect(shown()).toEqual([]);
});
