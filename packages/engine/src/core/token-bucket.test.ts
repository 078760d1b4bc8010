import { expect, test } from 'vitest';
import { changeBucket, startBucket, takeTokens, waitMsFor } from './token-bucket.ts';

const rule = { bytesPerSecond: 1_000, capacityBytes: 500 };

test('it begins empty, fills with time, and never beyond its capacity', () => {
  const bucket = startBucket(rule, 100);
  expect(takeTokens(bucket, 1, 100)).toBeNull();
  expect(waitMsFor(bucket, 250, 100)).toBe(250);
  expect(takeTokens(bucket, 250, 350)?.tokens).toBe(0);
  expect(takeTokens(bucket, 500, 99_999)?.tokens).toBe(0);
  expect(takeTokens(bucket, 501, 99_999)).toBeNull();
});

test('a clock that stands or goes back gives nothing and takes nothing', () => {
  const taken = takeTokens(startBucket(rule, 0), 100, 300);
  expect(taken?.tokens).toBe(200);
  expect(taken === null ? null : takeTokens(taken, 200, 200)?.tokens).toBe(0);
  expect(taken === null ? null : waitMsFor(taken, 300, 100)).toBe(100);
});

test('a change keeps what has come, up to the new capacity, and counts on at the new speed', () => {
  const slower = changeBucket(startBucket(rule, 0), { bytesPerSecond: 100, capacityBytes: 50 }, 400);
  expect(slower.tokens).toBe(50);
  const faster = changeBucket(startBucket(rule, 0), { bytesPerSecond: 10_000, capacityBytes: 5_000 }, 400);
  expect(faster.tokens).toBe(400);
  expect(waitMsFor(faster, 1_400, 400)).toBe(100);
});
