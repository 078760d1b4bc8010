import type { EntryName } from '@tidesync/shared/names';
import { nameFault } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { numberedName } from './free-name.ts';

const named = (name: string, count = 2) => numberedName(name as EntryName, count);

test('a number stands before the ending of a name', () => {
  expect(named('report.txt')).toBe('report (2).txt');
  expect(named('archive.tar.gz', 3)).toBe('archive.tar (3).gz');
  expect(named('folder')).toBe('folder (2)');
  expect(named('.hidden')).toBe('.hidden (2)');
});

test('the longest name gets its number all the same, and stays well-formed', () => {
  for (const name of [`${'n'.repeat(251)}.txt`, '🦀'.repeat(63), `${'ü'.repeat(125)}.md`]) {
    expect(nameFault(named(name, 12))).toBeNull();
    expect(named(name, 12)).toContain('(12)');
  }
});
