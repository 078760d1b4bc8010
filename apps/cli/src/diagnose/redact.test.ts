import { expect, test } from 'vitest';
import { redact, redactDocument } from './redact.ts';

const nothing = { secrets: [], userHome: '', names: [] };

test.each<[text: string, gone: string]>([
  ['authorization: Bearer tds_abc.def-123', 'abc.def'],
  ['Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
  ['"password": "correct horse"', 'correct horse'],
  ["PASSWORD='correct horse' next", 'correct horse'],
  ['TIDESYNC_PASSWORD=hunter22', 'hunter22'],
  ['MINIO_SECRET_KEY: hunter22', 'hunter22'],
  ['token=hunter22&x=1', 'hunter22'],
  ['mysql://root:hunter22@db.example.org/x', 'hunter22'],
  ['https://s.example.org/p?X-Amz-Signature=0a1b2c3d4e5f', '0a1b2c3d4e5f'],
  ['a token tds_0123456789abcdef in a sentence', '0123456789abcdef'],
  ['key AKIAIOSFODNN7EXAMPLEwJalrXUtnFEMIK7MDENGbPxRfiCY', 'wJalrXUtnFEMI'],
  ['ada.lovelace@example.org', 'lovelace'],
])('%s', (text, gone) => {
  const safe = redact(text, nothing);
  expect(safe).not.toContain(gone);
  expect(redact(safe, nothing)).toBe(safe);
});

test('what is known goes in each of its spellings, names become numbers, and the home a tilde', () => {
  const secrets = ['se"cret/1', 'short'];
  const text = `${JSON.stringify({ a: 'x se"cret/1 y' })} se%22cret%2F1 /home/ada/Tax 2026/letter.odt`;
  const safe = redact(text, { secrets, userHome: '/home/ada', names: ['/home/ada/Tax 2026', 'letter.odt'] });
  expect(safe).toBe('{"a":"x ‹removed› y"} ‹removed› ‹name 1›/‹name 2›');
});

test('words that only look near to a secret stay', () => {
  const text = 'Signed out: this device was removed. 12 files wait; passed 3 checks at 10:42.';
  expect(redact(text, nothing)).toBe(text);
});

test('a document keeps its form, and what is called a secret is one', () => {
  const document = {
    secretsIn: 'file',
    refreshToken: 'looks like nothing',
    list: [{ password: 'x' }, 'Bearer abcdef', 7, null],
    'ada@example.org': true,
  };
  expect(redactDocument(document, nothing)).toEqual({
    secretsIn: 'file',
    refreshToken: '‹removed›',
    list: [{ password: '‹removed›' }, 'Bearer ‹removed›', 7, null],
    'a…@e….org': true,
  });
});
