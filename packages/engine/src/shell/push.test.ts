import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { at, ShellBench } from '../testing/shell-bench.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
  await bench.write('a', 'one');
  bench.start();
  await bench.settle();
  await bench.write('a', 'two');
  await bench.disk.makeFolder(at('x'));
});
afterEach(() => bench.stop());

const lost = () => {
  throw new Failure({ reason: 'unreachable', url: 'http://server', detail: 'cut' });
};

describe.each(['asked', 'applied'] as const)('a commit whose answer is lost when it was %s', (moment) => {
  test('[S24] is sent again as it was, and changes the server once', async () => {
    const opIds: string[] = [];
    bench.library.onCommit = (when, { opId }) => {
      if (when === 'asked') opIds.push(opId);
      if (when === moment && opIds.length === 1) lost();
    };
    await bench.settle();
    await bench.pass(3_000);
    await bench.settle();
    expect(new Set(opIds.slice(0, 2)).size).toBe(1);
    expect(bench.library.headSeq).toBe(3);
    expect(bench.journal.sent()).toBeNull();
    expect(bench.journal.countEntries().dirty).toBe(0);
  });

  test('[S24] and an edit made meanwhile is a change of ours, no conflict', async () => {
    let isFirst = true;
    bench.library.onCommit = (when) => {
      if (when !== moment || !isFirst) return;
      isFirst = false;
      lost();
    };
    await bench.settle();
    await bench.write('a', 'three');
    await bench.restart();
    await bench.settle();
    await bench.pass(3_000);
    await bench.settle();
    expect(await bench.files()).toEqual({ a: 'three', 'x/': '' });
    expect(bench.journal.countEntries().dirty).toBe(0);
    expect(bench.journal.conflicts()).toEqual([]);
  });
});

test('a commit that was refused is given up, and the next plan draws another', async () => {
  const opIds: string[] = [];
  bench.library.onCommit = (when, { opId }) => {
    if (when === 'asked') opIds.push(opId);
    if (opIds.length === 1) throw new Failure({ reason: 'chunksMissing', count: 1 });
  };
  await bench.settle();
  await bench.pass(3_000);
  await bench.settle();
  expect(opIds[1]).not.toBe(opIds[0]);
  expect(bench.library.headSeq).toBe(3);
});

test('[S8] who comes second keeps both versions', async () => {
  bench.library.onCommit = () => {
    bench.library.onCommit = null;
    const { id, state } = bench.library.at('a');
    const baseAttributesSeq = state.versions.attributesSeq;
    bench.library.apply({ op: 'attributes', entryId: id, baseAttributesSeq, executable: true, mtimeMs: 5 });
  };
  await bench.settle();
  expect(Object.values(await bench.files()).sort()).toEqual(['', 'two']);
  expect(bench.journal.countEntries().dirty).toBe(0);
});

test('[S18] a viewer sends nothing, and nothing of theirs is touched', async () => {
  bench.library.role = 'viewer';
  await bench.disk.unlink(at('a'));
  await bench.write('mine', 'mine');
  await bench.library.make('theirs', { text: 'theirs' });
  const before = bench.library.headSeq;
  await bench.settle();
  expect(bench.library.headSeq).toBe(before);
  expect(await bench.files()).toMatchObject({ mine: 'mine', theirs: 'theirs' });
});

test('a server that was restored from a backup: everything is compared again, and nothing is deleted', async () => {
  await bench.settle();
  await bench.write('new', 'new');
  bench.library.remove('x');
  bench.library.divergeHistory();
  await bench.settle();
  expect(await bench.files()).toEqual({ a: 'two', new: 'new', 'x/': '' });
  expect(bench.library.paths()).toEqual(['a', 'new', 'x/']);
  expect(bench.journal.conflicts()).toEqual([]);
});

test('[S32] what a restored backup has undone goes up again, though it was answered and others went on', async () => {
  await bench.settle();
  const { headSeq } = bench.library;
  bench.library.onCommit = (when) => {
    if (when !== 'applied') return;
    bench.library.onCommit = null;
    bench.library.divergeHistory(headSeq);
    bench.library.remove('new');
    bench.library.remove('x');
  };
  await bench.write('new', 'new');
  await bench.settle();
  expect(await bench.files()).toEqual({ a: 'two', new: 'new', 'x/': '' });
  expect(bench.library.paths()).toEqual(['a', 'new', 'x/']);
  expect([bench.journal.answered(), bench.journal.conflicts()]).toEqual([null, []]);
});

test('[S32] a commit is sent with the point of the history that it was made for', async () => {
  const points: (string | undefined)[] = [];
  let isFirst = true;
  bench.library.onCommit = (when, { after }) => {
    if (when === 'applied') return;
    points.push(after);
    if (!isFirst) return;
    isFirst = false;
    bench.library.divergeHistory(0);
    lost();
  };
  await bench.settle();
  for (let times = 0; times < 3; times++) {
    await bench.pass(3_000);
    await bench.settle();
  }
  expect(points.slice(0, 2)).toEqual([points[0], points[0]]);
  expect(points[2]).not.toBe(points[0]);
  expect(Object.values(await bench.files()).sort()).toEqual(['', 'one', 'two']);
  expect(bench.journal.countEntries().dirty).toBe(0);
});
