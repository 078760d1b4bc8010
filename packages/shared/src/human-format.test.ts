import { describe, expect, test } from 'vitest';
import { formatBytes } from './format.ts';
import { formatsFor } from './human-format.ts';

const AT_MS = Date.UTC(2026, 10, 21, 10, 42);
const DAY_MS = 86_400_000;

describe('sizes', () => {
  test.each([0, 1, 999, 1_000, 1_254, 9_996, 99_950, 999_500, 1_250_000_000, 42e12, 3e18])(
    'English is the same as in sentences: %i',
    (sizeBytes) => expect(formatsFor('en').bytes(sizeBytes)).toBe(formatBytes(sizeBytes)),
  );
  test('are written as the language writes numbers', () => {
    expect(formatsFor('de').bytes(1_250_000_000)).toBe('1,25 GB');
    expect(formatsFor('de').speed(3_400_000)).toBe('3,4 MB/s');
    expect(formatsFor('en').speed(3_400_000)).toBe('3.4 MB/s');
  });
  test('stay in order within text that runs from the right', () => {
    expect(formatsFor('ar').bytes(1_250_000)).toBe('\u20661.25 MB\u2069');
  });
});

describe('times', () => {
  const en = formatsFor('en', 'UTC');
  test.each([
    [0, '5 sec'],
    [41_000, '45 sec'],
    [59_000, '1 min'],
    [120_000, '2 min'],
    [4_800_000, '1 hr 20 min'],
    [7_200_000, '2 hr'],
    [3 * DAY_MS, '3 days'],
  ])('%i ms take %s', (durationMs, text) => expect(en.duration(durationMs)).toBe(text));
  test('of the same day are told by the clock alone', () => {
    expect(en.when(AT_MS, AT_MS + 60_000)).toBe('10:42');
    expect(en.when(AT_MS, AT_MS + DAY_MS)).toBe('21 Nov 2026 10:42');
  });
  test('passed are told in the largest unit', () => {
    expect(en.ago(AT_MS, AT_MS + 3 * 60_000)).toBe('3 minutes ago');
    expect(en.ago(AT_MS, AT_MS + DAY_MS)).toBe('yesterday');
    expect(formatsFor('de').ago(AT_MS, AT_MS + 2 * 3_600_000)).toBe('vor 2 Stunden');
  });
});

test('nothing unfinished is 100 percent', () => {
  expect(formatsFor('en').percent(0.9999)).toBe('99%');
  expect(formatsFor('en').percent(0.29)).toBe('29%');
  expect(formatsFor('en').percent(1)).toBe('100%');
});
