import { expect, test } from 'vitest';
import { isLoopback, isPlain, withScheme } from './server-address.ts';

test.each([
  ['files.example.org', 'https://files.example.org'],
  [' https://files.example.org/sync ', 'https://files.example.org/sync'],
  ['http://192.168.1.5:8400', 'http://192.168.1.5:8400'],
  ['localhost:8400', 'http://localhost:8400'],
  ['127.0.0.1:8400', 'http://127.0.0.1:8400'],
  ['localhost.evil.example', 'https://localhost.evil.example'],
  ['', ''],
])('%s means %s', (typed, url) => expect(withScheme(typed)).toBe(url));

test('what anyone on the way could read is known', () => {
  expect(isPlain('http://a')).toBe(true);
  expect(isPlain('https://a')).toBe(false);
  expect(isLoopback('http://[::1]:80')).toBe(true);
  expect(isLoopback('http://127.0.0.1.example.org')).toBe(false);
  expect(isLoopback('nonsense')).toBe(false);
});
