import { expect, test } from 'vitest';
import { suddenLine, syncSudden } from '../../bench/sudden-files/sync-sudden.ts';

/** The watcher's burst begins at less; `npm run bench:sudden` makes 50,000. */
const MANY = { folders: 150, filesPerFolder: 100 };
/** What an engine may take while 50,000 come. */
const ENGINE_BYTES_MAX = 700_000_000;
/** The engine computes for seconds; other work on the machine may be in the way. */
const PATIENCE_MS = 1_200_000;

test('15,000 files that are made in a moment are all found and sent, within a bound of memory', {
  timeout: 2 * PATIENCE_MS,
}, async () => {
  const report = await syncSudden(MANY, PATIENCE_MS);
  process.stdout.write(`${suddenLine(report)}\n`);
  expect(report.verified).toMatchObject([{ checked: report.entries, compared: true, found: 0 }]);
  expect(report.peakBytes).toBeGreaterThan(0);
  expect(report.peakBytes).toBeLessThan(ENGINE_BYTES_MAX);
});
