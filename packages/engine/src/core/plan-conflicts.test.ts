import { expect, test } from 'vitest';
import type { PlanRow } from '../testing/plan-rows.ts';
import { planOf } from '../testing/plan-rows.ts';
import { file, folder, link } from '../testing/tree-literals.ts';

const a1 = { a: file('1') };
const a2 = { a: file('2') };
const CONFLICT = '(conflict from lap, 2026-03-01)';

const conflicts: PlanRow[] = [
  [
    '[S8] both edited',
    {
      base: { 'a.txt': file('1') },
      local: { 'a.txt': file('2') },
      remote: { 'a.txt': file('3') },
    },
    [`here: set aside a.txt as a ${CONFLICT}.txt, now copy-1`],
  ],
  [
    '[S8] the copy is a new entry, and the name is fetched',
    {
      base: {},
      local: { [`a ${CONFLICT}`]: file('2') },
      remote: { a: file('3') },
    },
    ['fetch R:a', `there: file L:a ${CONFLICT} at /a ${CONFLICT} 2`],
  ],
  [
    '[S8] both retargeted a link',
    {
      base: { l: link('x') },
      local: { l: link('y') },
      remote: { l: link('z') },
    },
    [`here: set aside l as l ${CONFLICT}, now copy-1`],
  ],
  [
    '[S8] the conflict name is taken',
    {
      base: { a: file('1'), [`a ${CONFLICT}`]: file('0') },
      local: { a: file('2'), [`a ${CONFLICT}`]: file('0') },
      remote: { a: file('3'), [`a ${CONFLICT}`]: file('0') },
    },
    [`here: set aside a as a ${CONFLICT} 2, now copy-1`],
  ],
  [
    '[S8] the conflict name is taken there only',
    {
      base: a1,
      local: a2,
      remote: { a: file('3'), [`a ${CONFLICT}`]: file('0') },
    },
    [`here: set aside a as a ${CONFLICT} 2, now copy-1`, `fetch R:a ${CONFLICT}`],
  ],
  [
    '[S8] edited here, edited and moved there: the copy stays where the person left it',
    {
      base: a1,
      local: a2,
      remote: { b: file('3', { id: 'a' }) },
    },
    [`here: set aside a as a ${CONFLICT}, now copy-1`],
  ],
  [
    '[S8] two copies want one name',
    {
      base: { a: file('1'), b: file('1') },
      local: { a: file('2'), b: file('4') },
      remote: { a: file('3'), b: file('5') },
    },
    [`here: set aside a as a ${CONFLICT}, now copy-1`, `here: set aside b as b ${CONFLICT}, now copy-2`],
  ],
  [
    '[S8] somebody replaced the file after our commit: theirs has the name',
    {
      base: a2,
      local: { a: file('3') },
      remote: { a: file('4') },
    },
    [`here: set aside a as a ${CONFLICT}, now copy-1`],
  ],
  [
    '[S9] both moved it: remote stands',
    {
      base: a1,
      local: { b: file('1', { id: 'a' }) },
      remote: { c: file('1', { id: 'a' }) },
    },
    ['here: move a to /c'],
  ],
  [
    '[S9] both moved it, edited here: moved as there, pushed as here',
    {
      base: a1,
      local: { b: file('2', { id: 'a' }) },
      remote: { c: file('1', { id: 'a' }) },
    },
    ['here: move a to /c', 'there: write a 2 over 1'],
  ],
  [
    '[S9] both changed the time: remote stands',
    {
      base: a1,
      local: { a: file('1', { mtimeMs: 5 }) },
      remote: { a: file('1', { mtimeMs: 9 }) },
    },
    ['here: attributes a'],
  ],
  [
    '[S9] same edit at other times is no conflict',
    {
      base: a1,
      local: { a: file('2', { mtimeMs: 5 }) },
      remote: { a: file('2', { mtimeMs: 9 }) },
    },
    ['here: attributes a'],
  ],
  [
    '[S9] executable here, another time there: remote stands whole',
    {
      base: a1,
      local: { a: file('1', { executable: true }) },
      remote: { a: file('1', { mtimeMs: 9 }) },
    },
    ['here: attributes a'],
  ],
];

const deletes: PlanRow[] = [
  ['[S10] deleted there, untouched here', { base: a1, remote: {} }, ['here: trash a']],
  [
    '[S10] deleted there, only the time changed here',
    {
      base: a1,
      local: { a: file('1', { mtimeMs: 9 }) },
      remote: {},
    },
    ['here: trash a'],
  ],
  ['[S10] deleted here, untouched there', { base: a1, local: {} }, ['there: delete a over 1 1']],
  [
    '[S10] deleted here, only the bit changed there',
    {
      base: a1,
      local: {},
      remote: { a: file('1', { executable: true }) },
    },
    ['there: delete a over 1 1'],
  ],
  ['[S10] a link', { base: { l: link('x') }, local: {} }, ['there: delete l over 1 1']],
  ['[S11] edited here, deleted there', { base: a1, local: a2, remote: {} }, ['there: file a at /a 2']],
  [
    '[S11] edited here, deleted there, to be uploaded',
    {
      base: a1,
      local: a2,
      remote: {},
      unstaged: ['2'],
    },
    ['upload a 2'],
  ],
  [
    '[S11] moved here, deleted there',
    {
      base: a1,
      local: { b: file('1', { id: 'a' }) },
      remote: {},
    },
    ['there: file a at /b 1'],
  ],
  ['[S11] edited there, deleted here', { base: a1, local: {}, remote: a2 }, ['fetch a']],
  [
    '[S11] moved there, deleted here',
    {
      base: a1,
      local: {},
      remote: { b: file('1', { id: 'a' }) },
    },
    ['fetch a'],
  ],
  [
    '[S11] deleted and made anew there, edited here: the copy gives way',
    {
      base: a1,
      local: a2,
      remote: { a: file('3', { id: 'new' }) },
    },
    [`here: set aside a as a ${CONFLICT}`, 'fetch new'],
  ],
  ['[S15] an absence that was seen once is proved first', { base: a1, local: { a: null } }, ['prove a']],
  [
    '[S15] it is proved also where remote edited the file',
    {
      base: a1,
      local: { a: null },
      remote: a2,
    },
    ['prove a'],
  ],
  ['[S15] what is in work gets no step', { base: a1, remote: {}, frozen: ['a'] }, ['wait a']],
  ['[S15] what is unknown is no delete', { base: a1, local: {}, frozen: ['a'] }, ['wait a']],
  ['[S17] unread bytes are read first', { base: a1, local: { a: file(null) } }, ['read a']],
  ['[S17] a new file is read first', { local: { a: file(null) } }, ['read L:a']],
  ['[S17] also where remote changed', { base: a1, local: { a: file(null) }, remote: a2 }, ['read a']],
  ['[S17] also where remote deleted', { base: a1, local: { a: file(null) }, remote: {} }, ['read a']],
];

const viewers: PlanRow[] = [
  ['[S18] a new file is held', { local: a1, viewer: true }, ['held L:a readOnlyMember']],
  ['[S18] an edit is held', { base: a1, local: a2, viewer: true }, ['held a readOnlyMember']],
  ['[S18] a delete is held', { base: a1, local: {}, viewer: true }, ['held a readOnlyMember']],
  [
    '[S18] a move is held',
    {
      base: a1,
      local: { b: file('1', { id: 'a' }) },
      viewer: true,
    },
    ['held a readOnlyMember'],
  ],
  [
    '[S18] an edit is not overwritten',
    { base: a1, local: a2, remote: { a: file('3') }, viewer: true },
    ['held a readOnlyMember'],
  ],
  [
    '[S18] an edit is not trashed',
    { base: a1, local: a2, remote: {}, viewer: true },
    ['held a readOnlyMember'],
  ],
  ['[S18] changes of others come in', { base: a1, remote: a2, viewer: true }, ['fetch a']],
  ['[S18] deletes of others come in', { base: a1, remote: {}, viewer: true }, ['here: trash a']],
  [
    '[S18] a folder stays with what is held in it',
    {
      base: { f: folder(), 'f/a': file('1') },
      local: { f: folder(), 'f/a': file('2') },
      remote: {},
      viewer: true,
    },
    ['held f readOnlyMember', 'held f/a readOnlyMember'],
  ],
  ['[S19] masked: a new file', { local: a1, masked: ['L:a'] }, []],
  ['[S19] masked: gone here', { base: a1, local: {}, masked: ['a'] }, []],
  ['[S19] masked: deleted there', { base: a1, remote: {}, masked: ['a'] }, []],
  ['[S19] masked: both edited', { base: a1, local: a2, remote: { a: file('3') }, masked: ['a'] }, []],
  ['[S19] masked: not read', { base: a1, local: { a: file(null) }, masked: ['a'] }, []],
];

test.each([...conflicts, ...deletes, ...viewers])('%s', (_, situation, plan) => {
  expect(planOf(situation)).toEqual(plan);
});
