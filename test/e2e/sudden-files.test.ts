import type { VerifiedFolder } from '@tidesync/shared/wire/engine';
import { expect, test } from 'vitest';
import { statusBytes } from '../../bench/server/world/process-use.ts';
import { makeMany } from './support/make-many.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';

const MANY = { folders: 500, filesPerFolder: 100 };
const FILES = MANY.folders * MANY.filesPerFolder;
/** What an engine may take while they come. */
const ENGINE_BYTES_MAX = 700_000_000;
/** The engine computes for a minute; other work on the machine may be in the way. */
const PATIENCE_MS = 1_200_000;

const world = useWorldOfOneServer();

test('50,000 files that are made in a moment are all found and sent, within a bound of memory', {
  timeout: 2 * PATIENCE_MS,
}, async () => {
  const ada = await world.device('ada');
  const [folder] = await world.share(ada);
  await ada.settle();
  const startMs = performance.now();
  const { tookMs } = makeMany(folder, MANY);
  await until(
    'all is sent',
    async () => {
      // One command that waits takes less of the machine than one a second that looks.
      await ada.settle();
      const { state, entries } = await ada.root(folder);
      return state === 'upToDate' && entries >= FILES + MANY.folders;
    },
    PATIENCE_MS,
  );
  const sentMs = performance.now() - startMs;
  const peakBytes = await statusBytes(ada.pid, 'VmHWM');
  const { folders } = await ada.ask<{ folders: VerifiedFolder[] }>('verify', folder);
  process.stdout.write(
    `${FILES} files made in ${(tookMs / 1_000).toFixed(1)} s, sent after ${(sentMs / 1_000).toFixed(1)} s; ` +
      `engine ${Math.round(peakBytes / 1_000_000)} MB\n`,
  );
  // Each entry was held against the disk, and the server's whole listing against them.
  expect(folders).toMatchObject([{ checked: FILES + MANY.folders, compared: true, found: 0 }]);
  expect(peakBytes).toBeGreaterThan(0);
  expect(peakBytes).toBeLessThan(ENGINE_BYTES_MAX);
});
