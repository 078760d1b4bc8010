import { expect, test } from 'vitest';
import type { Finding } from './findings.ts';
import { matching, nextChoice, SHOWN_OF_A_KIND_MAX } from './findings.ts';

const finding = (name: string, where = '', also = ''): Finding => ({
  id: name,
  is: 'screen',
  name,
  where,
  also,
  go: () => undefined,
});
const names = (all: readonly Finding[]) => all.map(({ name }) => name);

test('all words have to be held, by the name, the place or what stands there', () => {
  const all = [finding('Settings', '', 'Language High contrast'), finding('Photos', '/home/ada/Photos')];
  expect(names(matching(all, 'high  LANG'))).toEqual(['Settings']);
  expect(names(matching(all, 'ada photo'))).toEqual(['Photos']);
  expect(names(matching(all, 'photo settings'))).toEqual([]);
  expect(names(matching(all, ' '))).toEqual(['Settings', 'Photos']);
});

test('no more are shown than one can look through', () => {
  const many = Array.from({ length: 500 }, (_, n) => finding(`folder ${n}`));
  expect(matching(many, 'folder')).toHaveLength(SHOWN_OF_A_KIND_MAX);
});

test.each([
  [0, 3, 'ArrowDown', 1],
  [2, 3, 'ArrowDown', 0],
  [0, 3, 'ArrowUp', 2],
  [2, 2, 'a', 1],
  [0, 0, 'ArrowUp', 0],
])('from %i of %i, %s leads to %i', (chosen, count, key, next) => {
  expect(nextChoice(chosen, count, key)).toBe(next);
});
