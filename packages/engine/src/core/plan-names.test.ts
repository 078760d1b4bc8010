import { limits } from '@tidesync/shared/limits';
import { utf8Bytes } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import type { PlanRow } from '../testing/plan-rows.ts';
import { planOf } from '../testing/plan-rows.ts';
import { file, folder, link } from '../testing/tree-literals.ts';
import type { NameRules } from './name-rules.ts';

const CONFLICT = '(conflict from lap, 2026-03-01)';
const MAC: NameRules = { caseSensitive: false, formSensitive: false, windowsNames: false };
const WINDOWS: NameRules = { caseSensitive: false, formSensitive: true, windowsNames: true };
const a1 = { a: file('1') };
const ab = { a: file('1'), b: file('2') };

const merges: PlanRow[] = [
  ['[S12] equal files on both sides are one entry', { local: a1, remote: a1 }, ['L:a is R:a']],
  [
    '[S12] different files on both sides are one entry, to be decided next',
    {
      local: a1,
      remote: { a: file('2') },
    },
    ['L:a is R:a'],
  ],
  [
    '[S12] equal content is adopted',
    {
      local: { a: file('1', { id: 'A' }) },
      remote: { a: file('1', { id: 'A' }) },
    },
    ['agree A'],
  ],
  [
    '[S12] different content is a conflict',
    {
      local: { a: file('1', { id: 'A' }) },
      remote: { a: file('2', { id: 'A' }) },
    },
    [`here: set aside A as a ${CONFLICT}, now copy-1`],
  ],
  [
    '[S12] adopted with another time: remote stands',
    {
      local: { a: file('1', { id: 'A', mtimeMs: 5 }) },
      remote: { a: file('1', { id: 'A', mtimeMs: 9 }) },
    },
    ['here: attributes A'],
  ],
  [
    '[S12] folders, and what lies in them, in one go',
    {
      local: { f: folder(), 'f/a': file('1'), 'f/b': file('2') },
      remote: { f: folder(), 'f/a': file('1'), 'f/c': file('3') },
    },
    ['L:f is R:f', 'L:f/a is R:f/a'],
  ],
  ['[S12] links', { local: { l: link('x') }, remote: { l: link('y') } }, ['L:l is R:l']],
  [
    '[S12] unread files are matched before they are read',
    { local: { a: file(null) }, remote: a1 },
    ['L:a is R:a'],
  ],
  [
    '[S12] not while it is in work',
    {
      local: { f: folder() },
      remote: { f: folder() },
      frozen: ['L:f'],
    },
    ['wait L:f', 'wait R:f'],
  ],
  [
    '[S12] an entry that was synced is nobody else',
    {
      base: a1,
      local: { b: file('1', { id: 'a' }) },
      remote: { a: file('1'), b: file('1') },
    },
    [`here: set aside a as b ${CONFLICT}`, 'fetch R:b'],
  ],
];

const clashes: PlanRow[] = [
  [
    '[S13] a name whose holder comes in at this moment is given way to',
    { local: { f: folder() }, remote: { f: folder() }, frozen: ['R:f'] },
    [`here: set aside L:f as f ${CONFLICT}`, 'wait R:f'],
  ],
  [
    '[S13] a new file here, a folder there',
    {
      local: a1,
      remote: { a: folder() },
    },
    [`here: set aside L:a as a ${CONFLICT}`, 'here: folder R:a at /a'],
  ],
  [
    '[S13] a new folder here, a file there',
    {
      local: { a: folder(), 'a/x': file('1') },
      remote: a1,
    },
    [`here: set aside L:a as a ${CONFLICT}`, 'fetch R:a', 'wait L:a/x'],
  ],
  [
    '[S13] a file moved here onto a name that is new there',
    {
      base: a1,
      local: { b: file('1', { id: 'a' }) },
      remote: { a: file('1'), b: file('2') },
    },
    [`here: set aside a as b ${CONFLICT}`, 'fetch R:b'],
  ],
  [
    '[S13] a new file here onto the target of a move there',
    {
      base: a1,
      local: { a: file('1'), b: file('2') },
      remote: { b: file('1', { id: 'a' }) },
    },
    [`here: set aside L:b as b ${CONFLICT}`, 'here: move a to /b'],
  ],
  [
    '[S13] the name is deleted there in the same round',
    {
      base: ab,
      local: { b: file('1', { id: 'a' }) },
      remote: ab,
    },
    ['there: delete b over 1 1', 'there: move a to /b over 1'],
  ],
  [
    '[S13] the name is deleted here in the same round',
    {
      base: ab,
      local: ab,
      remote: { b: file('1', { id: 'a' }) },
    },
    ['here: trash b', 'here: move a to /b'],
  ],
  [
    '[S13] a taken name holds back no edit',
    {
      base: { a: file('1'), B: file('2') },
      local: { a: file('3'), B: file('2') },
      remote: { b: file('1', { id: 'a' }), B: file('2') },
      rules: MAC,
    },
    ['there: write a 3 over 1', 'held a nameClash'],
  ],
  [
    '[S13] other spellings clash on this disk',
    {
      base: a1,
      remote: { a: file('1'), A: file('2') },
      rules: MAC,
    },
    ['held R:A nameClash'],
  ],
  [
    '[S13] other spellings are two files on a disk that tells them apart',
    {
      base: a1,
      remote: { a: file('1'), A: file('2') },
    },
    ['fetch R:A'],
  ],
  [
    '[S13] other Unicode forms clash on this disk',
    {
      base: { é: file('1') },
      remote: { é: file('1'), 'e\u0301': file('2') },
      rules: MAC,
    },
    ['held R:e\u0301 nameClash'],
  ],
  [
    '[S13] a clash ends when its holder goes',
    {
      base: a1,
      remote: { A: file('2') },
      rules: MAC,
    },
    ['here: trash a', 'fetch R:A'],
  ],
  [
    '[S13] two new spellings: one is made, the other waits for its turn to be held',
    {
      remote: { a: file('1'), A: file('2') },
      rules: MAC,
    },
    ['fetch R:a', 'wait R:A'],
  ],
  [
    '[S13] what lies in a folder that clashes is held with it',
    {
      base: { f: folder() },
      remote: { f: folder(), F: folder(), 'F/a': file('1') },
      rules: MAC,
    },
    ['held R:F nameClash', 'held R:F/a nameClash'],
  ],
  [
    '[S13] a name that only changes its case there',
    {
      base: a1,
      remote: { A: file('1', { id: 'a' }) },
      rules: MAC,
    },
    ['here: move a to /A'],
  ],
  [
    '[S13] a name that only changes its case here',
    {
      base: a1,
      local: { A: file('1', { id: 'a' }) },
      rules: MAC,
    },
    ['there: move a to /A over 1'],
  ],
  [
    '[S13] a reserved name is held',
    { remote: { 'con.txt': file('1') }, rules: WINDOWS },
    ['held R:con.txt badName'],
  ],
  [
    '[S13] a name that ends in a dot is held',
    { remote: { 'x.': folder() }, rules: WINDOWS },
    ['held R:x. badName'],
  ],
  [
    '[S13] a move to a name with a colon is held',
    {
      base: a1,
      remote: { 'a:b': file('1', { id: 'a' }) },
      rules: WINDOWS,
    },
    ['held a badName'],
  ],
  [
    '[S13] what cannot go where it is wanted stays, and who wants its name is told so',
    {
      base: a1,
      remote: { 'a:b': file('1', { id: 'a' }), a: file('2', { id: 'new' }) },
      rules: WINDOWS,
    },
    ['held a badName', 'held new nameClash'],
  ],
  [
    '[S13] nor does what is wanted in a folder that cannot be here',
    {
      base: a1,
      remote: { 'x.': folder(), 'x./a': file('1', { id: 'a' }), a: file('2', { id: 'new' }) },
      rules: WINDOWS,
    },
    ['held a badName', 'held R:x. badName', 'held new nameClash'],
  ],
  [
    '[S13] who wants the name of one that is held is told so as well, and whoever waits for that one',
    {
      base: { a: file('1'), b: file('2'), C: file('3') },
      remote: {
        c: file('1', { id: 'a' }),
        a: file('2', { id: 'b' }),
        b: file('4', { id: 'new' }),
        C: file('3'),
      },
      rules: MAC,
    },
    ['held a nameClash', 'held b nameClash', 'held new nameClash'],
  ],
  [
    '[S13] and so is who wants the name of one that is wanted in a folder that is held',
    {
      base: { a: file('1'), f: folder() },
      remote: { f: folder(), F: folder(), 'F/a': file('1', { id: 'a' }), a: file('2', { id: 'new' }) },
      rules: MAC,
    },
    ['held a nameClash', 'held R:F nameClash', 'held new nameClash'],
  ],
  ['[S13] the same names are fine elsewhere', { remote: { 'con.txt': file('1') } }, ['fetch R:con.txt']],
  [
    '[S13] a conflict name that clashes by its case is not taken',
    {
      base: { a: file('1'), [`A ${CONFLICT}`]: file('0') },
      local: { a: file('2'), [`A ${CONFLICT}`]: file('0') },
      remote: { a: file('3'), [`A ${CONFLICT}`]: file('0') },
      rules: MAC,
    },
    [`here: set aside a as a ${CONFLICT} 2, now copy-1`],
  ],
  [
    '[S13] the holder is being read: wait',
    {
      base: a1,
      local: { a: file('1'), b: file(null) },
      remote: { b: file('1', { id: 'a' }) },
    },
    ['read L:b', 'wait a'],
  ],
];

test.each([...merges, ...clashes])('%s', (_, situation, plan) => {
  expect(planOf(situation)).toEqual(plan);
});

test('[S8] a conflict name is cut to what a name may hold, between characters', () => {
  const long = `${'ü'.repeat(125)}.txt`;
  const situation = {
    base: { [long]: file('1') },
    local: { [long]: file('2') },
    remote: { [long]: file('3') },
  };
  const [step = ''] = planOf(situation);
  const name = step.slice(step.indexOf(' as ') + 4, step.lastIndexOf(', now '));
  expect(name).toMatch(/^ü+ \(conflict from lap, 2026-03-01\)\.txt$/);
  expect(utf8Bytes(name)).toBeGreaterThan(limits.nameBytesMax - 2);
  expect(utf8Bytes(name)).toBeLessThanOrEqual(limits.nameBytesMax);
});
