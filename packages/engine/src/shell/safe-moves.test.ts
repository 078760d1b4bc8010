import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DiskNode } from '../ports/disk.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { forEveryChoice } from '../testing/next-choices.ts';
import { at, hooked, readText, textsOf, writeNew } from '../testing/shell-bench.ts';
import { makeOwnFolders } from './root-folder.ts';
import { expectNode, MovedUnderUs, moveWithoutReplacing, putBack, trashPathFor } from './safe-moves.ts';

const label = { deviceName: 'desk', today: '2026-01-02' };
const id = '11111111-0000-4000-8000-000000000001' as EntryId;
const into = '22222222-0000-4000-8000-000000000002' as EntryId;
const note = () => undefined;
let disk: MemoryDisk;
beforeEach(async () => {
  disk = new MemoryDisk({ clock: new FakeClock() });
  await makeOwnFolders(disk);
});

/** Every call of `work`, each time on a fresh disk, with `deed` just before it. */
async function atEveryCall(
  prepare: (on: MemoryDisk) => Promise<void>,
  work: (on: MemoryDisk) => Promise<unknown>,
  deed: (on: MemoryDisk) => Promise<void>,
): Promise<MemoryDisk[]> {
  const ends: MemoryDisk[] = [];
  for (let number = 0; ; number++) {
    const fresh = new MemoryDisk({ clock: new FakeClock() });
    await makeOwnFolders(fresh);
    await prepare(fresh);
    let calls = 0;
    const watched = hooked(fresh, async () => {
      if (calls++ === number) await deed(fresh);
    });
    await work(watched).catch(() => undefined);
    if (calls <= number) return ends;
    ends.push(fresh);
  }
}

describe('a move', () => {
  const prepare = (on: MemoryDisk) => writeNew(on, 'a', 'old');
  const move = (on: MemoryDisk) =>
    moveWithoutReplacing(on, { id, into, from: at('a'), to: at('b'), label, note });

  test('[T14] keeps what is saved by rename at its old name at any moment, under one name', async () => {
    const ends = await atEveryCall(prepare, move, async (on) => {
      const name = (await on.look(at('a'))) === null ? 'b' : 'a';
      await writeNew(on, 'made', 'new');
      await on.rename(at('made'), at(name));
    });
    for (const end of ends)
      expect(Object.values(await textsOf(end)).filter((text) => text === 'new')).toHaveLength(1);
    expect(ends.length).toBeGreaterThan(5);
  });

  test('[S56] keeps what is saved twice at any moments, on a disk that uses the number of a file again', async () => {
    const CALLS = 12;
    for (let first = 0; first < CALLS; first++) {
      for (let second = first; second < CALLS; second++) {
        const fresh = new MemoryDisk({ clock: new FakeClock(), reusesInodes: true });
        await makeOwnFolders(fresh);
        await prepare(fresh);
        const save = async (text: string) => {
          const name = (await fresh.look(at('a'))) === null ? 'b' : 'a';
          await writeNew(fresh, 'made', text);
          await fresh.rename(at('made'), at(name));
        };
        let calls = 0;
        const watched = hooked(fresh, async () => {
          const number = calls++;
          if (number === first) await save('new');
          if (number === second) await save('newest');
        });
        await move(watched).catch(() => undefined);
        if (calls > second)
          expect(Object.values(await textsOf(fresh)), `${first}, ${second}`).toContain('newest');
      }
    }
  });

  test('keeps what takes its goal at any moment', async () => {
    const ends = await atEveryCall(prepare, move, async (on) => {
      if ((await on.look(at('b'))) === null) await writeNew(on, 'b', 'new');
    });
    for (const end of ends) expect(Object.values(await textsOf(end))).toContain('old');
  });

  test.each([
    ['a folder that is safe on the disk', true],
    ['[S60] a folder that somebody has just made', false],
  ])('into %s loses nothing, whatever a power cut at any call keeps of the changes', async (_, isSafe) => {
    for (let number = 0, isOver = false; !isOver; number++) {
      await forEveryChoice(async (choose) => {
        const fresh = new MemoryDisk({ clock: new FakeClock() });
        await makeOwnFolders(fresh);
        if (isSafe) await fresh.makeFolder(at('docs'));
        await prepare(fresh);
        fresh.writeBack();
        if (!isSafe) await fresh.makeFolder(at('docs'));
        let calls = 0;
        const killed = hooked(fresh, async () => {
          if (calls++ >= number) throw new Error('killed');
        });
        await moveWithoutReplacing(killed, { id, into, from: at('a'), to: at('docs/b'), label, note }).catch(
          () => undefined,
        );
        isOver = calls <= number;
        fresh.powerCut('strict', choose);
        expect([number, Object.values(await textsOf(fresh, ''))]).toEqual([
          number,
          expect.arrayContaining(['old']),
        ]);
      });
    }
  });

  test('that was cut short between its two names is finished by the next try', async () => {
    await writeNew(disk, 'a', 'old');
    await disk.link(at('a'), at('b'));
    await moveWithoutReplacing(disk, { id, into, from: at('a'), to: at('b'), label, note });
    expect(await textsOf(disk)).toEqual({ b: 'old' });
  });

  test('[S56] keeps what takes its goal under the number of the file that a save has replaced', async () => {
    disk = new MemoryDisk({ clock: new FakeClock(), reusesInodes: true });
    await makeOwnFolders(disk);
    await writeNew(disk, 'a', 'old');
    const watched = hooked(disk, async (operation, path) => {
      if (operation === 'rename' && path === 'a' && (await disk.look(at('b'))) === null) {
        await writeNew(disk, 'made', 'new');
        await disk.rename(at('made'), at('a'));
      }
      if (operation === 'link' && path === 'a') await writeNew(disk, 'b', 'theirs');
    });
    const moved = moveWithoutReplacing(watched, { id, into, from: at('a'), to: at('b'), label, note });
    await expect(moved).rejects.toMatchObject({ fault: 'exists' });
    expect(await textsOf(disk)).toEqual({ a: 'new', b: 'theirs' });
  });

  test('leaves one name on a disk that says of every file that it has one', async () => {
    await writeNew(disk, 'a', 'old');
    const uncounted = new Proxy(disk, {
      get(target, key) {
        const value = Reflect.get(target, key, target) as unknown;
        if (typeof value !== 'function') return value;
        if (key !== 'look') return value.bind(target);
        return async (path: RelPath) => {
          const node = await target.look(path);
          return node === null ? null : { ...node, links: 1 };
        };
      },
    });
    await moveWithoutReplacing(uncounted, { id, into, from: at('a'), to: at('b'), label, note });
    expect(await textsOf(disk)).toEqual({ b: 'old' });
  });

  test('does not put a folder over another one, or over a file', async () => {
    for (const folder of ['x', 'y']) await disk.makeFolder(at(folder));
    const moved = moveWithoutReplacing(disk, { id, into, from: at('x'), to: at('y'), label, note });
    await expect(moved).rejects.toMatchObject({ fault: 'exists' });
  });

  test('to another spelling of one name never removes that name, whatever links the file has elsewhere', async () => {
    await writeNew(disk, 'a', 'text');
    await disk.link(at('a'), at('elsewhere'));
    const folding = foldingDisk(disk);
    await moveWithoutReplacing(folding, { id, into, from: at('a'), to: at('A'), label, note });
    expect(Object.keys(await textsOf(disk)).map((name) => name.toLowerCase())).toContain('a');
  });
});

/** A disk for which `a` and `A` are one name, as far as a move of it asks. */
function foldingDisk(inner: MemoryDisk): MemoryDisk {
  const known = (path: unknown) => (path === 'A' ? at('a') : path);
  return new Proxy(inner, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (key === 'rename' && known(args[0]) === 'a' && args[1] === 'A') return Promise.resolve();
        return value.apply(target, args.map(known));
      };
    },
  });
}

describe('what came out of a step', () => {
  test('is put back beside what took its path, under the first free name', async () => {
    for (const name of ['a.txt', 'a (conflict from desk, 2026-01-02).txt']) await writeNew(disk, name, name);
    await writeNew(disk, '.tidesync/aside/x', 'work');
    const where = await putBack(disk, at('.tidesync/aside/x'), { path: at('a.txt'), label });
    expect(where).toBe('a (conflict from desk, 2026-01-02) 2.txt');
    expect(await readText(disk, where)).toBe('work');
  });

  test('is put back whole where somebody made a folder in the place of a file', async () => {
    await disk.makeFolder(at('.tidesync/aside/x'));
    await writeNew(disk, '.tidesync/aside/x/inside', 'work');
    await putBack(disk, at('.tidesync/aside/x'), { path: at('a'), label });
    expect(await textsOf(disk)).toEqual({ 'a/': '', 'a/inside': 'work' });
  });
});

describe('the trash', () => {
  const place = (path: string) => trashPathFor(disk, at(path), { day: '2026-01-02', tag: 'tag' });

  test('keeps old paths, and replaces nothing that lies there', async () => {
    const first = await place('x/a');
    expect(first).toBe('.tidesync/trash/2026-01-02/x/a');
    await writeNew(disk, first, '1');
    const second = await place('x/a');
    expect(second).toBe('.tidesync/trash/2026-01-02/tag-1/a');
    await writeNew(disk, second, '2');
    expect(await place('x/a')).toBe('.tidesync/trash/2026-01-02/tag-2/a');
  });

  test('finds a place where a file lies in the way of a folder', async () => {
    await writeNew(disk, await place('x'), 'a file called x');
    expect(await place('x/a')).toBe('.tidesync/trash/2026-01-02/tag-1/a');
  });
});

describe('a look before a step', () => {
  let node: DiskNode;
  beforeEach(async () => {
    await writeNew(disk, 'a', 'old!');
    node = (await disk.look(at('a'))) as DiskNode;
  });

  test.each<[string, () => Promise<unknown>]>([
    ['other bytes of the same length', () => disk.overwrite(at('a'), new TextEncoder().encode('new!'))],
    ['other attributes', () => disk.setAttributes(at('a'), { executable: true, mtimeMs: node.mtimeMs })],
    [
      'another file',
      async () => {
        await disk.unlink(at('a'));
        await writeNew(disk, 'a', 'old!');
      },
    ],
    [
      'a folder',
      async () => {
        await disk.unlink(at('a'));
        await disk.makeFolder(at('a'));
      },
    ],
    ['nothing', () => disk.unlink(at('a'))],
  ])('sees %s', async (_what, change) => {
    await expectNode(disk, at('a'), node);
    await change();
    await expect(expectNode(disk, at('a'), node)).rejects.toBeInstanceOf(MovedUnderUs);
  });
});
