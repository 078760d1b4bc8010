import { formatsFor } from '@tidesync/shared/human-format';
import type { Reason } from '@tidesync/shared/problems';
import { catalogue } from '@tidesync/shared/problems';
import { expect, test } from 'vitest';
import { problemOf, problemWords } from './problem-words.ts';
import { problemsEn } from './words/problems-en.ts';
import type { KitWords } from './words.tsx';
import { createWords } from './words.tsx';

const kitWords = (language: string) => createWords({ catalogues: {}, language }).t as unknown as KitWords;

test('fields are said as the language writes them', () => {
  const full = {
    usedBytes: 10e9,
    reservedBytes: 0,
    limitBytes: 10e9,
    requestedBytes: 2_100_000,
    limit: 'account',
  };
  expect(
    problemWords({ reason: 'quotaExceeded', ...full } as never, kitWords('en'), formatsFor('en')),
  ).toEqual({
    what: 'The account is full: 10 GB of 10 GB used, 2.1 MB more wanted.',
    cure: 'Free space, or ask the administrator for a larger quota. Downloads go on.',
    code: 'quotaExceeded',
  });
  expect(
    problemWords({ reason: 'tooManyTries', retryAfterMs: 30_000 }, kitWords('de'), formatsFor('de')).cure,
  ).toBe('Warten Sie 30 Sek., und versuchen Sie es dann noch einmal.');
});

test('a cause that the catalogue does not know is said by the program that reports it', () => {
  const { what, code } = problemWords({ reason: 'moveStopped' }, kitWords('ar'), formatsFor('ar'));
  expect(what).toBe('Stopped. Nothing is lost: the same command goes on where this one was.');
  expect(code).toBe('moveStopped');
});

test('what a sentence names is a field of its problem', () => {
  const { things, ...known } = problemsEn;
  expect(Object.keys(things)).toHaveLength(3);
  for (const [reason, { what, cure }] of Object.entries(known)) {
    const fields = Object.keys(catalogue[reason as Reason].fields);
    const named = [...`${what} ${cure}`.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]);
    expect([reason, named.filter((name) => !fields.includes(name ?? ''))]).toEqual([reason, []]);
  }
});

test('an answer without a problem means that nobody answered', () => {
  const down = { reason: 'engineDown' } as const;
  expect(problemOf({ data: { problem: { reason: 'signedOut' } } }, down)).toEqual({ reason: 'signedOut' });
  expect(problemOf(new TypeError('fetch failed'), down)).toEqual(down);
});
