import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { afterEach, describe, expect, test } from 'vitest';
import type { Disk } from '../ports/disk.ts';
import type { Watcher, WatchHint } from '../ports/watcher.ts';

export interface WatcherUnderTest {
  readonly watcher: Watcher;
  readonly rootPath: string;
  /** The disk that it watches. */
  readonly disk: Disk;
  dispose(): Promise<void>;
}

const path = (text: string) => text as RelPath;

async function makeFile(disk: Disk, at: string, content = 'x'): Promise<void> {
  const file = await disk.createFile(path(at));
  await file.write(new TextEncoder().encode(content), 0);
  await file.close();
}

/** Collects hints, and waits until one of them says to look at a folder. */
class Hints {
  readonly seen: WatchHint[] = [];
  #check: () => void = () => undefined;

  readonly add = (hint: WatchHint): void => {
    this.seen.push(hint);
    this.#check();
  };

  async of(folder: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#check = () => {
        if (this.seen.some((hint) => hint.is === 'everything' || hint.folder === folder)) resolve();
      };
      this.#check();
    });
    this.seen.length = 0;
  }
}

/** What every Watcher must do, with real time to do it in. */
export function watcherContract(subject: string, make: () => WatcherUnderTest): void {
  describe(`${subject} keeps the watcher's contract`, () => {
    const made: { dispose(): Promise<unknown> }[] = [];
    afterEach(async () => {
      for (const each of made.splice(0).reverse()) await each.dispose();
    });
    const fresh = async (prepare: (disk: Disk) => Promise<void>) => {
      const under = make();
      made.push(under);
      await prepare(under.disk);
      const hints = new Hints();
      const watch = await under.watcher.watch(under.rootPath, hints.add);
      made.push({ dispose: () => watch.close() });
      return { ...under, hints, watch };
    };
    const nested = async (disk: Disk) => {
      await disk.makeFolder(path('a'));
      await disk.makeFolder(path('a/ü b'));
      await makeFile(disk, 'a/ü b/old');
    };

    test('every kind of change in a nested folder gives a hint for it', async () => {
      const { disk, hints } = await fresh(nested);
      await makeFile(disk, 'a/ü b/new');
      await hints.of('a/ü b');
      await disk.setAttributes(path('a/ü b/old'), { executable: true, mtimeMs: 5 });
      await hints.of('a/ü b');
      await disk.rename(path('a/ü b/old'), path('a/ü b/moved'));
      await hints.of('a/ü b');
      await disk.makeSymlink(path('a/ü b/link'), 'nowhere');
      await hints.of('a/ü b');
      await disk.unlink(path('a/ü b/moved'));
      await hints.of('a/ü b');
    });

    test('changes at the top give a hint for the top', async () => {
      const { disk, hints } = await fresh(nested);
      await makeFile(disk, 'file');
      await hints.of(TOP);
      await disk.rename(path('a'), path('b'));
      await hints.of(TOP);
    });

    test('a new folder is hinted at and watched, and so is what is in it', async () => {
      const { disk, hints } = await fresh(nested);
      await disk.makeFolder(path('a/new'));
      await disk.makeFolder(path('a/new/deep'));
      await makeFile(disk, 'a/new/deep/early');
      await hints.of('a/new/deep');
      await makeFile(disk, 'a/new/deep/late');
      await hints.of('a/new/deep');
    });

    test('a moved folder is watched at its new place', async () => {
      const { disk, hints } = await fresh(nested);
      await disk.rename(path('a/ü b'), path('c'));
      await hints.of('c');
      await makeFile(disk, 'c/new');
      await hints.of('c');
    });

    test('our own folder is not watched', async () => {
      const { disk, hints } = await fresh((disk) => disk.makeFolder(path('.tidesync')));
      await makeFile(disk, '.tidesync/temporary');
      await makeFile(disk, 'file');
      await hints.of(TOP);
      await makeFile(disk, '.tidesync/another');
      await disk.makeFolder(path('last'));
      await hints.of('last');
      expect(hints.seen.filter((hint) => hint.is === 'folder' && hint.folder.startsWith('.tide'))).toEqual(
        [],
      );
    });

    test('no hint comes after close', async () => {
      const { disk, hints, watch } = await fresh(nested);
      await makeFile(disk, 'a/one');
      await hints.of('a');
      await makeFile(disk, 'a/two');
      await watch.close();
      const before = hints.seen.length;
      await makeFile(disk, 'a/three');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(hints.seen.length).toBe(before);
    });
  });
}
