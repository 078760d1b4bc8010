import type { EntryName } from '@tidesync/shared/names';
import { utf8Bytes } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { restoredName } from './restored-name.ts';

test.each<[name: string, attempt: number, restored: string]>([
  ['note.txt', 0, 'note.txt'],
  ['note.txt', 1, 'note (restored).txt'],
  ['note.txt', 2, 'note (restored 2).txt'],
  ['archive.tar.gz', 1, 'archive.tar (restored).gz'],
  ['Makefile', 1, 'Makefile (restored)'],
  ['.profile', 1, '.profile (restored)'],
  ['.tidesync', 1, '.tidesync (restored)'],
])('%s comes back at try %i as %s', (name, attempt, restored) => {
  expect(restoredName(name as EntryName, attempt)).toBe(restored);
});

test.each([
  ['a long stem', `${'é'.repeat(124)}.txt`],
  ['a long extension', `a.${'x'.repeat(253)}`],
  ['characters of four bytes', '🌊'.repeat(63)],
])('%s is cut to the longest name there may be', (_what, name) => {
  const restored = restoredName(name as EntryName, 12);
  expect(restored).toContain(' (restored 12)');
  expect(utf8Bytes(restored)).toBeLessThanOrEqual(255);
  expect(restored.isWellFormed()).toBe(true);
});
