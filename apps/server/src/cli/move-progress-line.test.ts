import { expect, test } from 'vitest';
import { counted, progressLine } from './move-progress-line.ts';

const objects = { part: 'objects', done: 1_200, total: 4_000, doneBytes: 3e9, totalBytes: 12e9 } as const;

test.each<[elapsedMs: number, line: string]>([
  [0, 'Packs: 1,200 of 4,000, 3 GB of 12 GB'],
  [30_000, 'Packs: 1,200 of 4,000, 3 GB of 12 GB, 100 MB/s, 2 min left'],
  [3_000, 'Packs: 1,200 of 4,000, 3 GB of 12 GB, 1 GB/s, 9 s left'],
  [3_600_000, 'Packs: 1,200 of 4,000, 3 GB of 12 GB, 833 kB/s, 3 h 0 min left'],
])('after %i ms: %s', (elapsedMs, line) => {
  expect(progressLine(objects, elapsedMs)).toBe(line);
});

test('what has no size and no end is counted alone', () => {
  const rows = { part: 'comparing', done: 1_234_567, total: null, doneBytes: 0, totalBytes: null } as const;
  expect(progressLine(rows, 5_000)).toBe('Rows compared: 1,234,567');
  expect(counted(999)).toBe('999');
});
