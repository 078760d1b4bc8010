import { beforeEach, describe, expect, test } from 'vitest';
import type { DiskFault } from '../ports/disk.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { at, hooked, writeNew } from '../testing/shell-bench.ts';
import { checkRoot, folderIdOf, markRoot, probeNameRules, readMarker, unmarkRoot } from './root-folder.ts';

let disk: MemoryDisk;
let folderId: string;
beforeEach(async () => {
  disk = new MemoryDisk({ clock: new FakeClock() });
  await markRoot(disk, 'root-1');
  folderId = folderIdOf(await disk.root());
});

describe('[T2] the folder that was bound', () => {
  test('is known by its marker and its own identity', async () => {
    expect(await checkRoot(disk, 'root-1', folderId)).toBeNull();
  });

  test('is not an empty folder to which somebody copied the marker', async () => {
    const other = new MemoryDisk({ clock: new FakeClock(1_800_000_000_000) });
    await markRoot(other, 'root-1');
    expect(await checkRoot(other, 'root-1', folderId)).toBe('rootReplaced');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['the marker of another root', () => markRoot(disk, 'root-2')],
    ['no marker', () => unmarkRoot(disk)],
    ['a marker that is cut short', () => disk.overwrite(at('.tidesync/root.json'), new Uint8Array(3))],
    [
      'nothing of ours',
      async () => {
        await disk.rename(at('.tidesync'), at('moved'));
      },
    ],
  ])('is not one with %s', async (_what, change) => {
    await change();
    expect(await checkRoot(disk, 'root-1', folderId)).toBe('rootReplaced');
  });

  test.each([
    ['missing', 'rootMissing'],
    ['notFolder', 'rootMissing'],
    ['io', 'rootMissing'],
    ['denied', 'noPermission'],
  ] as const)('that cannot be looked at (%s) halts as %s', async (fault, halt) => {
    const broken = hooked(disk, async (operation) => (operation === 'root' ? fault : null));
    expect(await checkRoot(broken, 'root-1', folderId)).toBe(halt);
  });
});

test('a stop at any call while a folder is bound leaves a folder that can be bound', async () => {
  for (let number = 0; ; number++) {
    const fresh = new MemoryDisk({ clock: new FakeClock() });
    let calls = 0;
    const killed = hooked(fresh, async () => {
      if (calls++ >= number) throw new Error('killed');
    });
    await markRoot(killed, 'root-1').catch(() => undefined);
    await markRoot(fresh, 'root-2');
    expect(await readMarker(fresh)).toBe('root-2');
    if (calls <= number) break;
  }
});

test('a disk is asked what it tells apart, and nothing of that is left', async () => {
  expect(await probeNameRules(disk, '1')).toEqual({
    ...{ caseSensitive: true, formSensitive: true, windowsNames: false },
  });
  // Windows itself says that there is no such thing; some servers of files, that nobody may.
  for (const fault of ['nameRefused', 'missing', 'denied'] as const) {
    expect(await probeNameRules(refusing(fault), '1')).toMatchObject({ windowsNames: true });
    expect(await disk.list(at('.tidesync/tmp'))).toEqual([]);
  }
});

test.each(['io', 'full', 'busy', 'tooManyOpen'] as const)(
  'of a disk that fails (%s) while it is asked nothing is concluded',
  async (fault) => {
    await expect(probeNameRules(refusing(fault), '1')).rejects.toEqual(withFault(fault));
  },
);

test('nor of one on which nobody may make anything for a moment', async () => {
  let isDenied = true;
  const moody = hooked(disk, async (operation, path) => {
    if (operation === 'createFile' && path.includes('?')) return isDenied ? 'denied' : null;
    if (operation === 'createFile' && path.endsWith('-c')) isDenied = false;
    return null;
  });
  expect(await probeNameRules(moody, '1')).toMatchObject({ windowsNames: false });
});

const withFault = (fault: DiskFault) => expect.objectContaining({ name: 'DiskError', fault });
const refusing = (fault: DiskFault) =>
  hooked(disk, async (operation, path) => (operation === 'createFile' && path.includes('?') ? fault : null));

test('what an earlier probe left behind is in nobody’s way', async () => {
  await writeNew(disk, '.tidesync/tmp/probe-1-a', '');
  await expect(probeNameRules(disk, '2')).resolves.toMatchObject({ caseSensitive: true });
});
