import { limits } from '@tidesync/shared/limits';
import { isFailure } from '@tidesync/shared/problems';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { settled } from '../../testing/transfer-bench.ts';
import type { Turn } from './pace.ts';
import { LimitedPace } from './pace.ts';
import { transferLimits } from './transfer-limits.ts';

const KB = 1_000;
const never = new AbortController().signal;

function world(bytesPerSecond: number | null) {
  const clock = new FakeClock();
  const pace = new LimitedPace(clock);
  pace.limitTo(bytesPerSecond);
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10);
      await settled();
    }
  };
  return { clock, pace, pass };
}

/** Takes again and again, as a body does, and notes what it got. */
function sending(turn: Turn, ofBytes: number) {
  const state = { bytes: 0, error: undefined as unknown, isDone: false };
  const run = async () => {
    while (state.bytes < ofBytes) state.bytes += await turn.take(Math.min(256 * 1024, ofBytes - state.bytes));
    state.isDone = true;
  };
  run().catch((error: unknown) => {
    state.error = error;
  });
  return state;
}

describe('[B50] all transfers of a direction share its limit', () => {
  test('alike, and never pass it together', async () => {
    const { clock, pace, pass } = world(1_000 * KB);
    const startedMs = clock.monotonicMs();
    const turns = await Promise.all([1, 2, 3].map(() => pace.turn(never)));
    const sent = turns.map((turn) => sending(turn, 100_000 * KB));
    for (let second = 1; second <= 6; second++) {
      await pass(1_000);
      const all = sent.reduce((sum, one) => sum + one.bytes, 0);
      const allowed = clock.monotonicMs() - startedMs; // ms at 1,000 bytes each
      expect(all).toBeLessThanOrEqual(allowed * KB);
      expect(all).toBeGreaterThan((allowed - 600) * KB);
    }
    const shares = sent.map(({ bytes }) => bytes);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(250 * KB);
  });

  test('one that begins while others run gets its share at once', async () => {
    const { pace, pass } = world(1_000 * KB);
    const first = sending(await pace.turn(never), 100_000 * KB);
    await pass(5_000);
    const before = first.bytes;
    const second = sending(await pace.turn(never), 100_000 * KB);
    await pass(4_000);
    expect(Math.abs(first.bytes - before - second.bytes)).toBeLessThanOrEqual(250 * KB);
  });

  test('after a rest it lets through a portion at once, and no more', async () => {
    const { pace, pass } = world(1_000 * KB);
    await pass(60_000);
    const one = sending(await pace.turn(never), 100_000 * KB);
    await settled();
    expect(one.bytes).toBe(250 * KB);
  });
});

describe('[B51] a limit that changes', () => {
  test('holds at once for what is on its way', async () => {
    const { pace, pass } = world(100 * KB);
    const one = sending(await pace.turn(never), 1_000 * KB);
    await pass(1_000);
    expect(one.bytes).toBeLessThanOrEqual(100 * KB);
    pace.limitTo(400 * KB);
    await pass(1_000);
    expect(one.bytes).toBeGreaterThan(300 * KB);
    expect(one.bytes).toBeLessThanOrEqual(500 * KB);
    pace.limitTo(null);
    await settled();
    expect(one.isDone).toBe(true);
  });

  test('makes one slower that ran without', async () => {
    const { pace, pass } = world(null);
    const turn = await pace.turn(never);
    expect(await turn.take(64 * KB)).toBe(64 * KB);
    pace.limitTo(100 * KB);
    const one = sending(turn, 1_000 * KB);
    await pass(2_000);
    expect(one.bytes).toBeLessThanOrEqual(200 * KB);
    expect(one.bytes).toBeGreaterThan(100 * KB);
  });

  test('takes back what was asked for in one go and would take too long now', async () => {
    const { pace } = world(null);
    const [large, small] = [await pace.turn(never), await pace.turn(never)];
    await large.take(8_000 * KB);
    await small.take(50 * KB);
    pace.limitTo(1_000 * KB);
    expect(large.signal.aborted).toBe(true);
    expect(isFailure(large.signal.reason, 'storeUnavailable')).toBe(true);
    await expect(large.take(1)).rejects.toThrow(/in its turn/);
    expect(small.signal.aborted).toBe(false);
  });

  test('takes back the youngest where fewer may run at once, and what is too old to be through in time', async () => {
    const { pace, pass } = world(null);
    const old = await pace.turn(never);
    await pass(limits.signedPutLifeMs - limits.limitedPutMsMax + 10);
    const young = await Promise.all([1, 2, 3].map(() => pace.turn(never)));
    pace.limitTo(limits.speedLimitBytesMin);
    expect(old.signal.aborted).toBe(true);
    expect(young.map(({ signal }) => signal.aborted)).toEqual([false, true, true]);
  }, 60_000);
});

test('[B51] another limit takes back no more than it has to', async () => {
  const { pace, pass } = world(1_000 * KB);
  const turns = await Promise.all([1, 2, 3, 4].map(() => pace.turn(never)));
  await pass(limits.limitedPutMsMax / 2);
  pace.limitTo(2_000 * KB);
  expect(turns.filter(({ signal }) => signal.aborted)).toEqual([]);
  pace.limitTo(100 * KB);
  expect(turns.map(({ signal }) => signal.aborted)).toEqual([false, false, false, true]);
}, 60_000);

describe('[B52] under a limit only so many run at once that each is through in its time', () => {
  test.each([
    [limits.speedLimitBytesMin, 1],
    [100 * KB, 3],
    [1_000 * KB, transferLimits.limitedAtOnceMax],
  ])('at %i bytes a second', async (bytesPerSecond, atOnce) => {
    const { pace } = world(bytesPerSecond);
    const turns: Turn[] = [];
    for (let n = 0; n < 20; n++) void pace.turn(never).then((turn) => turns.push(turn));
    await settled();
    expect(turns.length).toBe(atOnce);
    const eachMs = (limits.objectBytesMax * atOnce * 1_000) / bytesPerSecond;
    expect(eachMs).toBeLessThanOrEqual(limits.limitedPutMsMax);
    turns[0]?.end();
    await settled();
    expect(turns.length).toBe(atOnce + 1);
    pace.limitTo(null);
    await settled();
    expect(turns.length).toBe(20);
  });
});

describe('[B53] one that is stopped', () => {
  test('waits for nothing any more, and leaves its share to the others', async () => {
    const { clock, pace, pass } = world(100 * KB);
    const stop = new AbortController();
    const stopped = sending(await pace.turn(stop.signal), 1_000 * KB);
    const other = sending(await pace.turn(never), 1_000 * KB);
    await pass(1_000);
    stop.abort(new Error('paused'));
    await settled();
    expect(stopped.error).toEqual(new Error('paused'));
    const [before, wasStoppedAt] = [other.bytes, stopped.bytes];
    await pass(2_000);
    expect(other.bytes - before).toBeGreaterThan(150 * KB);
    expect(stopped.bytes).toBe(wasStoppedAt);
    expect(clock.sleepers).toBe(1); // the other's
  });

  test('no timer is left where nobody waits', async () => {
    const { clock, pace } = world(100 * KB);
    const stop = new AbortController();
    const turns = await Promise.all([pace.turn(stop.signal), pace.turn(never)]);
    const [first, second] = turns.map((turn) => sending(turn, 1_000 * KB));
    await settled();
    expect(clock.sleepers).toBe(1);
    stop.abort(new Error('paused'));
    turns[1]?.end();
    await settled();
    expect(clock.sleepers).toBe(0);
    expect(first?.error).toEqual(new Error('paused'));
    expect(isFailure(second?.error, 'storeUnavailable')).toBe(true);
  });

  test('while it waits for its turn, gives up its place in the line', async () => {
    const { pace } = world(limits.speedLimitBytesMin);
    const running = await pace.turn(never);
    const stop = new AbortController();
    const waiting = pace.turn(stop.signal);
    const next = pace.turn(never);
    stop.abort(new Error('paused'));
    await expect(waiting).rejects.toThrow('paused');
    running.end();
    expect((await next).signal.aborted).toBe(false);
  });
});
