import { callProblems } from '@tidesync/shared/call-problems';
import { deviceProblems } from '@tidesync/shared/device-problems';
import { languageOf } from '@tidesync/shared/languages';
import { expect, test } from 'vitest';
import { catalogueFaults } from './catalogue-check.ts';
import { kitAr } from './kit-ar.ts';
import { kitDe } from './kit-de.ts';
import { kitEn } from './kit-en.ts';
import { problemsEn } from './problems-en.ts';

test.each([
  ['de', kitDe],
  ['ar', kitAr],
] as const)('the kit is complete in %s', (language, catalogue) => {
  expect(catalogueFaults(kitEn, catalogue, language)).toEqual([]);
});

test('what is missing, too much or left out is found', () => {
  const en = { a: 'A {{x}}', b: { c_one: '{{count}} c', c_other: '{{count}} cs' } };
  expect(
    catalogueFaults(en, { a: 'A', d: 'D', b: { c_one: 'ein c', c_other: '{{count}} c' } }, 'de'),
  ).toEqual(['d is too much', 'a has {}, not {x}']);
  expect(catalogueFaults(en, { a: 'A {{x}}', b: { c_other: '{{count}}' } }, 'ar')).toEqual(
    ['zero', 'one', 'two', 'few', 'many'].map((category) => `b.c_${category} is missing`),
  );
});

test('every problem that can reach a screen has its words', () => {
  const known = new Set(Object.keys(problemsEn));
  // In the order of their own catalogues. Those for whoever runs a server do not reach a screen.
  const lacking = [...Object.keys(callProblems), ...Object.keys(deviceProblems)].filter(
    (one) => !known.has(one),
  );
  expect(lacking).toEqual([]);
});

test('a language is the nearest that there is', () => {
  expect(['de-AT', 'AR', 'fr', ''].map(languageOf)).toEqual(['de', 'ar', 'en', 'en']);
});
