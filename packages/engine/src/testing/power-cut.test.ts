import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiskFault } from '../ports/disk.ts';
import type { DiskStep } from './disk-steps.ts';
import { diskScript, FIRST_STEPS } from './disk-steps.ts';
import { FakeClock } from './fake-clock.ts';
import type { CrashProfile } from './memory-disk.ts';
import { MemoryDisk } from './memory-disk.ts';
import { nextChoices } from './next-choices.ts';
import { everythingOn, PlayedDisk } from './play-disk-steps.ts';

type Deed = (disk: MemoryDisk) => Promise<void> | void;

const at = (text: string) => text as RelPath;
const bytes = (text: string) => new TextEncoder().encode(text);
const withFault = (fault: DiskFault) => expect.objectContaining({ name: 'DiskError', fault });
/** Blocks of four letters, so that contents can be told at a glance. */
const freshDisk = () => new MemoryDisk({ clock: new FakeClock(), blockBytes: 4 });

async function writeSynced(disk: MemoryDisk, path: string, text: string): Promise<void> {
  const file = await disk.createFile(at(path));
  await file.write(bytes(text), 0);
  await file.sync();
  await file.close();
}

/** Names with contents, folders ending in `/` where nothing is in them; zeros are shown as `0`. */
async function shownOn(disk: MemoryDisk): Promise<string> {
  const seen = await everythingOn(disk);
  const shown = seen.map(({ path, summary }) => {
    if (!summary.startsWith('folder')) return `${path}=${disk.person.read(at(path)).toString()}`;
    return seen.some((other) => other.path.startsWith(`${path}/`)) ? '' : `${path}/`;
  });
  const text = shown.filter((line) => line !== '').join(' ');
  return text.replaceAll(/=([\d,]*)/g, (_, codes: string) => `=${lettersOf(codes)}`);
}
function lettersOf(codes: string): string {
  if (codes === '') return '';
  return codes
    .split(',')
    .map((code) => (code === '0' ? '0' : String.fromCharCode(Number(code))))
    .join('');
}

/** Every state that a power cut can leave after these deeds, by trying every choice. */
async function statesAfter(profile: CrashProfile, before: Deed, deed: Deed): Promise<string[]> {
  const states = new Set<string>();
  let choices: number[] | null = [];
  while (choices !== null) {
    const disk = freshDisk();
    await before(disk);
    disk.writeBack();
    await deed(disk);
    const counts: number[] = [];
    const given: readonly number[] = choices;
    disk.powerCut(profile, (n) => {
      counts.push(n);
      return given[counts.length - 1] ?? 0;
    });
    states.add(await shownOn(disk));
    choices = nextChoices(counts, given);
  }
  return [...states].sort();
}

interface Case {
  readonly what: string;
  readonly before?: Deed;
  readonly deed: Deed;
  readonly ordered: string[];
  readonly strict: string[];
}

const cases: Case[] = [
  {
    what: 'a new file that nobody synced',
    deed: ({ person }) => person.write(at('a'), bytes('aaaa')),
    ordered: ['', 'a=', 'a=aaaa'],
    strict: ['', 'a=', 'a=0000', 'a=aaaa'],
  },
  {
    what: 'a new file that was synced, but not its folder',
    deed: (disk) => writeSynced(disk, 'a', 'aaaa'),
    ordered: ['a=aaaa'],
    strict: ['', 'a=aaaa'],
  },
  {
    what: 'a new file that was synced, and its folder',
    deed: async (disk) => {
      await writeSynced(disk, 'a', 'aaaa');
      await disk.syncFolder(TOP);
    },
    ordered: ['a=aaaa'],
    strict: ['a=aaaa'],
  },
  {
    what: 'a save by rename without any sync',
    before: ({ person }) => person.write(at('a'), bytes('aaaa')),
    deed: ({ person }) => person.saveByRename(at('a'), bytes('bbbb')),
    ordered: ['a=aaaa', 'a=aaaa a.new=', 'a=aaaa a.new=bbbb', 'a=bbbb'],
    strict: [
      ...['a=', 'a=0000', 'a=aaaa', 'a=aaaa a.new=', 'a=aaaa a.new=0000', 'a=aaaa a.new=bbbb', 'a=bbbb'],
    ],
  },
  {
    what: 'a new file that was renamed to a free name without any sync',
    deed: ({ person }) => {
      person.write(at('t'), bytes('aaaa'));
      person.rename(at('t'), at('a'));
    },
    ordered: ['', 'a=', 'a=aaaa', 't=', 't=aaaa'],
    strict: ['', 'a=', 'a=0000', 'a=aaaa', 't=', 't=0000', 't=aaaa'],
  },
  {
    what: 'a synced file renamed over another, the folder not synced',
    before: ({ person }) => person.write(at('a'), bytes('aaaa')),
    deed: async (disk) => {
      await writeSynced(disk, 't', 'bbbb');
      await disk.rename(at('t'), at('a'));
    },
    ordered: ['a=aaaa t=bbbb', 'a=bbbb'],
    strict: ['a=aaaa', 'a=aaaa t=bbbb', 'a=bbbb'],
  },
  {
    what: 'a link in one folder and the old name removed in another',
    before: ({ person }) => person.writeDeep(at('t/x'), bytes('x')),
    deed: async (disk) => {
      await disk.link(at('t/x'), at('a'));
      await disk.unlink(at('t/x'));
    },
    ordered: ['a=x t/', 'a=x t/x=x', 't/x=x'],
    strict: ['a=x t/', 'a=x t/x=x', 't/', 't/x=x'],
  },
  {
    what: 'the same, with the new name synced before the old one goes',
    before: ({ person }) => person.writeDeep(at('t/x'), bytes('x')),
    deed: async (disk) => {
      await disk.link(at('t/x'), at('a'));
      await disk.syncFolder(TOP);
      await disk.unlink(at('t/x'));
    },
    ordered: ['a=x t/', 'a=x t/x=x'],
    strict: ['a=x t/', 'a=x t/x=x'],
  },
  {
    what: 'two renames',
    before: ({ person }) => {
      for (const name of ['a', 'b']) person.write(at(name), bytes(name));
    },
    deed: ({ person }) => {
      person.rename(at('a'), at('c'));
      person.rename(at('b'), at('d'));
    },
    ordered: ['a=a b=b', 'b=b c=a', 'c=a d=b'],
    strict: ['a=a b=b', 'a=a d=b', 'b=b c=a', 'c=a d=b'],
  },
  {
    what: 'a rename into another folder, one of the two synced',
    before: ({ person }) => {
      for (const name of ['f/x', 'g/y']) person.writeDeep(at(name), bytes('x'));
    },
    deed: async (disk) => {
      await disk.rename(at('f/x'), at('g/x'));
      await disk.syncFolder(at('f'));
    },
    ordered: ['f/ g/x=x g/y=x'],
    strict: ['f/ g/x=x g/y=x'],
  },
  {
    what: 'blocks that are written over',
    before: ({ person }) => person.write(at('a'), bytes('aaaabbbb')),
    deed: ({ person }) => person.open(at('a')).writeAt(bytes('ccccdddd'), 0),
    ordered: ['a=aaaabbbb', 'a=aaaadddd', 'a=ccccbbbb', 'a=ccccdddd'],
    strict: ['a=', 'a=00000000', 'a=aaaabbbb', 'a=aaaadddd', 'a=ccccbbbb', 'a=ccccdddd'],
  },
  {
    what: 'bytes that are appended',
    before: ({ person }) => person.write(at('a'), bytes('aa')),
    deed: ({ person }) => person.append(at('a'), bytes('bbcccc')),
    ordered: ['a=aa', 'a=aabb', 'a=aabbcccc'],
    strict: [...['a=', 'a=00000000', 'a=aa', 'a=aa000000', 'a=aa00cccc', 'a=aabb0000', 'a=aabbcccc']],
  },
  {
    what: 'a save into the same file, cut to nothing first',
    before: ({ person }) => person.write(at('a'), bytes('aaaa')),
    deed: ({ person }) => person.overwrite(at('a'), bytes('bbbb')),
    ordered: ['a=', 'a=aaaa', 'a=bbbb'],
    strict: ['a=', 'a=0000', 'a=aaaa', 'a=bbbb'],
  },
  {
    what: 'a file moved into a new folder',
    before: ({ person }) => person.write(at('a'), bytes('x')),
    deed: ({ person }) => {
      person.makeFolder(at('f'));
      person.rename(at('a'), at('f/a'));
    },
    ordered: ['a=x', 'a=x f/', 'f/a=x'],
    strict: ['a=x', 'a=x f/', 'f/a=x'],
  },
  {
    what: 'a new file in a new folder, both synced, but not where the folder is',
    deed: async (disk) => {
      await disk.makeFolder(at('f'));
      await writeSynced(disk, 'f/a', 'x');
      await disk.syncFolder(at('f'));
    },
    ordered: ['f/a=x'],
    strict: ['', 'f/a=x'],
  },
  {
    what: 'a folder that was emptied and removed',
    before: ({ person }) => person.writeDeep(at('f/a'), bytes('x')),
    deed: ({ person }) => {
      person.rename(at('f/a'), at('a'));
      person.removeFolder(at('f'));
    },
    ordered: ['a=x', 'a=x f/', 'f/a=x'],
    strict: ['a=x', 'a=x f/', 'f/a=x'],
  },
  {
    what: 'moves of folders that would make a ring in another order',
    before: ({ person }) => person.writeDeep(at('a/b/x'), bytes('x')),
    deed: ({ person }) => {
      person.rename(at('a/b'), at('b'));
      person.rename(at('a'), at('b/a'));
    },
    ordered: ['a/ b/x=x', 'a/b/x=x', 'b/a/ b/x=x'],
    strict: ['a/ b/x=x', 'a/b/x=x', 'b/a/ b/x=x'],
  },
];

describe.each(['ordered', 'strict'] as const)('a power cut on a disk that is %s', (profile) => {
  test.each(cases)('leaves exactly these states of $what', async ({ before, deed, ...expected }) => {
    const states = await statesAfter(profile, before ?? (() => undefined), deed);
    expect(states).toEqual([...expected[profile]].sort());
  });

  test('may take new attributes back, but not those of a handle that was synced', async () => {
    const executables = new Set<string>();
    for (const choice of [0, 1]) {
      const disk = freshDisk();
      const file = await disk.createFile(at('synced'));
      await file.setAttributes({ executable: true, mtimeMs: 5 });
      await file.sync();
      disk.person.write(at('a'), bytes(''));
      disk.writeBack();
      await disk.setAttributes(at('a'), { executable: true, mtimeMs: 6 });
      disk.powerCut(profile, () => choice);
      expect(await disk.look(at('synced'))).toMatchObject({ executable: true, mtimeMs: 5 });
      const node = await disk.look(at('a'));
      executables.add(`${node?.executable} ${node?.mtimeMs === 6}`);
    }
    expect([...executables].sort()).toEqual(['false false', 'true true']);
  });

  test('ends every handle, and the disk goes on', async () => {
    const disk = freshDisk();
    const [writer, theirs] = [await disk.createFile(at('a')), disk.person.open(at('b'))];
    const reader = await disk.openForRead(at('a'));
    disk.powerCut(profile, (n) => n - 1);
    for (const ended of [writer.write(bytes('x'), 0), writer.sync(), reader.stat(), reader.close()]) {
      await expect(ended).rejects.toEqual(withFault('io'));
    }
    expect(() => theirs.append(bytes('x'))).toThrow(withFault('io'));
    await writeSynced(disk, 'c', 'new life');
    expect(await disk.look(at('c'))).not.toBeNull();
  });

  test('may lose what a failed sync was to write, however often it is synced again', async () => {
    const disk = freshDisk();
    const file = await disk.createFile(at('a'));
    await disk.syncFolder(TOP);
    await file.write(bytes('aaaa'), 0);
    disk.damage(at('a'), 'sync');
    await expect(file.sync()).rejects.toEqual(withFault('io'));
    disk.damage(at('a'), 'none');
    await expect(file.sync()).rejects.toEqual(withFault('io'));
    disk.person.open(at('a')).sync();
    expect(disk.person.read(at('a'))).toEqual(bytes('aaaa'));
    disk.powerCut(profile, () => 0);
    expect(disk.person.read(at('a'))).toEqual(bytes(''));
  });

  test('never takes what was synced, and leaves names and links that belong together', async () => {
    const property = fc.asyncProperty(
      ...([diskScript, diskScript, fc.infiniteStream(fc.nat()), fc.boolean()] as const),
      async (before, after, numbers, reusesInodes) => {
        const disk = new MemoryDisk({ clock: new FakeClock(), blockBytes: 4, reusesInodes });
        const played = new PlayedDisk(disk, disk.person);
        for (const step of [...FIRST_STEPS, ...before]) await played.play(step);
        await disk.makeFolder(at('kept'));
        await writeSynced(disk, 'kept/file', 'kept');
        await disk.syncFolder(at('kept'));
        await disk.syncFolder(TOP);
        for (const step of after) await played.play(step);
        disk.powerCut(profile, (n) => (numbers.next().value ?? 0) % n);
        expect(disk.person.read(at('kept/file'))).toEqual(bytes('kept'));
        await expectWhole(disk);
        for (const step of before) await new PlayedDisk(disk, disk.person).play(step);
        await expectWhole(disk);
      },
    );
    await fc.assert(property, { seed: 7, numRuns: 150 });
  });
});

async function expectWhole(disk: MemoryDisk): Promise<void> {
  const seen = await everythingOn(disk);
  const names = Map.groupBy(seen, ({ inode }) => inode);
  for (const { path, inode, summary } of seen) {
    const links = /links (\d+)/.exec(summary)?.[1] ?? '1';
    expect([path, names.get(inode)?.length]).toEqual([path, Number(links)]);
  }
}

test('in order, names are after a power cut what they were at some moment since the last sync', async () => {
  const oneChange = (step: DiskStep) => step.do !== 'personSaves';
  const property = fc.asyncProperty(diskScript, fc.nat(), async (script, number) => {
    const disk = freshDisk();
    const played = new PlayedDisk(disk, disk.person);
    const moments: string[] = [];
    for (const step of [...FIRST_STEPS, ...script].filter(oneChange)) {
      moments.push(await namesOn(disk));
      await played.play(step);
    }
    moments.push(await namesOn(disk));
    disk.powerCut('ordered', (n) => number % n);
    expect(moments).toContain(await namesOn(disk));
  });
  await fc.assert(property, { seed: 8, numRuns: 150 });
});

async function namesOn(disk: MemoryDisk): Promise<string> {
  return (await everythingOn(disk)).map(({ path, inode }) => `${path} ${inode}`).join('\n');
}

test('a process that is killed leaves all that it did, and the handles of others', async () => {
  const disk = freshDisk();
  const file = await disk.createFile(at('a'));
  await file.write(bytes('aaaa'), 0);
  const theirs = disk.person.open(at('a'));
  disk.processKill();
  await expect(file.write(bytes('b'), 0)).rejects.toEqual(withFault('io'));
  theirs.append(bytes('b'));
  expect(disk.person.read(at('a'))).toEqual(bytes('aaaab'));
});
