import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { engineLimits } from '../../core/engine-limits.ts';
import { openSqliteJournal } from '../sqlite-journal.ts';

let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

test('runs are remembered over a restart, the newest first, and only so many', async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidesync-runs-'));
  const file = path.join(folder, 'journal.db');
  const { runsMax } = engineLimits;
  const { journal } = openSqliteJournal(file, 0);
  for (let n = 0; n <= runsMax; n++) journal.noteRun({ startedMs: n, seenMs: n });
  journal.noteRun({ startedMs: runsMax, seenMs: 9_999 });
  journal.close();
  const again = openSqliteJournal(file, 0).journal;
  const runs = again.runs();
  again.close();
  expect([runs.length, runs[0], runs.at(-1)?.startedMs]).toEqual([
    runsMax,
    { startedMs: runsMax, seenMs: 9_999 },
    1,
  ]);
});
