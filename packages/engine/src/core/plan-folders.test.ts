import { expect, test } from 'vitest';
import type { PlanRow } from '../testing/plan-rows.ts';
import { planOf } from '../testing/plan-rows.ts';
import { file, folder } from '../testing/tree-literals.ts';

const CONFLICT = '(conflict from lap, 2026-03-01)';
const f = { f: folder(), 'f/a': file('1') };
const deep = { f: folder(), 'f/g': folder(), 'f/g/a': file('1'), 'f/g/b': file('2') };
const xy = { x: folder(), y: folder() };

const rows: PlanRow[] = [
  [
    '[S14] deleted there: emptied before it goes',
    { base: deep, remote: {} },
    ['here: trash f/g/a', 'here: trash f/g/b', 'here: trash f/g', 'here: trash f'],
  ],
  [
    '[S14] deleted here: emptied before it goes',
    { base: deep, local: {} },
    [
      'there: delete f/g/a over 1 1',
      'there: delete f/g/b over 1 1',
      'there: delete f/g over 1 1',
      'there: delete f over 1 1',
    ],
  ],
  [
    '[S14] deleted there, edited deep inside here: the way to it is made again',
    {
      base: deep,
      local: { ...deep, 'f/g/a': file('3') },
      remote: {},
    },
    [
      'here: trash f/g/b',
      'there: folder f at /f',
      'there: folder f/g at f/g',
      'there: file f/g/a at f/g/a 3',
    ],
  ],
  [
    '[S14] deleted here, edited deep inside there: the way to it is made again',
    {
      base: deep,
      local: {},
      remote: { ...deep, 'f/g/a': file('3') },
    },
    ['here: folder f at /f', 'here: folder f/g at f/g', 'fetch f/g/a', 'there: delete f/g/b over 1 1'],
  ],
  [
    '[S30] deletes that may not leave wait, and so do their folders',
    { base: deep, local: {}, heldDeletes: ['f', 'f/g', 'f/g/a', 'f/g/b'] },
    ['wait f', 'wait f/g', 'wait f/g/a', 'wait f/g/b'],
  ],
  [
    '[S30] one that may leave does, and its folder waits for the others',
    { base: deep, local: {}, heldDeletes: ['f', 'f/g', 'f/g/b'] },
    ['there: delete f/g/a over 1 1', 'wait f', 'wait f/g', 'wait f/g/b'],
  ],
  [
    '[S30] a new file elsewhere brings its folder here although the delete of the folder is held',
    {
      base: deep,
      local: {},
      remote: { ...deep, 'f/n': file('9') },
      heldDeletes: ['f', 'f/g', 'f/g/a', 'f/g/b'],
    },
    ['here: folder f at /f', 'fetch R:f/n', 'wait f/g', 'wait f/g/a', 'wait f/g/b'],
  ],
  [
    '[S30] something of another kind under the name of one that is held waits, and gets no conflict name',
    { base: { a: file('1') }, local: { a: folder('L:a') }, heldDeletes: ['a'] },
    ['wait a', 'wait L:a'],
  ],
  [
    '[S14] deleted there, a new file inside here',
    {
      base: f,
      local: { ...f, 'f/n': file('9') },
      remote: {},
    },
    ['here: trash f/a', 'there: folder f at /f', 'there: file L:f/n at f/n 9'],
  ],
  [
    '[S14] deleted here, a new file inside there',
    {
      base: f,
      local: {},
      remote: { ...f, 'f/n': file('9') },
    },
    ['here: folder f at /f', 'fetch R:f/n', 'there: delete f/a over 1 1'],
  ],
  [
    '[S14] deleted there, a file moved in here',
    {
      base: { ...f, b: file('2') },
      local: { ...f, 'f/b': file('2', { id: 'b' }) },
      remote: { b: file('2') },
    },
    ['here: trash f/a', 'there: folder f at /f', 'there: move b to f/b over 1'],
  ],
  [
    '[S14] deleted here, a file moved in there',
    {
      base: { ...f, b: file('2') },
      local: { b: file('2') },
      remote: { ...f, 'f/b': file('2', { id: 'b' }) },
    },
    ['here: folder f at /f', 'here: move b to f/b', 'there: delete f/a over 1 1'],
  ],
  [
    '[S14] deleted there after a file was moved out',
    {
      base: f,
      remote: { a: file('1', { id: 'f/a' }) },
    },
    ['here: move f/a to /a', 'here: trash f'],
  ],
  [
    '[S14] deleted here after a file was moved out',
    {
      base: f,
      local: { a: file('1', { id: 'f/a' }) },
    },
    ['there: move f/a to /a over 1', 'there: delete f over 1 1'],
  ],
  [
    '[S14] deleted there, a file renamed inside here',
    {
      base: f,
      local: { f: folder(), 'f/z': file('1', { id: 'f/a' }) },
      remote: {},
    },
    ['there: folder f at /f', 'there: file f/a at f/z 1'],
  ],
  [
    '[S14] deleted there, a conflict inside here',
    {
      base: f,
      local: { f: folder(), 'f/a': file('2') },
      remote: { a: file('3', { id: 'f/a' }) },
    },
    [`here: set aside f/a as a ${CONFLICT}, now copy-1`, 'wait f'],
  ],
  [
    '[S14] deleted there, a file inside not read yet',
    {
      base: f,
      local: { f: folder(), 'f/a': file(null) },
      remote: {},
    },
    ['read f/a', 'wait f'],
  ],
  [
    '[S14] deleted there, a file inside in work',
    { base: f, remote: {}, frozen: ['f/a'] },
    ['wait f', 'wait f/a'],
  ],
  [
    '[S15] deleted here, a file inside not proved',
    {
      base: f,
      local: { f: null, 'f/a': null },
    },
    ['prove f', 'prove f/a'],
  ],
  [
    '[S15] the folder is proved, the file inside not yet',
    {
      base: f,
      local: { f: folder(), 'f/a': null },
      remote: {},
    },
    ['agree f/a', 'here: trash f'],
  ],
  [
    '[S11] renamed here, deleted there with all that was in it',
    {
      base: f,
      local: { g: folder('f'), 'g/a': file('1') },
      remote: {},
    },
    ['here: trash f/a', 'there: folder f at /g'],
  ],
  [
    '[S11] renamed there, deleted here with all that was in it',
    {
      base: f,
      local: {},
      remote: { g: folder('f'), 'g/a': file('1') },
    },
    ['here: folder f at /g', 'there: delete f/a over 1 1'],
  ],
  [
    '[S9] both moved the folder: remote stands, what is new inside goes along',
    {
      base: f,
      local: { g: folder('f'), 'g/a': file('1'), 'g/n': file('9') },
      remote: { h: folder('f'), 'h/a': file('1') },
    },
    ['here: move f to /h', 'there: file L:g/n at f/n 9'],
  ],
  [
    '[S16] each into the other: ours is taken back',
    {
      base: xy,
      local: { y: folder(), 'y/x': folder('x') },
      remote: { x: folder(), 'x/y': folder('y') },
    },
    ['here: move x to /x', 'here: move y to x/y'],
  ],
  [
    '[S16] over a folder between',
    {
      base: { x: folder(), y: folder(), 'y/z': folder() },
      local: { y: folder(), 'y/z': folder(), 'y/z/x': folder('x') },
      remote: { x: folder(), 'x/y': folder('y'), 'x/y/z': folder() },
    },
    ['here: move x to /x', 'here: move y to x/y'],
  ],
  [
    '[S16] a ring over three folders: the two of ours are taken back',
    {
      base: { x: folder(), y: folder(), z: folder() },
      local: { z: folder(), 'z/y': folder('y'), 'z/y/x': folder('x') },
      remote: { x: folder(), y: folder(), 'x/z': folder('z') },
    },
    ['here: move x to /x', 'here: move y to /y', 'here: move z to x/z'],
  ],
  [
    '[S16] over a folder that is new here',
    {
      base: xy,
      local: { y: folder(), 'y/n': folder(), 'y/n/x': folder('x') },
      remote: { x: folder(), 'x/y': folder('y') },
    },
    ['here: move x to /x', 'here: move y to x/y', 'there: folder L:y/n at y/n'],
  ],
  [
    '[S16] no ring, no taking back',
    {
      base: { x: folder(), y: folder(), z: folder() },
      local: { y: folder(), 'y/x': folder('x'), z: folder() },
      remote: { x: folder(), y: folder(), 'x/z': folder('z') },
    },
    ['here: move z to x/z', 'there: move x to y/x over 1'],
  ],
  [
    '[S18] a ring with a move that a viewer made: both stay as they are',
    {
      base: xy,
      local: { y: folder(), 'y/x': folder('x') },
      remote: { x: folder(), 'x/y': folder('y') },
      viewer: true,
    },
    ['held x readOnlyMember', 'wait y'],
  ],
  [
    '[S19] deleted there, ignored files inside stay here',
    { base: f, remote: {}, masked: ['f/a'] },
    ['here: trash f'],
  ],
  [
    '[S19] deleted here, ignored files of others inside: it stays there and comes back',
    {
      base: f,
      local: {},
      masked: ['f/a'],
    },
    ['here: folder f at /f'],
  ],
  [
    '[S20] a moved folder and an edit inside it',
    {
      base: f,
      local: { g: folder('f'), 'g/a': file('2') },
    },
    ['there: move f to /g over 1', 'there: write f/a 2 over 1'],
  ],
  [
    '[S20] a new folder takes the name of one that moves into it',
    {
      base: { f: folder() },
      local: { f: folder('new'), 'f/f': folder('f') },
    },
    ['there: move f to /.tidesync-moving-f over 1', 'there: folder new at /f'],
  ],
];

test.each(rows)('%s', (_, situation, plan) => {
  expect(planOf(situation)).toEqual(plan);
});
