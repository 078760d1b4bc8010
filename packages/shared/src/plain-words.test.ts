import { expect, test } from 'vitest';
import { wordsIn } from './plain-words.ts';

const files = {
  files_zero: 'z',
  files_one: 'o',
  files_two: 't',
  files_few: 'f {{shown}}',
  files_many: 'm {{shown}}',
  files_other: 'x {{shown}}',
};

test('Arabic has a form for none, one, two, few, many and all others', () => {
  const say = wordsIn<{ files_other: string }>(files, 'ar');
  const forms = [0, 1, 2, 3, 10, 11, 99, 100, 103].map((count) => say('files', { count }).charAt(0));
  expect(forms.join('')).toBe('zotffmmxf');
});

test('what is put into a sentence from the right keeps its own direction', () => {
  expect(wordsIn<{ a: string }>({ a: 'ملف {{name}}' }, 'ar')('a', { name: 'x.txt' })).toBe(
    'ملف \u2068x.txt\u2069',
  );
  expect(wordsIn<{ a: string }>({ a: 'Datei {{name}}' }, 'de')('a', { name: '{{name}} $&' })).toBe(
    'Datei {{name}} $&',
  );
});

test('words lie in groups; a key without words is said as it is', () => {
  const say = wordsIn<{ a: { b: string }; c: string }>({ a: { b: 'B' } }, 'en');
  expect([say('a.b'), say('c')]).toEqual(['B', 'c']);
});
