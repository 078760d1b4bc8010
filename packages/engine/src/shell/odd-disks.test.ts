// Whole rounds on disks that take other names for the same than Linux does, refuse names, or keep coarse times.

import type { EntryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import { afterEach, describe, expect, test } from 'vitest';
import { localPathOf } from '../core/path-of.ts';
import type { Watcher, WatchHint } from '../ports/watcher.ts';
import type { DiskModes } from '../testing/disk-modes.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

let bench: ShellBench;
afterEach(() => bench.stop());

async function open(modes: Partial<DiskModes>): Promise<void> {
  bench = await ShellBench.open(modes);
  bench.start();
  await bench.settle();
}

const onServer = () => bench.library.paths();
const troubleAt = (path: string) => bench.journal.troubleAt(at(path))?.trouble.code ?? null;
const textsHere = async () =>
  Object.values(await bench.files())
    .filter((text) => text !== '')
    .sort();

const NFC = 'caf\u00e9';
const NFD = 'cafe\u0301';
const insensitive: Partial<DiskModes> = { names: 'caseInsensitive' };

describe.each<[string, Partial<DiskModes>, string, string]>([
  ['that does not tell cases apart', insensitive, 'A.txt', 'a.txt'],
  ['that does not tell Unicode forms apart', { unicode: 'nfcInsensitive' }, NFC, NFD],
  ['that stores all names decomposed', { unicode: 'nfdStored' }, NFC, NFD],
  ['of Windows', { windows: true }, 'A.txt', 'a.txt'],
])('on a disk %s', (_what, modes, first, second) => {
  test('[S13] of two names that are one here, one is here and the other is shown; both stay there', async () => {
    await open(modes);
    await bench.library.make(first, { text: 'first' });
    await bench.library.make(second, { text: 'second' });
    await bench.settle();
    expect(onServer()).toEqual([first, second].sort());
    expect(await textsHere()).toHaveLength(1);
    const [here] = await textsHere();
    const heldName = here === 'first' ? second : first;
    expect(troubleAt(heldName)).toBe('nameClash');
    const before = bench.library.headSeq;
    await bench.restart();
    await bench.settle();
    expect([bench.library.headSeq, await textsHere()]).toEqual([before, [here]]);
  });

  test('[S13] an edit goes to the one that is here, and the other one comes when its name is free', async () => {
    await open(modes);
    await bench.library.make(first, { text: 'first' });
    await bench.settle();
    await bench.library.make(second, { text: 'second' });
    await bench.settle();
    await bench.write(first, 'edited');
    await bench.settle();
    expect(onServer()).toEqual([first, second].sort());
    await bench.library.write(second, 'second again');
    await bench.settle();
    expect(await textsHere()).toEqual(['edited']);
    bench.library.move(first, 'elsewhere');
    await bench.settle();
    expect(await textsHere()).toEqual(['edited', 'second again']);
    expect([onServer(), bench.journal.troubles()]).toEqual([['elsewhere', second].sort(), []]);
  });

  test('[S13] what is made here beside a name that differs there is kept, and nothing is renamed there', async () => {
    await open(modes);
    await bench.library.make(first, { text: 'theirs' });
    await bench.write(second, 'mine');
    await bench.settle();
    const kept = await Promise.all(
      [...bench.library.live()].map(async ([, { body }]) => (body.kind === 'file' ? body.contentId : null)),
    );
    expect(new Set(kept).size).toBe(2);
    expect(onServer()).toContain(first);
    expect(await textsHere()).toContain('mine');
  });

  test('[S13] a folder that clashes is held with all that is in it, and nothing in it counts as deleted', async () => {
    await open(modes);
    for (const [name, text] of [
      [first, 'in the first'],
      [second, 'in the second'],
    ] as const) {
      await bench.library.make(name, 'folder');
      await bench.library.make(`${name}/inside`, { text });
      await bench.settle();
    }
    expect(await textsHere()).toEqual(['in the first']);
    expect(onServer()).toEqual([`${first}/`, `${first}/inside`, `${second}/`, `${second}/inside`].sort());
    expect(troubleAt(second)).toBe('nameClash');
    await bench.restart();
    await bench.settle();
    expect(onServer()).toHaveLength(4);
  });

  test('[S13] another spelling of the same name, given here or there, keeps the entry and its content', async () => {
    await open(modes);
    await bench.library.make(first, { text: 'text' });
    await bench.settle();
    const { id } = bench.library.at(first);
    bench.library.move(first, second);
    await bench.settle();
    expect([onServer(), await textsHere(), bench.library.at(second).id]).toEqual([[second], ['text'], id]);
    const before = bench.library.headSeq;
    await bench.disk.rename(at(second), at('between'));
    await bench.disk.rename(at('between'), at(first));
    await bench.settle();
    expect([await textsHere(), onServer().length]).toEqual([['text'], 1]);
    expect(bench.library.live()[0]?.[0]).toBe(id);
    await bench.restart();
    await bench.settle();
    expect(bench.library.headSeq - before).toBeLessThanOrEqual(1);
  });
});

test('[S13] a name that only changes its case here changes it there', async () => {
  await open(insensitive);
  await bench.write('readme', 'text');
  await bench.settle();
  const { id } = bench.library.at('readme');
  await bench.disk.rename(at('readme'), at('README'));
  await bench.settle();
  expect([onServer(), bench.library.at('README').id]).toEqual([['README'], id]);
  expect(await bench.files()).toEqual({ README: 'text' });
});

test('[S13] a folder whose name only changes its case keeps its entry, with all that is in it', async () => {
  await open(insensitive);
  await bench.disk.makeFolder(at('docs'));
  await bench.write('docs/a', 'text of a');
  await bench.settle();
  const [folder, file, before] = [
    bench.library.at('docs').id,
    bench.library.at('docs/a').id,
    bench.library.headSeq,
  ];
  await bench.disk.rename(at('docs'), at('Docs'));
  await bench.settle();
  expect([onServer(), bench.library.headSeq]).toEqual([['Docs/', 'Docs/a'], before + 1]);
  expect([bench.library.at('Docs').id, bench.library.at('Docs/a').id]).toEqual([folder, file]);
  bench.library.move('Docs', 'DOCS');
  await bench.settle();
  expect(await bench.files()).toEqual({ 'DOCS/': '', 'DOCS/a': 'text of a' });
  expect(await bench.isSynced()).toBe(true);
});

test('[S13] a disk that stores names decomposed never renames them there, whatever it shows', async () => {
  await open({ unicode: 'nfdStored' });
  await bench.library.make(NFC, { text: 'theirs' });
  await bench.settle();
  const before = bench.library.headSeq;
  for (let scan = 0; scan < 3; scan++) {
    await bench.restart();
    await bench.settle();
  }
  expect([onServer(), bench.library.headSeq]).toEqual([[NFC], before]);
  await bench.write(NFC, 'edited');
  await bench.settle();
  expect(onServer()).toEqual([NFC]);
  expect(await bench.isSynced()).toBe(false); // the disk spells it otherwise, and that is all
  expect(bench.journal.countEntries().dirty).toBe(0);
});

test('[S12] a folder on such a disk that is added again is merged: nothing sent, nothing kept twice', async () => {
  await open({ unicode: 'nfdStored' });
  await bench.library.make(NFC, { text: 'the same' });
  await bench.library.make('d\u00e9p\u00f4t', 'folder');
  await bench.library.make('d\u00e9p\u00f4t/\u00e9t\u00e9', { text: 'inside' });
  await bench.settle();
  const [before, files] = [bench.library.headSeq, await bench.files()];
  await bench.stop();
  bench.journal.forgetTrees();
  bench.start();
  await bench.settle();
  expect([bench.library.headSeq, bench.journal.conflicts(), bench.journal.troubles()]).toEqual([
    before,
    [],
    [],
  ]);
  expect(await bench.files()).toEqual(files);
  await bench.write(NFD, 'edited');
  await bench.settle();
  expect(onServer()).toEqual([NFC, 'd\u00e9p\u00f4t/', 'd\u00e9p\u00f4t/\u00e9t\u00e9']);
  expect(bench.journal.countEntries().dirty).toBe(0);
});

describe('on Windows', () => {
  const refused = [
    'CON',
    'aux.txt',
    'COM1.log',
    'nul',
    'dot.',
    'space ',
    'a:b',
    'what?',
    'back\\slash',
    'pi|pe',
    '"',
  ];

  test('[S13] names that it refuses are shown, stay as they are there, and all else goes on', async () => {
    await open({ windows: true });
    for (const name of refused) await bench.library.make(name, { text: `text of ${name}` });
    await bench.library.make('aux', 'folder');
    await bench.library.make('aux/inside', { text: 'inside' });
    await bench.library.make('fine', { text: 'fine' });
    await bench.settle();
    expect(await bench.files()).toEqual({ fine: 'fine' });
    for (const name of [...refused, 'aux']) expect([name, troubleAt(name)]).toEqual([name, 'badName']);
    expect(onServer()).toEqual([...refused, 'aux/', 'aux/inside', 'fine'].sort());
    await bench.library.write('CON', 'edited there');
    bench.library.move('CON', 'console');
    bench.library.move('aux', 'auxiliary');
    await bench.settle();
    expect(await bench.files()).toEqual({
      ...{ fine: 'fine', console: 'edited there' },
      ...{ 'auxiliary/': '', 'auxiliary/inside': 'inside' },
    });
  });

  test('[S13] a file that is renamed there to what it refuses keeps its old name here, and its edits', async () => {
    await open({ windows: true });
    await bench.write('note', 'first');
    await bench.settle();
    bench.library.move('note', 'note: 1');
    await bench.settle();
    expect([await bench.files(), troubleAt('note')]).toEqual([{ note: 'first' }, 'badName']);
    await bench.write('note', 'edited');
    await bench.settle();
    await bench.library.write('note: 1', 'edited there');
    await bench.settle();
    expect([await bench.files(), onServer()]).toEqual([{ note: 'edited there' }, ['note: 1']]);
  });
});

test('[S8] a file in conflict that is in use so that nobody may move it is told, and set aside once', async () => {
  await open({ windows: true });
  await bench.write('a', 'first');
  await bench.settle();
  const held = bench.disk.person.open(at('a'));
  held.truncate(0);
  held.append(new TextEncoder().encode('ours'));
  await bench.library.write('a', 'theirs');
  await bench.settle();
  await bench.pass(60_000);
  await bench.settle();
  // However often it was tried, it has no second name (T14).
  expect([troubleAt('a'), onServer()]).toEqual(['busy', ['a']]);
  expect(await bench.files()).toEqual({ a: 'ours' });
  held.close();
  await bench.pass(600_000);
  await bench.settle();
  expect(Object.values(await bench.files()).sort()).toEqual(['ours', 'theirs']);
  expect([onServer().length, bench.journal.troubles()]).toEqual([2, []]);
});

test('[S63] what comes for a file that is in use for long is fetched once, and is there soon after', async () => {
  await open({ windows: true });
  await bench.write('a', 'first');
  await bench.settle();
  const held = bench.disk.person.open(at('a'));
  await bench.library.write('a', 'theirs');
  let fetches = 0;
  bench.onDisk = (operation, path) => {
    if (operation === 'createFile' && path.startsWith('.tidesync/tmp/')) fetches++;
    return null;
  };
  await bench.settle();
  for (let minute = 0; minute < 15; minute++) await bench.pass(60_000);
  expect([troubleAt('a'), await bench.files(), fetches]).toEqual(['busy', { a: 'first' }, 1]);
  held.close();
  await bench.pass(31_000);
  expect([await bench.files(), bench.journal.troubles()]).toEqual([{ a: 'theirs' }, []]);
});

test('[S35] a name with half of a UTF-16 pair is shown, stays where it is, and holds back nothing', async () => {
  await open({ windows: true });
  const odd = 'half \ud800';
  bench.disk.person.write(at(odd), new TextEncoder().encode('odd'));
  await bench.write('fine', 'fine');
  await bench.settle();
  expect([onServer(), troubleAt(odd)]).toEqual([['fine'], 'badName']);
  expect(bench.disk.person.read(at(odd))).toEqual(new TextEncoder().encode('odd'));
  bench.disk.person.rename(at(odd), at('whole'));
  await bench.settle();
  expect([onServer(), bench.journal.troubles()]).toEqual([['fine', 'whole'], []]);
});

describe('on a disk with times of two seconds', () => {
  const coarse: Partial<DiskModes> = { mtimeStepNs: 2_000_000_000n, otherTimesStepNs: 2_000_000_000n };

  test('[S34] two edits of the same length in one tick are both seen', async () => {
    await open(coarse);
    for (let offset = 0; offset < 2_000; offset += 250) {
      const [one, two] = [`one ${offset}`, `two ${offset}`];
      await bench.pass(offset);
      await bench.write('file', one);
      bench.root?.rescan();
      await bench.pass(750);
      await bench.write('file', two);
      bench.root?.rescan();
      await bench.pass(5_000);
      await bench.settle();
      expect([offset, await bench.isSynced()]).toEqual([offset, true]);
    }
  });

  test('[S9] times that are rounded here make no edit, and no conflict', async () => {
    await open(coarse);
    await bench.library.make('theirs', { text: 'theirs' });
    await bench.pass(750);
    await bench.write('mine', 'mine');
    await bench.settle();
    const before = bench.library.headSeq;
    for (let scan = 0; scan < 3; scan++) {
      await bench.restart();
      await bench.settle();
    }
    expect([bench.library.headSeq, bench.journal.conflicts()]).toEqual([before, []]);
  });
});

describe('when times go wrong', () => {
  const HOUR_MS = 3_600_000;

  test('[S9] all times move by an hour, as on FAT when summer time begins: nothing sent, no conflict', async () => {
    await open({});
    for (const name of ['a', 'b']) await bench.write(name, `text of ${name}`);
    await bench.library.make('c', { text: 'text of c' });
    await bench.settle();
    const contents = () =>
      bench.library.live().map(([id, { body, versions }]) => [id, body, versions.contentSeq]);
    const before = contents();
    for (const name of ['a', 'b', 'c']) {
      const node = await bench.disk.look(at(name));
      await bench.disk.setAttributes(at(name), {
        executable: false,
        mtimeMs: (node?.mtimeMs ?? 0) + HOUR_MS,
      });
    }
    await bench.settle();
    expect([contents(), bench.journal.conflicts()]).toEqual([before, []]);
    expect(await bench.isSynced()).toBe(true);
  });

  test.each([10, -10])('[S9] the clock jumps by %i years: edits on both sides are kept', async (years) => {
    await open({});
    await bench.write('file', 'first');
    await bench.settle();
    bench.clock.jump(years * 365 * 24 * HOUR_MS);
    await bench.write('file', 'mine');
    await bench.library.write('file', 'theirs');
    await bench.settle();
    expect(await textsHere()).toEqual(['mine', 'theirs']);
    expect((await bench.files()).file).toBe('theirs');
    bench.clock.jump(-years * 365 * 24 * HOUR_MS);
    await bench.write('file', 'later');
    await bench.settle();
    expect([(await bench.files()).file, await bench.isSynced()]).toEqual(['later', true]);
  });
});

test('[S41] a new folder that gets its name in other letters while it is looked at is looked into once', async () => {
  bench = await ShellBench.open(insensitive);
  let tell: (hint: WatchHint) => void = () => undefined;
  const watch: Watcher['watch'] = async (_path, onHint) => {
    tell = onHint;
    return { close: async () => undefined };
  };
  const hint = (folder: string) => tell({ is: 'folder', folder: at(folder) });
  // So that nothing is agreed on.
  bench.library.sync.changes = () =>
    fail({ reason: 'unreachable', url: 'http://server', detail: 'no route' });
  bench.start({ ...bench.parts(), watcher: { watch } });
  await bench.disk.makeFolder(at('X'));
  await bench.write('X/file', 'one');
  await bench.settle();
  const { journal } = bench;
  const [before] = journal.localChildren(journal.topId);
  await bench.disk.rename(at('X'), at('x'));
  for (const folder of ['X', '']) hint(folder);
  await bench.pass(3_000);
  expect(journal.localChildren(before as EntryId)).toEqual([]);
  const [folder, ...others] = journal.localChildren(journal.topId);
  expect(others).toEqual([]);
  expect(journal.localChildren(folder as EntryId).map((id) => localPathOf(journal, id))).toEqual(['x/file']);
});
