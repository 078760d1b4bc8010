import type { EntryId } from '@tidesync/shared/ids';
import { expect, test } from 'vitest';
import type { TreeLiteral } from '../testing/tree-literals.ts';
import { file, folder, treesOf } from '../testing/tree-literals.ts';
import type { DeletesKnown } from './mass-delete.ts';
import { DEFAULT_THRESHOLDS, isMassDelete, judgeDeletes } from './mass-delete.ts';

type Counted = Parameters<typeof isMassDelete>[0];
type Row = [why: string, gone: number, of: number, more: Partial<Counted>, held: boolean];
const off = { files: null, percent: null };

test.each<Row>([
  ['199 of many', 199, 10_000, {}, false],
  ['200 of many', 200, 10_000, {}, true],
  ['49 files are never a part to speak of', 49, 50, {}, false],
  ['all of 11 files', 11, 11, {}, true],
  ['all of 10 files', 10, 10, {}, true],
  ['all of two files', 2, 2, {}, true],
  ['all of two files, with others in their place', 2, 2, { isReplaced: () => true }, false],
  ['all of 11 files, with others in their place', 11, 11, { isReplaced: () => true }, true],
  ['the only file', 1, 1, {}, false],
  ['the last of ten files, the others shortly before', 1, 1, { sentFiles: 9 }, false],
  ['9 of 10 files', 9, 10, {}, false],
  [
    'all of 10 files, with no part as threshold',
    10,
    10,
    { thresholds: { files: 200, percent: null } },
    false,
  ],
  ['the last one of 11, the others shortly before', 1, 1, { sentFiles: 10 }, true],
  [
    'all of 11 files, with no part as threshold',
    11,
    11,
    { thresholds: { files: 200, percent: null } },
    false,
  ],
  ['50 files, a quarter of 200', 50, 200, {}, true],
  ['50 files, less than a quarter', 50, 201, {}, false],
  ['60 files of 100', 60, 100, {}, true],
  ['none, whatever left before', 0, 10, { sentFiles: 5_000 }, false],
  ['199 right after 199', 199, 10_000, { sentFiles: 199 }, true],
  ['1 after 199', 1, 10_000, { sentFiles: 199 }, true],
  ['30 after 25, of what were 225 files', 30, 200, { sentFiles: 25 }, false],
  ['32 after 25, of what were 225 files', 32, 200, { sentFiles: 25 }, true],
  ['all of it, with both thresholds off', 10_000, 10_000, { thresholds: off }, false],
  ['300 with 1,000 as threshold', 300, 10_000, { thresholds: { files: 1_000, percent: null } }, false],
  ['1,000 with 1,000 as threshold', 1_000, 10_000, { thresholds: { files: 1_000, percent: null } }, true],
  ['10 with 10 as threshold', 10, 20, { thresholds: { files: 10, percent: null } }, true],
  [
    'half of it, with a part of 60 % as threshold',
    5_000,
    10_000,
    { thresholds: { files: null, percent: 60 } },
    false,
  ],
])('[S28] deletes are held from thresholds on: %s', (_why, files, agreed, more, held) => {
  const known = {
    thresholds: DEFAULT_THRESHOLDS,
    sentFiles: 0,
    agreedFiles: () => agreed,
    isReplaced: () => false,
  };
  expect(isMassDelete({ ...known, ...more, files })).toBe(held);
});

const known: DeletesKnown = {
  thresholds: { files: 3, percent: null },
  sentFiles: 0,
  agreedFiles: () => 100,
  isHolding: false,
  isOnItsWay: () => false,
  quietMs: 60_000,
  isApproved: () => false,
  isMasked: () => false,
};
const base: TreeLiteral = { f: folder(), 'f/a': file('1'), 'f/b': file('2'), 'f/c': file('3'), d: file('4') };
const kept = { d: file('4') };
const gone = treesOf({ base, local: kept });

test('[S28] what is held are the deletes that have no yes, folders with them and not counted', () => {
  expect(judgeDeletes(gone, known)).toEqual({
    is: 'held',
    ids: ['f', 'f/a', 'f/b', 'f/c'],
    files: 3,
    isProved: true,
  });
});

test.each<[string, Partial<DeletesKnown>]>([
  ['a yes', { isApproved: (id) => id === 'f/a' }],
  ['a yes to all', { isApproved: () => true }],
  ['an ignore rule', { isMasked: (id: EntryId) => id === 'f/a' }],
  ['thresholds that are off', { thresholds: off }],
])('[S28] not counted is what has %s', (_what, more) => {
  expect(judgeDeletes(gone, { ...known, ...more }).is).toBe('go');
});

test('[S31] a delete that has left counts, and is not asked about while its answer is not heard', () => {
  const isOnItsWay = (id: EntryId) => id === 'f/a';
  const rest = { ids: ['f', 'f/b', 'f/c'], files: 2 };
  expect(judgeDeletes(gone, { ...known, isOnItsWay })).toMatchObject({ is: 'held', ...rest });
  expect(judgeDeletes(gone, { ...known, isOnItsWay, thresholds: { files: 4, percent: null } }).is).toBe('go');
});

test('[S28] an edit elsewhere outlives the delete and is none of them', () => {
  const trees = treesOf({ base, local: kept, remote: { ...base, 'f/a': file('9') } });
  expect(judgeDeletes(trees, known).is).toBe('go');
});

test('[S28] an absence that was seen once counts, and is shown when one was seen twice', () => {
  const once = treesOf({ base, local: { ...kept, f: null, 'f/a': null, 'f/b': null, 'f/c': null } });
  expect(judgeDeletes(once, known)).toMatchObject({ is: 'held', files: 3, isProved: false });
});

test('[S28] an emptied library waits, and one whose files others have replaced does not', () => {
  const few = { ...known, thresholds: DEFAULT_THRESHOLDS, agreedFiles: () => 4 };
  expect(judgeDeletes(treesOf({ base, local: {} }), few)).toMatchObject({ is: 'held', files: 4 });
  expect(judgeDeletes(treesOf({ base, local: { new: file('5') } }), few).is).toBe('go');
  expect(judgeDeletes(treesOf({ base, local: { new: folder() } }), few).is).toBe('held');
});

test('[S29] more than ten deletes wait until nothing more has gone for two seconds', () => {
  const names = Array.from({ length: 11 }, (_, index) => `n${index}`);
  const many = Object.fromEntries(names.map((name) => [name, file(name)]));
  const judged = (left: string[], more: Partial<DeletesKnown>) => {
    const local = Object.fromEntries(left.map((name) => [name, file(name)]));
    return judgeDeletes(treesOf({ base: many, local }), {
      ...known,
      thresholds: DEFAULT_THRESHOLDS,
      quietMs: 1_999,
      ...more,
    }).is;
  };
  expect(judged([], {})).toBe('settling');
  expect(judged([], { quietMs: 2_000 })).toBe('go');
  expect(judged(['n0'], {})).toBe('go');
  expect(judged(['n0'], { sentFiles: 1 })).toBe('settling');
});
