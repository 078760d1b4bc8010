import { limits } from '@tidesync/shared/limits';
import { expect, test } from 'vitest';
import type { PlanRow, Situation } from '../testing/plan-rows.ts';
import { contextOf, planOf } from '../testing/plan-rows.ts';
import type { Leaf } from '../testing/tree-literals.ts';
import { file, folder, link, treesOf } from '../testing/tree-literals.ts';
import { planRound } from './plan-round.ts';

const a1 = { a: file('1') };
const a2 = { a: file('2') };

const unchanged: PlanRow[] = [
  ['[S1] empty trees', {}, []],
  ['[S1] a file', { base: a1 }, []],
  ['[S1] a folder with a file and a link', { base: { f: folder(), 'f/a': file('1'), 'f/l': link('a') } }, []],
  ['[S1] a frozen file that is the same everywhere', { base: a1, frozen: ['a'] }, []],
  ['[S2] both edited to the same', { base: a1, local: a2, remote: a2 }, ['agree a']],
  [
    '[S2] both made it executable',
    {
      base: a1,
      local: { a: file('1', { executable: true }) },
      remote: { a: file('1', { executable: true }) },
    },
    ['agree a'],
  ],
  [
    '[S2] both moved it to the same place',
    {
      base: a1,
      local: { b: file('1', { id: 'a' }) },
      remote: { b: file('1', { id: 'a' }) },
    },
    ['agree a'],
  ],
  [
    '[S2] both retargeted a link to the same',
    {
      base: { l: link('x') },
      local: { l: link('y') },
      remote: { l: link('y') },
    },
    ['agree l'],
  ],
  [
    '[S2] our own commit came back before its answer',
    {
      local: { a: file('1', { id: 'A' }) },
      remote: { a: file('1', { id: 'A' }) },
    },
    ['agree A'],
  ],
  [
    '[S2] a file was rewritten with the same bytes: only its stamp is new',
    { base: a1, restamped: ['a'] },
    ['agree a'],
  ],
  ['[S3] both deleted it', { base: a1, local: {}, remote: {} }, ['agree a']],
  [
    '[S3] deleted there, and missing here though not proved',
    { base: a1, local: { a: null }, remote: {} },
    ['agree a'],
  ],
  [
    '[S3] both deleted a folder',
    { base: { f: folder(), 'f/a': file('1') }, local: {}, remote: {} },
    ['agree f', 'agree f/a'],
  ],
];

const made: PlanRow[] = [
  ['[S4] a file', { remote: a1 }, ['fetch R:a']],
  ['[S4] a folder', { remote: { f: folder() } }, ['here: folder R:f at /f']],
  ['[S4] a link', { remote: { l: link('x') } }, ['here: link R:l at /l to x']],
  [
    '[S4] folders before what lies in them',
    {
      remote: { f: folder(), 'f/g': folder(), 'f/g/a': file('1'), 'f/l': link('g') },
    },
    [
      'here: folder R:f at /f',
      'here: folder R:f/g at R:f/g',
      'here: link R:f/l at R:f/l to g',
      'fetch R:f/g/a',
    ],
  ],
  ['[S5] a file whose content is staged', { local: a1 }, ['there: file L:a at /a 1']],
  ['[S5] a folder', { local: { f: folder() } }, ['there: folder L:f at /f']],
  ['[S5] a link', { local: { l: link('x') } }, ['there: symlink L:l at /l']],
  [
    '[S5] folders before what lies in them',
    {
      local: { f: folder(), 'f/g': folder(), 'f/g/a': file('1') },
    },
    ['there: folder L:f at /f', 'there: folder L:f/g at L:f/g', 'there: file L:f/g/a at L:f/g/a 1'],
  ],
  ['[S22] a new file is uploaded before it is named', { local: a1, unstaged: ['1'] }, ['upload L:a 1']],
  [
    '[S22] its folder need not wait for it',
    {
      local: { f: folder(), 'f/a': file('1') },
      unstaged: ['1'],
    },
    ['upload L:f/a 1', 'there: folder L:f at /f'],
  ],
  ['[S22] an edit is uploaded before it is named', { base: a1, local: a2, unstaged: ['2'] }, ['upload a 2']],
  [
    '[S22] a move does not wait for the upload of an edit',
    {
      base: a1,
      local: { b: file('2', { id: 'a' }) },
      unstaged: ['2'],
    },
    ['upload a 2', 'there: move a to /b over 1'],
  ],
];

const pulled: PlanRow[] = [
  ['[S6] content', { base: a1, remote: a2 }, ['fetch a']],
  ['[S6] a name', { base: a1, remote: { b: file('1', { id: 'a' }) } }, ['here: move a to /b']],
  [
    '[S6] a folder, and nothing of what lies in it',
    {
      base: { f: folder(), 'f/a': file('1') },
      remote: { g: folder('f'), 'g/a': file('1') },
    },
    ['here: move f to /g'],
  ],
  [
    '[S6] a move into a new folder',
    {
      base: a1,
      remote: { f: folder(), 'f/a': file('1', { id: 'a' }) },
    },
    ['here: folder R:f at /f', 'here: move a to R:f/a'],
  ],
  [
    '[S6] the executable bit',
    { base: a1, remote: { a: file('1', { executable: true }) } },
    ['here: attributes a'],
  ],
  ['[S6] the time', { base: a1, remote: { a: file('1', { mtimeMs: 9 }) } }, ['here: attributes a']],
  [
    '[S6] content with its attributes in one go',
    {
      base: a1,
      remote: { a: file('2', { mtimeMs: 9, executable: true }) },
    },
    ['fetch a'],
  ],
  [
    '[S6] content and name',
    {
      base: a1,
      remote: { b: file('2', { id: 'a' }) },
    },
    ['here: move a to /b', 'fetch a'],
  ],
  ['[S6] a link target', { base: { l: link('x') }, remote: { l: link('y') } }, ['here: retarget l to y']],
  [
    '[S6] content, while the name changed here',
    {
      base: a1,
      local: { b: file('1', { id: 'a' }) },
      remote: a2,
    },
    ['fetch a', 'there: move a to /b over 1'],
  ],
];

const pushed: PlanRow[] = [
  ['[S7] content', { base: a1, local: a2 }, ['there: write a 2 over 1']],
  [
    '[S7] content takes its time along',
    { base: a1, local: { a: file('2', { mtimeMs: 9 }) } },
    ['there: write a 2 over 1'],
  ],
  ['[S7] a name', { base: a1, local: { b: file('1', { id: 'a' }) } }, ['there: move a to /b over 1']],
  [
    '[S7] a folder, and nothing of what lies in it',
    {
      base: { f: folder(), 'f/a': file('1') },
      local: { g: folder('f'), 'g/a': file('1') },
    },
    ['there: move f to /g over 1'],
  ],
  [
    '[S7] a move into a new folder',
    {
      base: a1,
      local: { f: folder(), 'f/a': file('1', { id: 'a' }) },
    },
    ['there: folder L:f at /f', 'there: move a to L:f/a over 1'],
  ],
  [
    '[S7] the executable bit',
    {
      base: a1,
      local: { a: file('1', { executable: true }) },
    },
    ['there: attributes a x 0 over 1'],
  ],
  [
    '[S7] the time',
    { base: a1, local: { a: file('1', { mtimeMs: 9 }) } },
    ['there: attributes a - 9 over 1'],
  ],
  [
    '[S7] a link target',
    { base: { l: link('x') }, local: { l: link('y') } },
    ['there: retarget l to y over 1'],
  ],
  [
    '[S7] content, while the name changed there',
    {
      base: a1,
      local: a2,
      remote: { b: file('1', { id: 'a' }) },
    },
    ['here: move a to /b', 'there: write a 2 over 1'],
  ],
  [
    '[S7] content, while the time changed there: the bytes go first',
    {
      base: a1,
      local: { a: file('2', { mtimeMs: 5 }) },
      remote: { a: file('1', { mtimeMs: 9 }) },
    },
    ['there: write a 2 over 1'],
  ],
  [
    '[S7] the executable bit, while the content changed there',
    {
      base: a1,
      local: { a: file('1', { executable: true }) },
      remote: a2,
    },
    ['fetch a', 'there: attributes a x 0 over 1'],
  ],
  [
    '[S7] a commit that was sent and not applied goes again',
    { base: a1, local: a2 },
    ['there: write a 2 over 1'],
  ],
];

test.each([...unchanged, ...made, ...pulled, ...pushed])('%s', (_, situation, plan) => {
  expect(planOf(situation)).toEqual(plan);
});

test('[S25] a file larger than any server takes is held before it is read', () => {
  const sizeBytes = limits.fileBytesMax + 1;
  const huge: Leaf = { ...file(null), body: { kind: 'file', contentId: null, sizeBytes, executable: false } };
  const situation = { local: { huge, small: file(null) } };
  const plan = planRound(treesOf(situation), contextOf(situation));
  expect(plan.reads).toEqual(['L:small']);
  expect(plan.held).toEqual([
    { id: 'L:huge', trouble: { code: 'tooLarge', limitBytes: limits.fileBytesMax, sizeBytes } },
  ]);
});

test('[S27] a new file that the server does not take is held before it is read; what it has is read', () => {
  const unread = file(null);
  const large: Leaf = {
    ...unread,
    body: { kind: 'file', contentId: null, sizeBytes: 11, executable: false },
  };
  const situation: Situation = {
    base: { 'known.exe': file('1') },
    local: {
      'known.exe': unread,
      'new.exe': unread,
      'there.exe': { ...unread, id: 'both' },
      'New.PDF': unread,
      'large.pdf': large,
    },
    remote: { 'known.exe': file('1'), 'there.exe': file('2', { id: 'both' }) },
    files: { fileBytesMax: 10, allowedExtensions: ['pdf'] },
  };
  const plan = planRound(treesOf(situation), contextOf(situation));
  expect([...plan.reads].sort()).toEqual(['L:New.PDF', 'both', 'known.exe']);
  expect(plan.held).toEqual([
    { id: 'L:new.exe', trouble: { code: 'typeRefused', allowed: ['pdf'] } },
    { id: 'L:large.pdf', trouble: { code: 'tooLarge', limitBytes: 10, sizeBytes: 11 } },
  ]);
});

test('a part of a plan takes the oldest first, and gets behind any number that call for nothing', () => {
  const names = Array.from({ length: 50 }, (_, number) => `n${number}`);
  const local = Object.fromEntries(names.map((name) => [name, file(null)]));
  const frozen = names.slice(0, 41).map((name) => `L:${name}`);
  const situation: Situation = { local, frozen };
  const drawn = (stepsMax: number) => planRound(treesOf(situation), { ...contextOf(situation), stepsMax });
  const ids = (from: number, to: number) => names.slice(from, to).map((name) => `L:${name}`);
  expect(drawn(1)).toMatchObject({ reads: ids(41, 42), waiting: frozen, isPart: true });
  expect(drawn(3)).toMatchObject({ reads: ids(41, 44), waiting: frozen, isPart: true });
  expect(drawn(9)).toMatchObject({ reads: ids(41, 50), isPart: false });
  expect(drawn(Number.POSITIVE_INFINITY)).toMatchObject({ reads: ids(41, 50), isPart: false });
});
