import { compileIgnoreRules } from '@tidesync/engine/core/ignore-rules';
import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { UNFINISHED } from './compose-saved-content.ts';
import { SAVED_NAMES_MAX, savedNames } from './saved-content.ts';

test.each([
  ['report.odt', ['report.odt', 'report (2).odt', 'report (3).odt']],
  ['Makefile', ['Makefile', 'Makefile (2)', 'Makefile (3)']],
  ['.profile', ['.profile', '.profile (2)', '.profile (3)']],
  ['a.tar.gz', ['a.tar.gz', 'a.tar (2).gz', 'a.tar (3).gz']],
])('names for %s', (name, first) => {
  const names = [...savedNames(name)];
  expect(names.slice(0, 3)).toEqual(first);
  expect([names.length, new Set(names).size]).toEqual([SAVED_NAMES_MAX, SAVED_NAMES_MAX]);
});

test('a file that is not finished is nothing that a synced folder sends', () => {
  const rules = compileIgnoreRules('');
  expect(rules.isIgnored(`${UNFINISHED}0123` as RelPath, false)).toBe(true);
  expect(rules.isIgnored(`sub/${UNFINISHED}0123` as RelPath, false)).toBe(true);
});
