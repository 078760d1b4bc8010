import { expect, test } from 'vitest';
import { parseProblem, sentenceOf } from './problems.ts';

const numbers = { usedBytes: 1_000_000, reservedBytes: 0, limitBytes: 2_000_000, requestedBytes: 3_000_000 };

test('a full quota of a server that has limits of accounts alone is one of the account', () => {
  expect(parseProblem({ reason: 'quotaExceeded', ...numbers })).toEqual({
    reason: 'quotaExceeded',
    ...numbers,
    limit: 'account',
  });
  expect(parseProblem({ reason: 'quotaExceeded', ...numbers, limit: 'planet' })).toBeNull();
});

test.each([
  ['account', 'The account is full: '],
  ['library', 'The library is full: '],
  ['organisation', "The organisation's pool is full: "],
] as const)('a full quota names the %s, the numbers and the cure', (limit, beginning) => {
  expect(sentenceOf({ reason: 'quotaExceeded', ...numbers, limit })).toBe(
    `${beginning}1 MB of 2 MB used, 0 B reserved, 3 MB more wanted. Ask the administrator for a larger quota.`,
  );
});
