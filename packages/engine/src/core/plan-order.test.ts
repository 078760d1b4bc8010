import { expect, test } from 'vitest';
import type { PlanRow } from '../testing/plan-rows.ts';
import { planOf } from '../testing/plan-rows.ts';
import { file, folder, link } from '../testing/tree-literals.ts';
import type { NameRules } from './name-rules.ts';

const CONFLICT = '(conflict from lap, 2026-03-01)';
const PARKED = '.tidesync-moving-';
const MAC: NameRules = { caseSensitive: false, formSensitive: false, windowsNames: false };
const a1 = { a: file('1') };
const ab = { a: file('1'), b: file('2') };
const swapped = { a: file('2', { id: 'b' }), b: file('1', { id: 'a' }) };

const orders: PlanRow[] = [
  [
    '[S13] the holder there is being read here: wait',
    { base: ab, local: { b: file('1', { id: 'a' }), c: file(null, { id: 'b' }) } },
    ['read b', 'wait a'],
  ],
  [
    '[S8] a copy that is set aside frees its name in the same round',
    { base: a1, local: { a: file('2') }, remote: { b: file('3', { id: 'a' }), a: file('9', { id: 'new' }) } },
    [`here: set aside a as a ${CONFLICT}, now copy-1`, 'fetch new'],
  ],
  [
    '[S20] nothing is parked under a name that somebody has',
    { base: { ...ab, [`${PARKED}b`]: file('0') }, remote: { ...swapped, [`${PARKED}b`]: file('0') } },
    [`here: park b to /${PARKED}b-2`, 'here: move a to /b', 'here: move b to /a'],
  ],
  [
    '[S20] who wants a name that this disk takes for another one stops no ring',
    {
      base: { A: file('1'), b: folder(), c: file('2') },
      remote: { c: file('1', { id: 'A' }), A: folder('b'), a: file('2', { id: 'c' }) },
      rules: MAC,
    },
    [`here: park c to /${PARKED}c`, 'here: move A to /c', 'here: move c to /a', 'wait b'],
  ],
  [
    '[S20] a chain of names frees its end first, there',
    {
      base: ab,
      local: { b: file('1', { id: 'a' }), c: file('2', { id: 'b' }) },
    },
    ['there: move b to /c over 1', 'there: move a to /b over 1'],
  ],
  [
    '[S20] a chain of names frees its end first, here',
    {
      base: ab,
      remote: { b: file('1', { id: 'a' }), c: file('2', { id: 'b' }) },
    },
    ['here: move b to /c', 'here: move a to /b'],
  ],
  [
    '[S20] a swap there is parked for one commit',
    {
      base: ab,
      local: swapped,
    },
    [`there: move b to /${PARKED}b over 1`, 'there: move a to /b over 1'],
  ],
  [
    '[S20] and put in its place by the next',
    {
      base: { [`${PARKED}b`]: file('2', { id: 'b' }), b: file('1', { id: 'a' }) },
      local: swapped,
    },
    ['there: move b to /a over 1'],
  ],
  [
    '[S20] a swap here is parked for a moment',
    {
      base: ab,
      remote: swapped,
    },
    [`here: park b to /${PARKED}b`, 'here: move a to /b', 'here: move b to /a'],
  ],
  [
    '[S20] a ring of three needs one parking',
    {
      base: { a: file('1'), b: file('2'), c: file('3') },
      remote: { b: file('1', { id: 'a' }), c: file('2', { id: 'b' }), a: file('3', { id: 'c' }) },
    },
    [`here: park c to /${PARKED}c`, 'here: move b to /c', 'here: move a to /b', 'here: move c to /a'],
  ],
  [
    '[S20] a file takes the place of its folder',
    {
      base: { f: folder(), 'f/a': file('1') },
      remote: { f: file('1', { id: 'f/a' }) },
    },
    [`here: park f/a to /${PARKED}f/a`, 'here: trash f', 'here: move f/a to /f'],
  ],
  [
    '[S20] a folder turned inside out',
    {
      base: { f: folder(), 'f/g': folder() },
      remote: { g: folder('f/g'), 'g/f': folder('f') },
    },
    ['here: move f/g to /g', 'here: move f to f/g/f'],
  ],
  [
    '[S20] a folder takes the name of what moves into it',
    {
      base: a1,
      remote: { a: folder('new'), 'a/x': file('1', { id: 'a' }) },
    },
    [`here: park a to /${PARKED}a`, 'here: folder new at /a', 'here: move a to new/x'],
  ],
  [
    '[S20] a file becomes a folder of the same name',
    {
      base: a1,
      local: { a: folder(), 'a/x': file('2') },
    },
    ['there: delete a over 1 1', 'there: folder L:a at /a', 'there: file L:a/x at L:a/x 2'],
  ],
  [
    '[S21] there it became a folder: the file goes to the trash, another entry comes',
    {
      base: a1,
      remote: { a: folder() },
    },
    ['here: trash a', 'here: folder R:a at /a'],
  ],
  [
    '[S21] here it became a link: the entry is deleted, another one made',
    {
      base: a1,
      local: { a: link('x') },
    },
    ['there: delete a over 1 1', 'there: symlink L:a at /a'],
  ],
  [
    '[S21] a folder became a file here, with an edit inside it there',
    {
      base: { f: folder(), 'f/a': file('1') },
      local: { f: file('9') },
      remote: { f: folder(), 'f/a': file('2') },
    },
    [`here: set aside L:f as f ${CONFLICT}`, 'here: folder f at /f', 'fetch f/a'],
  ],
];

test.each(orders)('%s', (_, situation, plan) => {
  expect(planOf(situation)).toEqual(plan);
});
