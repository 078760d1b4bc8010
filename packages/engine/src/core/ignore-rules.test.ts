import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { compileIgnoreRules } from './ignore-rules.ts';

test('a line that is too long for a rule is none, and the others count', () => {
  const rules = compileIgnoreRules(`one\n${'x.'.repeat(50_000)}\r\ntwo\n`);
  const ignored = ['one', 'two', 'three'].map((name) => rules.isIgnored(name as RelPath, false));
  expect(ignored).toEqual([true, true, false]);
});
