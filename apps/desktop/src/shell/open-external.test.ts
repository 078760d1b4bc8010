import { expect, test } from 'vitest';
import { mayOpenExternally } from './open-external.ts';

const server = 'http://127.0.0.1:8484';

test.each([
  ['http://127.0.0.1:8484/devices', 'yes'],
  ['https://elsewhere.example/', 'ask'],
  ['http://127.0.0.1:8485/', 'no'],
  ['http://elsewhere.example/', 'no'],
  ['https://files.example@elsewhere.example/', 'no'],
  ['https://127.0.0.1:8484/', 'ask'],
  ['file:///etc/passwd', 'no'],
  ['smb://elsewhere.example/share', 'no'],
  ['javascript:alert(1)', 'no'],
  ['ms-settings:privacy', 'no'],
  ['not an address', 'no'],
] as const)('%s: %s', (url, may) => expect(mayOpenExternally(url, server)).toBe(may));

test('without a server nothing is its page', () => {
  expect(mayOpenExternally('http://127.0.0.1:8484/', null)).toBe('no');
});
