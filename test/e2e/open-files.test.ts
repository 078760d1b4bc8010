import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees } from './support/world.ts';

const FILES = 1_000;
/** Each goes through a thread, which needs handles of its own to start. */
const LARGE_FILES = 10;
const LARGE_BYTES = 1_000_000;
/** An engine has some 30 open as it is, without connections. */
const OPEN_FILES_MAX = 48;
const PATIENCE_MS = 240_000;

const world = useWorldOfOneServer();

test('[S69] engines that may open few files sync very many of them, and leave none behind', {
  timeout: 2 * PATIENCE_MS,
}, async () => {
  const up = await world.stoppedDevice('up');
  const down = await world.stoppedDevice('down');
  for (const device of [up, down]) await device.start({ openFilesMax: OPEN_FILES_MAX });
  const [here, there] = await world.share(up, down);
  await mkdir(path.join(here, 'in'));
  const contents = Array.from({ length: FILES + LARGE_FILES }, (_, n) =>
    n < FILES ? `file ${n}` : `${n}`.padEnd(LARGE_BYTES, '.'),
  );
  await Promise.all(contents.map((content, n) => writeFile(path.join(here, 'in', `${n}`), content)));
  expect((await sameTrees([here, there], PATIENCE_MS)).size).toBe(contents.length + 1);
  // Connections need handles, too: a command may have to ask twice.
  for (const [device, folder] of [
    [up, here],
    [down, there],
  ] as const)
    await until(`${device.name} has no trouble left`, async () => {
      const { state, troubles } = await device.root(folder);
      return state === 'upToDate' && troubles === 0;
    });
});
