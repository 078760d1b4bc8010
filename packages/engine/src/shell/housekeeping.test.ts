import { limits } from '@tidesync/shared/limits';
import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { at, textsOf, writeNew } from '../testing/shell-bench.ts';
import { clearTemporary, purgeTrash } from './housekeeping.ts';
import { makeOwnFolders } from './root-folder.ts';

const DAY_MS = 24 * 3_600_000;
const NOW_MS = Date.UTC(2026, 5, 15);
const dayBefore = (days: number) => new Date(NOW_MS - days * DAY_MS).toISOString().slice(0, 10);
const LIFE_DAYS = limits.trashLifeMs / DAY_MS;

let disk: MemoryDisk;
beforeEach(async () => {
  disk = new MemoryDisk({ clock: new FakeClock(NOW_MS) });
  await makeOwnFolders(disk);
});

async function trash(day: string): Promise<void> {
  await disk.makeFolder(at(`.tidesync/trash/${day}`));
  await disk.makeFolder(at(`.tidesync/trash/${day}/x`));
  await writeNew(disk, `.tidesync/trash/${day}/x/a`, 'old');
  await disk.makeSymlink(at(`.tidesync/trash/${day}/link`), '../../../keep');
}

test.each<[string, string, boolean]>([
  ['today’s', dayBefore(0), true],
  ['of the last day of its life', dayBefore(LIFE_DAYS), true],
  ['of the day after, which is kept as well', dayBefore(LIFE_DAYS + 1), true],
  ['older than that', dayBefore(LIFE_DAYS + 2), false],
  ['of a day to come (the clock was wrong)', dayBefore(-400), true],
  ['that somebody made themselves', 'my own folder', true],
])('trash %s', async (_what, day, stays) => {
  await writeNew(disk, 'keep', 'kept');
  await trash(day);
  await purgeTrash(disk, NOW_MS);
  expect(Object.keys(await textsOf(disk, '.tidesync/trash'))).toHaveLength(stays ? 4 : 0);
  expect(await textsOf(disk)).toEqual({ keep: 'kept' });
});

test('temporary files go, and nothing else', async () => {
  await writeNew(disk, '.tidesync/tmp/one', 'left');
  await disk.makeFolder(at('.tidesync/tmp/folder'));
  await writeNew(disk, '.tidesync/aside/two', 'work');
  await clearTemporary(disk);
  expect(await textsOf(disk, '.tidesync/tmp')).toEqual({ 'folder/': '' });
  expect(await textsOf(disk, '.tidesync/aside')).toEqual({ two: 'work' });
});
