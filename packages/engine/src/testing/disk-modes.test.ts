import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { describe, expect, test } from 'vitest';
import type { DiskFault } from '../ports/disk.ts';
import { diskContract } from './disk-contract.ts';
import { FakeClock } from './fake-clock.ts';
import type { MemoryDiskOptions } from './memory-disk.ts';
import { MemoryDisk } from './memory-disk.ts';

const at = (text: string) => text as RelPath;
const bytes = (text: string) => new TextEncoder().encode(text);
const withFault = (fault: DiskFault) => expect.objectContaining({ name: 'DiskError', fault });
const diskOf = (modes: Partial<MemoryDiskOptions>) => new MemoryDisk({ clock: new FakeClock(), ...modes });
const namesOn = async (disk: MemoryDisk) => (await disk.list(TOP)).map(({ name }) => name).sort();

const APFS = { names: 'caseInsensitive', unicode: 'nfcInsensitive' } as const;
diskContract('Memory disk with the names of APFS', () => ({ disk: diskOf(APFS), dispose: () => undefined }));
diskContract('Memory disk that gives inodes again', () => ({
  disk: diskOf({ reusesInodes: true }),
  dispose: () => undefined,
}));

describe('names', () => {
  test('that differ in case are one on a disk that is insensitive to it, spelled as they were made', async () => {
    const disk = diskOf({ names: 'caseInsensitive' });
    await disk.makeFolder(at('Docs'));
    disk.person.write(at('Docs/A.txt'), bytes('a'));
    expect(await disk.look(at('dOCS/a.TXT'))).toEqual(await disk.look(at('Docs/A.txt')));
    await expect(disk.createFile(at('docs/a.txt'))).rejects.toEqual(withFault('exists'));
    await expect(disk.link(at('Docs/A.txt'), at('Docs/a.txt'))).rejects.toEqual(withFault('exists'));
    expect(await namesOn(disk)).toEqual(['Docs']);
    await disk.rename(at('docs'), at('DOCS'));
    expect(await namesOn(disk)).toEqual(['DOCS']);
    expect((await disk.look(at('docs/a.txt')))?.links).toBe(1);
    await expect(disk.rename(at('docs'), at('Docs/x'))).rejects.toEqual(withFault('nameRefused'));
  });

  test('fold letter by letter: none becomes two, none becomes one of ASCII', async () => {
    const disk = diskOf({ names: 'caseInsensitive' });
    for (const name of ['ß', 'ss', 'ı', 'i', 'ſ', 's', '\u212a', 'k'])
      disk.person.write(at(name), bytes(name));
    expect(await disk.list(TOP)).toHaveLength(8);
    expect(await disk.look(at('SS'))).toEqual(await disk.look(at('ss')));
    expect(await disk.look(at('Ä'))).toBeNull();
    disk.person.write(at('ä'), bytes(''));
    expect(await disk.look(at('Ä'))).not.toBeNull();
  });

  test.each([
    ['asGiven', ['e\u0301', '\u00e9']],
    ['nfcInsensitive', ['\u00e9']],
    ['nfdStored', ['e\u0301']],
  ] as const)('in two forms of Unicode, on a disk that is %s', async (unicode, listed) => {
    const disk = diskOf({ unicode });
    disk.person.write(at('\u00e9'), bytes('1'));
    const second = disk.createFile(at('e\u0301')).then(async (handle) => handle.close());
    if (unicode === 'asGiven') await second;
    else await expect(second).rejects.toEqual(withFault('exists'));
    expect(await namesOn(disk)).toEqual(listed);
  });
});

describe('on Windows', () => {
  const refused = [
    'CON',
    'nul.txt',
    'Aux',
    'com1',
    'LPT9.x',
    'x.',
    'x ',
    'a:b',
    'a?',
    'a\\b',
    'a\u0001',
    '<',
  ];
  test.each(refused)('%j is a name that nothing gets', async (name) => {
    const disk = diskOf({ windows: true });
    disk.person.write(at('a'), bytes('a'));
    for (const made of [
      disk.createFile(at(name)),
      disk.makeFolder(at(name)),
      disk.makeSymlink(at(name), 'a'),
      disk.link(at('a'), at(name)),
      disk.rename(at('a'), at(name)),
    ]) {
      await expect(made).rejects.toEqual(withFault('nameRefused'));
    }
    expect(await disk.look(at(name))).toBeNull();
    expect(await namesOn(disk)).toEqual(['a']);
  });

  test.each(['console', 'com', 'lpt10', '.con', 'a.b', ' x', 'ä'.repeat(255)])(
    '%j is a good name',
    async (name) => {
      const disk = diskOf({ windows: true });
      await disk.makeFolder(at(name));
      expect(await namesOn(disk)).toEqual([name]);
    },
  );

  test('a file that another program has open can be read and written, not moved or removed', async () => {
    const disk = diskOf({ windows: true });
    disk.person.write(at('a'), bytes('a'));
    disk.person.write(at('b'), bytes('b'));
    const theirs = disk.person.open(at('a'));
    await expect(disk.unlink(at('a'))).rejects.toEqual(withFault('busy'));
    await expect(disk.rename(at('a'), at('c'))).rejects.toEqual(withFault('busy'));
    await expect(disk.rename(at('a'), at('a'))).rejects.toEqual(withFault('busy'));
    await expect(disk.rename(at('b'), at('a'))).rejects.toEqual(withFault('busy'));
    await (await disk.openForRead(at('a'))).close();
    theirs.close();
    await disk.rename(at('b'), at('a'));
    await disk.unlink(at('a'));
    expect(await namesOn(disk)).toEqual([]);
  });

  test('a folder with an open file in it cannot be moved; the file itself can, if it is ours', async () => {
    const disk = diskOf({ windows: true });
    disk.person.writeDeep(at('f/g/a'), bytes('a'));
    const ours = await disk.openForRead(at('f/g/a'));
    await expect(disk.rename(at('f'), at('h'))).rejects.toEqual(withFault('denied'));
    await disk.rename(at('f/g/a'), at('a'));
    await disk.rename(at('f'), at('h'));
    await ours.close();
    expect(await namesOn(disk)).toEqual(['a', 'h']);
  });
});

test.each([1n, 1_000_000_000n, 2_000_000_000n])(
  'an mtime is kept to %d ns, as a whole',
  async (mtimeStepNs) => {
    const clock = new FakeClock(1_700_000_001_500);
    const disk = new MemoryDisk({ clock, mtimeStepNs });
    disk.person.write(at('a'), bytes('a'));
    const first = await disk.look(at('a'));
    disk.person.overwrite(at('a'), bytes('b'));
    const second = await disk.look(at('a'));
    expect(BigInt(first?.stamp.mtimeNs ?? 1) % mtimeStepNs).toBe(0n);
    expect(second?.stamp.mtimeNs === first?.stamp.mtimeNs).toBe(mtimeStepNs > 1n);
    expect(second?.stamp.ctimeNs).not.toBe(first?.stamp.ctimeNs);
    await disk.setAttributes(at('a'), { executable: false, mtimeMs: -1_500 });
    expect((await disk.look(at('a')))?.mtimeMs).toBe(
      { 1: -1_500, 1000000000: -2_000 }[Number(mtimeStepNs)] ?? -2_000,
    );
  },
);

test('a disk that keeps all times coarsely shows two changes in one tick as one', async () => {
  const step = 4_000_000n;
  const disk = diskOf({ mtimeStepNs: step, otherTimesStepNs: step, reusesInodes: true });
  disk.person.write(at('a'), bytes('a'));
  const first = await disk.look(at('a'));
  disk.person.overwrite(at('a'), bytes('b'));
  expect(await disk.look(at('a'))).toEqual(first);
  disk.person.unlink(at('a'));
  disk.person.write(at('a'), bytes('c'));
  expect(await disk.look(at('a'))).toEqual(first);
});

test('the number of an inode that is gone goes to the next new one, once nobody holds it', async () => {
  const disk = diskOf({ reusesInodes: true });
  disk.person.write(at('a'), bytes('a'));
  const first = await disk.look(at('a'));
  const held = disk.person.open(at('a'));
  disk.person.unlink(at('a'));
  disk.person.write(at('b'), bytes('b'));
  expect((await disk.look(at('b')))?.stamp.inode).not.toBe(first?.stamp.inode);
  held.close();
  await disk.makeFolder(at('c'));
  const third = await disk.look(at('c'));
  expect(third?.stamp.inode).toBe(first?.stamp.inode);
  expect(third?.stamp.birthtimeNs).not.toBe(first?.stamp.birthtimeNs);
});
