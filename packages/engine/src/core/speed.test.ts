import { expect, test } from 'vitest';
import { addBytes, bytesPerSecond, startSpeed } from './speed.ts';

/** So many bytes every 100 ms, from 0 on. */
function after(bytesPerTick: number, durationMs: number) {
  let speed = startSpeed(0);
  for (let atMs = 100; atMs <= durationMs; atMs += 100) speed = addBytes(speed, bytesPerTick, atMs);
  return speed;
}

test.each([1_000, 3_000, 60_000])('a steady stream has its speed from early on: %i ms', (durationMs) => {
  const speed = bytesPerSecond(after(100_000, durationMs), durationMs) ?? 0;
  expect(Math.abs(speed - 1_000_000)).toBeLessThan(30_000);
});
test('too little says nothing', () => expect(bytesPerSecond(after(1, 400), 400)).toBeNull());
test('what stands still comes to nothing', () => {
  expect(bytesPerSecond(after(100_000, 5_000), 60_000)).toBe(0);
});
