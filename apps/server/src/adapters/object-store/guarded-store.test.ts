import { randomUUID } from 'node:crypto';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { Failure, isFailure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ObjectStore } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import type { StoreState } from './guarded-store.ts';
import { guardLimits, guardStore } from './guarded-store.ts';
import { storeUnavailable } from './store-trouble.ts';

const key = objectKeyOf(randomUUID() as LibraryId, randomUUID() as PackId);
const bytes = Buffer.from('some bytes');
const away = () => storeUnavailable('it answers 503 SlowDown', true);
const refused = () => storeUnavailable('it answers 403', false);

/** A store of which the next calls fail as scripted, and which counts what reaches it. */
function scripted(failures: (() => Error)[]) {
  const objects = memoryObjects();
  let calls = 0;
  const next = async <T>(work: () => Promise<T>): Promise<T> => {
    calls++;
    const failure = failures.shift();
    if (failure !== undefined) throw failure();
    return work();
  };
  const store: ObjectStore = {
    ...objects,
    head: (at) => next(() => objects.head(at)),
    read: (at) => next(() => objects.read(at)),
    write: (at, what) => next(() => objects.write(at, what)),
    delete: (at) => next(() => objects.delete(at)),
  };
  return { store, objects, failures, calls: () => calls };
}

function guarded(failures: (() => Error)[]) {
  const inner = scripted(failures);
  const states: StoreState['is'][] = [];
  let retries = 0;
  const guard = guardStore(inner.store, {
    nowMs: Date.now,
    random: () => 0.5,
    onChange: ({ is }) => states.push(is),
    onRetry: () => retries++,
  });
  return { inner, ...guard, states, retries: () => retries };
}

/** The outcome of a call, with all waits in it passed over. */
async function outcome<T>(call: Promise<T>): Promise<T | Failure> {
  const settled = call.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
  await vi.runAllTimersAsync();
  return settled;
}
const times = (count: number, failure: () => Error) => Array.from({ length: count }, () => failure);

/** Enough calls that fail to make the store rest. */
async function exhaust(t: ReturnType<typeof guarded>): Promise<void> {
  t.inner.failures.push(...times(guardLimits.failuresMax, away));
  while (t.state().is === 'answering') await outcome(t.store.head(key));
}

describe('a guarded store', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('trouble that passes is tried again, a bounded number of times', async () => {
    const t = guarded(times(2, away));
    t.inner.objects.put(key, bytes);
    expect(await outcome(t.store.head(key))).toMatchObject({ sizeBytes: bytes.length });
    expect([t.inner.calls(), t.retries()]).toEqual([3, 2]);
    t.inner.failures.push(...times(3, away));
    expect(isFailure(await outcome(t.store.read(key)), 'storeUnavailable')).toBe(true);
    expect(t.inner.calls()).toBe(6);
  });

  test('a refusal that does not pass, and a full store, are not asked about again', async () => {
    const t = guarded([refused, () => new Failure({ reason: 'serverDiskFull' })]);
    expect(isFailure(await outcome(t.store.delete(key)), 'storeUnavailable')).toBe(true);
    expect(isFailure(await outcome(t.store.write(key, bytes)), 'serverDiskFull')).toBe(true);
    expect([t.inner.calls(), t.retries()]).toEqual([2, 0]);
  });

  test('after failures in a row it refuses at once, says why and when to come back, and still signs', async () => {
    const t = guarded([]);
    await exhaust(t);
    const asked = t.inner.calls();
    const state = t.state();
    const detail = 'it answers 503 SlowDown';
    expect(state).toMatchObject({ is: 'resting', detail });
    const retryAfterMs = state.is === 'resting' ? state.retryAtMs - Date.now() : 0;
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(guardLimits.pauseMs);
    const failure = await outcome(t.store.head(key));
    expect(failure).toMatchObject({ problem: { reason: 'storeUnavailable', detail, retryAfterMs } });
    expect(t.inner.calls()).toBe(asked);
    expect(await t.store.signGet({ key, expiresAtMs: 0 })).toBe(key);
  });

  test('one call finds out whether the store is back, and then all are let through', async () => {
    const t = guarded([]);
    await exhaust(t);
    await vi.advanceTimersByTimeAsync(guardLimits.pauseMs);
    const asked = t.inner.calls();
    await outcome(Promise.all([t.store.head(key), t.store.head(key), t.store.head(key)]));
    expect(t.inner.calls()).toBe(asked + 3);
    expect(t.state()).toEqual({ is: 'answering' });
    expect(t.states).toEqual(['resting', 'tried', 'answering']);
  });

  test('while it stays away it is asked once per pause, and pauses grow to a bound', async () => {
    const t = guarded([]);
    await exhaust(t);
    t.inner.failures.push(...times(1_000, away));
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      const state = t.state();
      if (state.is !== 'resting') throw new Error(state.is);
      pauses.push(state.retryAtMs - Date.now());
      await vi.advanceTimersByTimeAsync(state.retryAtMs - Date.now());
      const asked = t.inner.calls();
      const calls = [t.store.head(key), t.store.head(key)].map((call) => call.catch(() => null));
      await vi.advanceTimersByTimeAsync(0);
      expect(t.inner.calls()).toBe(asked + 1);
      await vi.advanceTimersByTimeAsync(1);
      void calls;
      await vi.advanceTimersByTimeAsync(400);
      await Promise.all(calls);
    }
    expect(pauses.at(0)).toBeLessThanOrEqual(guardLimits.pauseMs);
    expect(pauses.at(-1)).toBeLessThanOrEqual(guardLimits.pauseMsMax);
    expect(pauses.at(-1)).toBeGreaterThan(guardLimits.pauseMsMax / 2);
  });

  test('a write whose answer was lost is known again as its own', async () => {
    const t = guarded([]);
    const store = { ...t.inner.store };
    let lost = false;
    const forgetful = guardStore(
      {
        ...store,
        async write(at, what) {
          const done = await store.write(at, what);
          if (lost) return done;
          lost = true;
          throw away();
        },
      },
      { nowMs: Date.now, random: () => 0 },
    );
    expect(await outcome(forgetful.store.write(key, bytes))).toBe('stored');
    lost = false;
    expect(await outcome(forgetful.store.write(key, Buffer.from('other')))).toBe('exists');
  });

  test('more calls than may wait are refused, and none is lost', async () => {
    const inner = memoryObjects();
    const gate = Promise.withResolvers<void>();
    const slow: ObjectStore = { ...inner, head: () => gate.promise.then(() => null) };
    const { store } = guardStore(slow, { nowMs: Date.now, random: Math.random });
    const roomFor = guardLimits.callsMax + guardLimits.waitingMax;
    const calls = Array.from({ length: roomFor + 1 }, () => store.head(key));
    await expect(calls.at(-1)).rejects.toMatchObject({
      problem: { reason: 'storeUnavailable', retryAfterMs: guardLimits.crowdedRetryMs },
    });
    gate.resolve();
    expect(await Promise.all(calls.slice(0, roomFor))).toEqual(Array(roomFor).fill(null));
  });
});
