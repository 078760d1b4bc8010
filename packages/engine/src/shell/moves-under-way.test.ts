// Moves that are cut short between their two names.

import type { EntryId } from '@tidesync/shared/ids';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MoveUnderWay } from '../ports/journal.ts';
import { at, ShellBench, writeNew } from '../testing/shell-bench.ts';

let bench: ShellBench;
const opened = async (): Promise<ShellBench> => {
  const one = await ShellBench.open();
  for (const folder of ['x', 'y']) await one.disk.makeFolder(at(folder));
  await one.write('a', 'first');
  await one.write('b', 'other');
  one.start();
  await one.settle();
  return one;
};
beforeEach(async () => {
  bench = await opened();
});
afterEach(() => bench.stop());

const filesOf = async (one: ShellBench) =>
  Object.fromEntries(Object.entries(await one.files()).filter(([name]) => !name.endsWith('/')));
const asideOf = async (one: ShellBench) =>
  Object.keys(await one.everything()).filter((name) => /^\.tidesync\/aside\/./.test(name));

/** Kills the engine before each of its changes in turn, and lets it start again after `then`. */
async function killedAnywhere(
  theirs: (one: ShellBench) => Promise<void>,
  then: (one: ShellBench) => Promise<void> | void,
  check: (one: ShellBench, crashAt: number) => Promise<void>,
): Promise<void> {
  let kills = 0;
  for (let isOver = false, crashAt = 1; !isOver; crashAt++) {
    const one = await opened();
    await theirs(one);
    one.calls = 0;
    one.crashAt = crashAt;
    await one.settle();
    isOver = !one.isCrashed;
    if (!isOver) kills++;
    await then(one);
    await one.restart();
    await one.settle();
    expect([crashAt, await asideOf(one), one.journal.movesUnderWay()]).toEqual([crashAt, [], []]);
    await check(one, crashAt);
    expect([crashAt, await one.isSynced()]).toEqual([crashAt, true]);
    await one.stop();
  }
  expect(kills).toBeGreaterThan(5);
}

describe('[T20] a move that is cut short anywhere, while others go on with the file,', () => {
  const swapThere = ({ library }: ShellBench) => {
    library.move('a', 'between');
    library.move('b', 'a');
    library.move('between', 'b');
  };
  const moves: [string, (one: ShellBench) => void, (one: ShellBench) => void, Record<string, string>][] = [
    [
      'to another folder, and moved on',
      ({ library }) => library.move('a', 'x/c'),
      ({ library }) => library.move('x/c', 'y/d'),
      { 'y/d': 'first', b: 'other' },
    ],
    [
      'and moved back',
      ({ library }) => library.move('a', 'x/c'),
      ({ library }) => library.move('x/c', 'a'),
      { a: 'first', b: 'other' },
    ],
    [
      'to another name, and moved on',
      ({ library }) => library.move('a', 'c'),
      ({ library }) => library.move('c', 'd'),
      { d: 'first', b: 'other' },
    ],
    [
      'and deleted',
      ({ library }) => library.move('a', 'x/c'),
      ({ library }) => library.remove('x/c'),
      { b: 'other' },
    ],
    [
      'out of the way of another one, and moved on',
      swapThere,
      ({ library }) => library.move('b', 'x/e'),
      { a: 'other', 'x/e': 'first' },
    ],
    ['out of the way of another one, and back', swapThere, swapThere, { a: 'first', b: 'other' }],
  ];

  test.each(moves)('%s, is finished, and the file has one name', { timeout: 60_000 }, async (...row) => {
    const [, theirs, then, end] = row;
    await killedAnywhere(
      async (one) => theirs(one),
      then,
      async (one, crashAt) => expect([crashAt, await filesOf(one)]).toEqual([crashAt, end]),
    );
  });

  test('to a conflict copy, is finished, and there is one of it', { timeout: 60_000 }, async () => {
    await killedAnywhere(
      async (one) => {
        await one.write('a', 'mine');
        await one.library.write('a', 'theirs');
      },
      ({ library }) => library.move('a', 'x/c'),
      async (one, crashAt) => {
        const files = await filesOf(one);
        const copies = Object.keys(files).filter((name) => files[name] === 'mine');
        expect([crashAt, files['x/c'], copies.length]).toEqual([crashAt, 'theirs', 1]);
      },
    );
  });
});

/** Kills the engine as it is about to do that while it moves `a` to `x/c`, as the server has it. */
async function killInMove(isHit: (operation: string, path: string) => boolean): Promise<void> {
  bench.library.move('a', 'x/c');
  bench.onDisk = (operation, path) => {
    if (isHit(operation, path)) bench.crashAt = bench.calls + 1;
    return null;
  };
  await bench.settle();
  expect(bench.isCrashed).toBe(true);
  bench.onDisk = null;
}

/** After this call the file has both names. */
const linked = (operation: string, path: string) => operation === 'link' && path === 'a';
/** After this one nothing but the old name is left to go, which lies aside. */
const madeSafe = (operation: string, path: string) =>
  operation === 'syncFolder' && path === '' && bench.journal.movesUnderWay().length > 0;

async function backAgain(): Promise<Record<string, string>> {
  await bench.restart();
  await bench.settle();
  expect([await asideOf(bench), bench.journal.movesUnderWay(), await bench.isSynced()]).toEqual([
    [],
    [],
    true,
  ]);
  return filesOf(bench);
}

const texts = (files: Record<string, string>) => Object.values(files).sort();

describe('[T21] no name goes without proof:', () => {
  test('a save by rename at the old name stays, beside the file under its new one', async () => {
    await killInMove(linked);
    await bench.saveByRename('a', 'saved');
    expect(await backAgain()).toEqual({ a: 'saved', b: 'other', 'x/c': 'first' });
  });

  test('a save by rename at the new name stays, and so does what has the old one', async () => {
    await killInMove(linked);
    await bench.saveByRename('x/c', 'saved');
    expect(texts(await backAgain())).toEqual(['first', 'other', 'saved']);
  });

  test('what is written in place under either name is in the one that is left', async () => {
    await killInMove(linked);
    await bench.disk.overwrite(at('a'), new TextEncoder().encode('written'));
    expect(await backAgain()).toEqual({ b: 'other', 'x/c': 'written' });
  });

  test('what is saved by rename just before the link has both names, and is left with the new one', async () => {
    let isSaved = false;
    await killInMove((operation, path) => {
      if (operation === 'rename' && path === 'a' && !isSaved) {
        isSaved = true;
        bench.disk.person.write(at('saved'), new TextEncoder().encode('saved'));
        bench.disk.person.rename(at('saved'), at('a'));
      }
      return linked(operation, path);
    });
    expect(await filesOf(bench)).toEqual({ a: 'saved', b: 'other', 'x/c': 'saved' });
    bench.library.move('x/c', 'y/d');
    expect(await backAgain()).toEqual({ b: 'other', 'y/d': 'saved' });
  });

  test('a save by rename at the old name, just as that one is taken away, stays', async () => {
    await killInMove(linked);
    let isSaved = false;
    bench.onDisk = async (operation, path) => {
      if (operation === 'rename' && path === 'a' && !isSaved) {
        isSaved = true;
        await bench.saveByRename('a', 'saved');
      }
      return null;
    };
    expect(await backAgain()).toEqual({ a: 'saved', b: 'other', 'x/c': 'first' });
  });

  test('a later file that has the number of the one that was to move is not that one', async () => {
    await bench.stop();
    const { id } = bench.library.at('b');
    const inode = (await bench.disk.look(at('b')))?.stamp.inode ?? '';
    bench.journal.noteMove({
      ...{ id: bench.library.at('a').id as EntryId, from: at('a'), to: at('b'), into: bench.journal.topId },
      ...{ as: { is: 'move' }, inode, birthtimeNs: '1', links: 1 },
    });
    await bench.disk.unlink(at('a'));
    expect(await backAgain()).toEqual({ b: 'other' });
    expect(bench.library.at('b').id).toBe(id);
  });

  test('a name that the file had before, elsewhere, stays, and counts for nothing', async () => {
    await bench.disk.link(at('a'), at('.tidesync/elsewhere'));
    await bench.settle();
    await killInMove(linked);
    await bench.disk.unlink(at('.tidesync/elsewhere'));
    expect(texts(await backAgain())).toEqual(['first', 'first', 'other']);
  });

  test('one that a person has given the file before it got its new one stays', async () => {
    await killInMove((operation, path) => operation === 'rename' && path === 'a');
    expect(await filesOf(bench)).toEqual({ a: 'first', b: 'other' });
    await bench.disk.link(at('a'), at('y/mine'));
    expect(await backAgain()).toEqual({ 'x/c': 'first', b: 'other', 'y/mine': 'first' });
  });

  test('two spellings of one name are not two names, whatever names the file has elsewhere', async () => {
    const one = await ShellBench.open({ names: 'caseInsensitive' });
    await one.write('a', 'first');
    one.start();
    await one.settle();
    await one.stop();
    const { stamp } = (await one.disk.look(at('a'))) ?? { stamp: null };
    await one.disk.link(at('a'), at('.tidesync/elsewhere'));
    const { topId } = one.journal;
    const id = one.library.at('a').id as EntryId;
    const file = { inode: stamp?.inode ?? '', birthtimeNs: stamp?.birthtimeNs ?? '', links: 1 };
    const move: MoveUnderWay = { id, from: at('a'), to: at('A'), into: topId, as: { is: 'move' }, ...file };
    one.journal.noteMove(move);
    one.start();
    await one.settle();
    expect([await one.files(), one.journal.movesUnderWay()]).toEqual([{ a: 'first' }, []]);
    await one.stop();
  });

  test.each([
    ['is removed', async () => bench.disk.unlink(at('x/c')), ['first', 'other']],
    [
      'is saved over by rename',
      async () => {
        await writeNew(bench.disk, 'x/new', 'saved');
        await bench.disk.rename(at('x/new'), at('x/c'));
      },
      ['first', 'other', 'saved'],
    ],
  ] as const)('it is asked for in the last moment: the new name %s', async (_what, deed, end) => {
    await killInMove(linked);
    let isDone = false;
    bench.onDisk = async (operation, path) => {
      if (operation === 'syncFolder' && path === 'x' && !isDone) {
        isDone = true;
        await deed();
      }
      return null;
    };
    expect(texts(await backAgain())).toEqual(end);
    expect(isDone).toBe(true);
  });
});

describe('[T22] where only the old name is left to go, and the new one was moved on by its person,', () => {
  test.each(['x/d', 'y/d', 'd'])('the file is at %s and nowhere else', async (to) => {
    await killInMove(madeSafe);
    expect([await filesOf(bench), await asideOf(bench)]).toEqual([
      { b: 'other', 'x/c': 'first' },
      [expect.stringContaining('aside')],
    ]);
    await bench.disk.rename(at('x/c'), at(to));
    const id = bench.library.at('x/c').id;
    expect(await backAgain()).toEqual({ b: 'other', [to]: 'first' });
    expect(bench.library.at(to).id).toBe(id);
  });

  test('and with a folder above it', async () => {
    await killInMove(madeSafe);
    await bench.disk.rename(at('x'), at('y/z'));
    expect(await backAgain()).toEqual({ b: 'other', 'y/z/c': 'first' });
  });

  test('or removed by its person: it is back', async () => {
    await killInMove(madeSafe);
    await bench.disk.unlink(at('x/c'));
    expect(texts(await backAgain())).toEqual(['first', 'other']);
  });
});

test('[T23] while the disk takes neither of two names away, none is a new file, and the folder says why', async () => {
  bench.library.move('a', 'x/c');
  const head = bench.library.headSeq;
  let fails = true;
  bench.onDisk = (operation, path) => {
    const isMove = operation === 'rename' && path === 'a' && bench.journal.movesUnderWay().length > 0;
    return fails && isMove ? 'io' : null;
  };
  bench.root?.rescan();
  await bench.pass(20_000);
  expect(await filesOf(bench)).toEqual({ a: 'first', b: 'other', 'x/c': 'first' });
  bench.library.move('x/c', 'y/d');
  bench.root?.rescan();
  await bench.pass(20_000);
  expect([bench.library.headSeq, bench.root?.idle]).toEqual([head + 1, false]);
  expect(bench.journal.troubles()).toMatchObject([{ path: 'a', trouble: { code: 'ioError' } }]);
  fails = false;
  await bench.pass(10_000);
  await bench.settle();
  expect([await filesOf(bench), bench.journal.troubles()]).toEqual([{ b: 'other', 'y/d': 'first' }, []]);
  expect([bench.library.headSeq, await bench.isSynced()]).toEqual([head + 1, true]);
});

test('[T23] nor is what was saved just before its link, and got the new name', async () => {
  await bench.write('a', 'mine');
  await bench.library.write('a', 'theirs');
  let isSaved = false;
  let fails = true;
  bench.onDisk = async (operation, path) => {
    if (path !== 'a' || bench.journal.movesUnderWay().length === 0) return null;
    if (operation === 'link' && !isSaved) {
      isSaved = true;
      await writeNew(bench.disk, 'new', 'saved');
      await bench.disk.rename(at('new'), at('a'));
    }
    return fails && operation === 'rename' ? 'io' : null;
  };
  bench.root?.rescan();
  await bench.pass(20_000);
  expect([isSaved, texts(await filesOf(bench))]).toEqual([true, ['other', 'saved', 'saved']]);
  const here = [...bench.journal.allIds()].filter((id) => bench.journal.get(id).local.is === 'present');
  expect(here.length).toBe(4);
  fails = false;
  await bench.pass(10_000);
  await bench.settle();
  expect([texts(await filesOf(bench)), await asideOf(bench)]).toEqual([['other', 'saved', 'theirs'], []]);
  expect([bench.library.paths().length, await bench.isSynced()]).toEqual([5, true]);
});

test('[T23] nor does the old name come back while the disk keeps it aside', async () => {
  await killInMove(madeSafe);
  bench.onDisk = (operation, path) =>
    operation === 'unlink' && path.startsWith('.tidesync/aside/') ? 'busy' : null;
  await bench.restart();
  await bench.pass(20_000);
  expect([await filesOf(bench), bench.root?.idle]).toEqual([{ b: 'other', 'x/c': 'first' }, false]);
  expect(bench.journal.troubles()).toMatchObject([{ trouble: { code: 'busy' } }]);
  bench.onDisk = null;
  await bench.pass(10_000);
  await bench.settle();
  expect([await filesOf(bench), await asideOf(bench)]).toEqual([{ b: 'other', 'x/c': 'first' }, []]);
  expect([bench.journal.troubles(), await bench.isSynced()]).toEqual([[], true]);
});

test('[T20] a move of which only the old name stays aside for a while is through, and is told once', async () => {
  let fails = 1;
  bench.onDisk = (operation, path) =>
    operation === 'unlink' && path.startsWith('.tidesync/aside/') && fails-- > 0 ? 'busy' : null;
  bench.library.move('a', 'x/c');
  await bench.settle();
  expect([await filesOf(bench), await asideOf(bench)]).toEqual([{ b: 'other', 'x/c': 'first' }, []]);
  const told = bench.journal.activity(10).filter(({ kind }) => kind === 'movedHere');
  expect([fails < 1, told.length, bench.journal.movesUnderWay()]).toEqual([true, 1, []]);
});

test('[T20] a move that is finished is told as any other', async () => {
  await killInMove(linked);
  await backAgain();
  const [told] = bench.journal.activity(10).filter(({ kind }) => kind === 'movedHere');
  expect(told).toMatchObject({ path: 'x/c', detail: 'a' });
});

test('[T20] nothing is noted any more once a move is through, and nothing for a folder', async () => {
  const noted = new Set<string>();
  let atRounds = 0;
  bench.onDisk = (operation) => {
    const moves = bench.journal.movesUnderWay();
    for (const { to } of moves) noted.add(to);
    if (operation === 'root') atRounds += moves.length;
    return null;
  };
  bench.library.move('a', 'x/c');
  bench.library.move('y', 'z');
  await bench.settle();
  expect([[...noted], atRounds, bench.journal.movesUnderWay()]).toEqual([['x/c'], 0, []]);
});
