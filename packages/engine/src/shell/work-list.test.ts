import type { RelPath } from '@tidesync/shared/names';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { turn } from '../testing/shell-bench.ts';
import { WorkList } from './work-list.ts';

const at = (path: string) => path as RelPath;
const NO_TIMES = { coalesceMs: 10, atMs: null };

/** A loop that answers what it finds, and what it was asked and has not answered yet. */
function answering(work: WorkList, signal: AbortSignal) {
  const asked = new Set<string>();
  const loop = (async () => {
    while (!signal.aborted) {
      await work.wait(signal, NO_TIMES);
      const folders = work.takeFolders(false);
      for (const folder of folders === 'all' ? [...asked] : (folders?.keys() ?? [])) asked.delete(folder);
      if (work.takePull()) asked.delete('a pull');
      await turn();
    }
  })();
  return { asked, loop };
}

test('hints, bells and wake-ups at random moments: none is lost, and each is answered soon', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const clock = new FakeClock();
    const work = new WorkList(clock);
    const ended = new AbortController();
    const { asked, loop } = answering(work, ended.signal);
    const deeds = [
      (number: number) => {
        asked.add(`folder ${number}`);
        if (number % 2 === 0) work.scan(at(`folder ${number}`));
        else work.hint(at(`folder ${number}`));
        work.wake();
      },
      () => {
        asked.add('a pull');
        work.pull();
        work.wake();
      },
      () => turn(),
      (number: number) => clock.advance(number % 17),
    ];
    for (const [number, byte] of seededRandom(seed).bytes(200).entries()) await deeds[byte % 4]?.(number);
    for (let i = 0; i < 8; i++) {
      await turn();
      clock.advance(10);
    }
    expect([...asked], `seed ${seed}`).toEqual([]);
    ended.abort();
    await loop;
  }
});

test('a time that is past, and that a round could not deal with, makes no loop without a pause', async () => {
  const clock = new FakeClock();
  clock.advance(10_000);
  const work = new WorkList(clock);
  const never = new AbortController().signal;
  let turns = 0;
  const waiting = work.wait(never, { coalesceMs: 10, atMs: 9_000 }).then(() => turns++);
  await turn();
  expect(turns).toBe(0);
  clock.advance(500);
  await waiting;
  expect(turns).toBe(1);
});

describe('the list', () => {
  test('makes one look at everything of very many folders', () => {
    const work = new WorkList(new FakeClock());
    for (let number = 0; number <= 2_000; number++) work.scan(at(`folder ${number}`));
    expect(work.takeFolders(false)).toBe('all');
    expect(work.takeFolders(false)).toBeNull();
  });

  test('makes one look at everything of very many hints', () => {
    const work = new WorkList(new FakeClock());
    for (let number = 0; number <= 2_000; number++) work.hint(at(`folder ${number}`));
    expect(work.takeFolders(true)).toBe('all');
    expect(work.hasWork()).toBe(false);
  });

  test('lets hints of what takes long to look at wait while transfers run, and no others', () => {
    const clock = new FakeClock();
    const work = new WorkList(clock);
    work.looked(at('large'), 1_000);
    work.looked(at('small'), 10);
    work.hint(at('large'));
    work.hint(at('small'));
    expect([...(work.takeFolders(true) as Map<RelPath, string>).keys()]).toEqual(['small']);
    expect(work.hasWork()).toBe(true);
    clock.advance(3_999);
    expect(work.takeDue().has('hints')).toBe(false);
    expect(work.takeFolders(true)).toBeNull();
    clock.advance(1);
    expect(work.takeDue().has('hints')).toBe(true);
    expect(work.takeFolders(true)).toEqual(new Map([['large', 'folder']]));
    expect(work.hasWork()).toBe(false);
  });

  test('lets none wait that are asked for otherwise, nor when no transfer runs', () => {
    const work = new WorkList(new FakeClock());
    for (const folder of [at('large'), at('larger'), null]) work.looked(folder, 60_000);
    work.hint(at('large'));
    expect(work.takeFolders(true)).toBeNull();
    work.scan(at('large'));
    expect(work.takeFolders(true)).toEqual(new Map([['large', 'folder']]));
    expect(work.hasWork()).toBe(false);
    work.hint(at('larger'));
    expect(work.takeFolders(false)).toEqual(new Map([['larger', 'folder']]));
    work.hint(null);
    work.hint(at('large'));
    expect(work.takeFolders(true)).toBeNull();
    work.scanAll();
    expect(work.takeFolders(true)).toBe('all');
    expect(work.hasWork()).toBe(false);
  });

  test('wakes when the first timer is due, and answers each once', async () => {
    const clock = new FakeClock();
    const work = new WorkList(clock);
    work.at('poll', 500);
    work.at('fullScan', 900);
    let woke = false;
    const waiting = work.wait(new AbortController().signal, NO_TIMES).then(() => {
      woke = true;
    });
    clock.advance(499);
    await turn();
    expect(woke).toBe(false);
    clock.advance(1);
    await waiting;
    expect([...work.takeDue()]).toEqual(['poll']);
    expect([...work.takeDue()]).toEqual([]);
  });

  test('awaits a timer until its time has come, and again once it is set', async () => {
    const clock = new FakeClock();
    const work = new WorkList(clock);
    expect(work.awaits('offline')).toBe(false);
    work.at('offline', 500);
    clock.advance(499);
    work.takeDue();
    expect(work.awaits('offline')).toBe(true);
    clock.advance(1);
    // A round that breaks off here has taken the time, and not done what was due: the next one does it.
    expect(work.takeDue().has('offline')).toBe(true);
    expect(work.awaits('offline')).toBe(false);
    work.at('offline', 500);
    expect(work.awaits('offline')).toBe(true);
  });

  test('does not wait any more once it is stopped', async () => {
    const work = new WorkList(new FakeClock());
    const stop = new AbortController();
    const waiting = work.wait(stop.signal, NO_TIMES);
    stop.abort();
    await waiting;
  });
});
