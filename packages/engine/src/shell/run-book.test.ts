import { expect, test, vi } from 'vitest';
import type { EngineRun } from '../ports/journal.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { gapsBetween, RunBook } from './run-book.ts';

const MINUTE_MS = 60_000;

function journal() {
  const runs = new Map<number, EngineRun>();
  return {
    noteRun: (run: EngineRun) => void runs.set(run.startedMs, run),
    runs: () => [...runs.values()].reverse(),
  };
}

test('what lies between two runs is a gap, a short one is none', () => {
  const at = (startedMin: number, seenMin: number): EngineRun => ({
    startedMs: startedMin * MINUTE_MS,
    seenMs: seenMin * MINUTE_MS,
  });
  const runs = [at(200, 201), at(101.5, 120), at(50, 101), at(10, 20)];
  expect(gapsBetween(runs)).toEqual([
    { sinceMs: 120 * MINUTE_MS, untilMs: 200 * MINUTE_MS },
    { sinceMs: 20 * MINUTE_MS, untilMs: 50 * MINUTE_MS },
  ]);
  expect(gapsBetween(runs.slice(0, 1))).toEqual([]);
  // A clock that was set back makes no gap.
  expect(gapsBetween([at(5, 6), at(10, 20)])).toEqual([]);
});

test('a run is noted while it lasts; one that never began is not', async () => {
  const clock = new FakeClock();
  const kept = journal();
  const over = new AbortController();
  const book = new RunBook({ journal: kept, clock, log: () => undefined });
  book.note();
  expect(kept.runs()).toEqual([]);
  const startedMs = clock.nowMs();
  const keeping = book.keep(over.signal);
  clock.advance(6 * MINUTE_MS);
  await vi.waitFor(() => expect(kept.runs()).toEqual([{ startedMs, seenMs: startedMs + 6 * MINUTE_MS }]));
  clock.advance(4 * MINUTE_MS);
  expect(kept.runs()).toEqual([{ startedMs, seenMs: startedMs + 6 * MINUTE_MS }]);
  over.abort();
  await keeping;
  book.note();
  expect(kept.runs()).toEqual([{ startedMs, seenMs: startedMs + 10 * MINUTE_MS }]);
});

test('a disk that takes no note is told, and stops nothing', () => {
  const said: string[] = [];
  const refuses = () => {
    throw new Error('the disk is full');
  };
  const parts = { clock: new FakeClock(), log: (line: string) => void said.push(line) };
  const book = new RunBook({ ...parts, journal: { noteRun: refuses, runs: () => [] } });
  void book.keep(AbortSignal.abort());
  book.note();
  expect(said).toEqual([expect.stringContaining('the disk is full')]);
});
