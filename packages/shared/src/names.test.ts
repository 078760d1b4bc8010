import { expect, test } from 'vitest';
import { entryName, nameFault, parseRelPath, utf8Bytes } from './names.ts';

test.each([
  ['', 'empty'],
  ['.', 'dots'],
  ['..', 'dots'],
  ['a/b', 'slashOrNul'],
  ['a\0', 'slashOrNul'],
  ['half of a pair \ud800', 'notUnicode'],
  ['\udc00 the other half', 'notUnicode'],
  ['n'.repeat(256), 'tooLong'],
  ['\u00fc'.repeat(128), 'tooLong'],
] as const)('[S35] %j is a name nowhere (%s), and no message may hold it', (name, fault) => {
  expect(nameFault(name)).toBe(fault);
  expect(entryName.safeParse(name).success).toBe(false);
  expect(parseRelPath(`folder/${name}/file`)).toEqual(
    fault === 'slashOrNul' && !name.includes('\0') ? expect.any(String) : null,
  );
});

test.each([
  '...',
  'CON',
  'a:b',
  'x.',
  ' ',
  '\ud83e\udd80',
  'n'.repeat(255),
  '\u00fc'.repeat(127),
  'back\\slash',
])('[S13] %j is one, whatever single systems make of it', (name) => {
  expect([nameFault(name), entryName.safeParse(name).success]).toEqual([null, true]);
  expect(utf8Bytes(name)).toBe(new TextEncoder().encode(name).length);
});
