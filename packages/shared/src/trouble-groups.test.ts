import { expect, test } from 'vitest';
import { groupByCause } from './trouble-groups.ts';

const refused = (path: string, problem: unknown) => ({ path, code: 'refused', facts: { problem } });

test('one group for each cause, the one with the most paths first', () => {
  const groups = groupByCause([
    { path: 'a', code: 'busy', facts: {} },
    refused('b', { reason: 'busy' }),
    { path: 'c', code: 'unreadable', facts: {} },
    refused('d', { reason: 'libraryMissing', library: 'L' }),
    { path: 'e', code: 'unreadable', facts: {} },
    refused('f', 'no problem at all'),
  ]);
  expect(groups.map(({ key, troubles }) => [key, troubles.map(({ path }) => path)])).toEqual([
    ['unreadable', ['c', 'e']],
    ['busy', ['a']],
    ['refused busy', ['b']],
    ['refused libraryMissing', ['d']],
    ['refused', ['f']],
  ]);
  expect(groups.every(({ first, troubles }) => first === troubles[0])).toBe(true);
  expect(groupByCause([])).toEqual([]);
});
