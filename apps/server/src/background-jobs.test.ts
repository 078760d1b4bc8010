import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from './adapters/database/store-sqlite.ts';
import type { BackgroundJob, BackgroundJobs, JobEnd, JobPorts } from './background-jobs.ts';
import { LEASE_LIFE_MS, LOOK_EVERY_MS_MAX, runBackgroundJobs } from './background-jobs.ts';
import type { Store } from './ports/store.ts';
import type { HandClock } from './testing/hand-clock.ts';
import { handClock } from './testing/hand-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const TAKEOVER_MS = LEASE_LIFE_MS + 2 * LOOK_EVERY_MS_MAX;

let folder: string;
let clock: HandClock;
let store: Store;
const opened: BackgroundJobs[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidesync-jobs-'));
  clock = handClock(START_MS);
  store = openSqliteStore({ file: path.join(folder, 'server.sqlite') });
});
afterEach(async () => {
  for (const jobs of opened.splice(0)) await jobs.stop();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

interface Server {
  readonly jobs: BackgroundJobs;
  readonly ends: JobEnd[];
}

/** One server of several on one database. */
function startServer(
  jobs: readonly BackgroundJob[],
  change: (ports: JobPorts) => JobPorts = (p) => p,
): Server {
  const ports: JobPorts = {
    store,
    clock,
    pause: clock.pause,
    serverId: randomUUID(),
    chance: () => opened.length / 10,
  };
  const ends: JobEnd[] = [];
  const running = runBackgroundJobs(change(ports), jobs, (end) => ends.push(end));
  opened.push(running);
  return { jobs: running, ends };
}

/** A job that notes its runs, and lasts until it is let go. */
function slowJob(name = 'recount', everyMs = 10 * MINUTE_MS) {
  const runs: { readonly fence: number; readonly signal: AbortSignal; finish(): void }[] = [];
  const job: BackgroundJob = {
    name,
    everyMs,
    run: (signal, fence) =>
      new Promise((resolve, reject) => {
        runs.push({ fence, signal, finish: () => resolve(null) });
        signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
      }),
  };
  return { job, runs };
}

test('two servers do a job once in its time, together', async () => {
  const fences: number[] = [];
  const job = {
    name: 'sweep',
    everyMs: MINUTE_MS,
    run: async (_: AbortSignal, fence: number) => fences.push(fence),
  };
  const [one, two] = [startServer([job]), startServer([job])];
  await clock.advance(10 * MINUTE_MS);
  expect(fences.length).toBeGreaterThanOrEqual(8);
  expect(fences.length).toBeLessThanOrEqual(11);
  expect(fences).toEqual(fences.map((_, index) => index + 1));
  expect([...one.ends, ...two.ends].map(({ is }) => is)).toEqual(fences.map(() => 'done'));
});

test('a job that lasts keeps its lease, however long', async () => {
  const { job, runs } = slowJob();
  const [one, two] = [startServer([job]), startServer([job])];
  await clock.advance(60 * MINUTE_MS);
  expect(runs).toHaveLength(1);
  expect(runs[0]?.signal.aborted).toBe(false);
  expect([...one.ends, ...two.ends]).toEqual([]);
  runs[0]?.finish();
  await clock.advance(LOOK_EVERY_MS_MAX * 2);
  expect(runs.map(({ fence }) => fence)).toEqual([1, 2]);
});

test('a server that dies in the middle is followed by another one', async () => {
  const { job, runs } = slowJob();
  // Its clock and its timers stop for good, as those of a killed process do.
  startServer([job], (ports) => ({
    ...ports,
    pause: (forMs, signal) => (runs.length > 0 ? new Promise(() => undefined) : ports.pause(forMs, signal)),
  }));
  await clock.advance(LOOK_EVERY_MS_MAX);
  expect(runs).toHaveLength(1);
  opened.splice(0);
  startServer([job]);
  await clock.advance(LEASE_LIFE_MS / 2);
  expect(runs).toHaveLength(1);
  await clock.advance(TAKEOVER_MS);
  expect(runs.map(({ fence }) => fence)).toEqual([1, 2]);
});

test('whoever has lost the lease stops, and does not take it from the other', async () => {
  const { job, runs } = slowJob();
  const { ends } = startServer([job]);
  await clock.advance(LOOK_EVERY_MS_MAX);
  const nowMs = clock.nowMs() + 2 * LEASE_LIFE_MS;
  const theft = {
    name: job.name,
    holder: randomUUID(),
    nowMs,
    untilMs: nowMs + 60 * MINUTE_MS,
    latestMs: nowMs * 2,
  };
  expect(await store.transact((tx) => tx.leases.take(theft))).toBe(2);
  await clock.advance(LEASE_LIFE_MS);
  expect(runs[0]?.signal.aborted).toBe(true);
  expect(ends.map(({ is }) => is)).toEqual(['leaseLost']);
  await clock.advance(10 * MINUTE_MS);
  expect(runs).toHaveLength(1);
  expect(await store.read.leases.byName(job.name)).toMatchObject({ fence: 2, holder: theft.holder });
});

test('a server that cannot reach the database gives a job up before another one may take it', async () => {
  const { job, runs } = slowJob();
  let away = false;
  const { ends } = startServer([job], (ports) => ({
    ...ports,
    store: {
      read: ports.store.read,
      transact: (body) => (away ? Promise.reject(new Error('away')) : ports.store.transact(body)),
    },
  }));
  await clock.advance(LOOK_EVERY_MS_MAX);
  expect(runs[0]?.signal.aborted).toBe(false);
  away = true;
  await clock.advance(LEASE_LIFE_MS);
  expect(runs[0]?.signal.aborted).toBe(true);
  expect(ends[0]?.is).toBe('leaseLost');
});

test('a job that fails is reported and tried again within a minute or two, also by another server', async () => {
  const bad = { tries: 0 };
  const job = {
    name: 'verify',
    everyMs: 24 * 60 * MINUTE_MS,
    run: async () => {
      if (++bad.tries < 3) throw new Error('not this time');
    },
  };
  const [one, two] = [startServer([job]), startServer([job])];
  await clock.advance(10 * MINUTE_MS);
  const ends = [...one.ends, ...two.ends];
  expect(bad.tries).toBe(3);
  expect(ends.filter(({ is }) => is === 'failed')).toHaveLength(2);
  expect(ends.filter(({ is }) => is === 'done')).toHaveLength(1);
});

test('a server that stops aborts what it runs, waits for it, and leaves it to the others at once', async () => {
  const { job, runs } = slowJob();
  const one = startServer([job]);
  await clock.advance(LOOK_EVERY_MS_MAX);
  expect(runs).toHaveLength(1);
  await one.jobs.stop();
  expect(runs[0]?.signal.aborted).toBe(true);
  expect(one.ends).toEqual([]);
  startServer([job]);
  await clock.advance(LOOK_EVERY_MS_MAX);
  expect(runs.map(({ fence }) => fence)).toEqual([1, 2]);
});

test('a server that comes up does not do again what was done a moment ago', async () => {
  let runs = 0;
  const job = { name: 'recount', everyMs: 60 * MINUTE_MS, run: async () => void runs++ };
  for (let start = 0; start < 5; start++) {
    const { jobs } = startServer([job]);
    await clock.advance(2 * MINUTE_MS);
    await jobs.stop();
  }
  expect(runs).toBe(1);
});
