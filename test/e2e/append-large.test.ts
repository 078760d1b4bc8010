import { expect, test } from 'vitest';
import { appendToLarge } from '../../bench/append-large/append-to-large.ts';
import { appendLines } from '../../bench/append-large/show-append.ts';

/** Seconds are enough, but others may use the machine. */
const PATIENCE_MS = 1_200_000;
const LARGE_BYTES = 60_000_000;

test('a file of 60 MB that is appended to every 50 ms is never torn, wherever it stops for a moment', {
  timeout: PATIENCE_MS,
}, async () => {
  const report = await appendToLarge({
    sizeBytes: LARGE_BYTES,
    everyMs: 50,
    forMs: 10_000,
    // Long enough that a read begins, and mostly too short for it to end.
    rest: { afterAppends: 20, forMs: 300 },
  });
  process.stdout.write(`${appendLines(report).join('\n')}\n`);
  expect(report.torn).toEqual([]);
  expect(report.versions).toBeGreaterThan(1);
  expect(report.seen).toBeGreaterThan(1);
  // What is appended goes, and not the whole file each time.
  expect(report.storedBytes).toBeLessThan(LARGE_BYTES);
});
