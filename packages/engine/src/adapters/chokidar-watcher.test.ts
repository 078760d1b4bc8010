import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { WatchHint } from '../ports/watcher.ts';
import { watcherContract } from '../testing/watcher-contract.ts';
import { chokidarWatcher } from './chokidar-watcher.ts';
import { nodeDisk } from './node-disk.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function newFolder(): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'tidesync-watcher-'));
  folders.push(folder);
  return folder;
}

watcherContract('chokidar watcher', () => {
  const rootPath = newFolder();
  return { watcher: chokidarWatcher, rootPath, disk: nodeDisk(rootPath), dispose: () => Promise.resolve() };
});

test('a burst that no queue can hold ends in a hint to look everywhere', async () => {
  const root = newFolder();
  mkdirSync(`${root}/f`);
  let hinted: (hint: WatchHint) => void = () => undefined;
  const everything = new Promise<WatchHint>((resolve) => {
    hinted = (hint) => {
      if (hint.is === 'everything') resolve(hint);
    };
  });
  const watch = await chokidarWatcher.watch(root, (hint) => hinted(hint));
  for (let n = 0; n < 6_000; n++) writeFileSync(`${root}/f/${n}`, 'x');
  expect(await everything).toEqual({ is: 'everything', why: 'burst' });
  await watch.close();
}, 30_000);
