import { expect, test } from 'vitest';
import { UsageError } from './exit-codes.ts';
import { isLoopback, parseServerUrl } from './server-address.ts';

test.each([
  ['https://files.example.org/', 'https://files.example.org'],
  ['https://Files.Example.org:8443/sync/', 'https://files.example.org:8443/sync'],
  ['http://127.0.0.1:8750', 'http://127.0.0.1:8750'],
  ['http://localhost:1/', 'http://localhost:1'],
  ['http://[::1]:1', 'http://[::1]:1'],
])('%s is taken', (text, want) => {
  expect(parseServerUrl(text, false)).toBe(want);
});

test.each([
  'files.example.org',
  'ftp://x',
  'file:///etc',
  '',
  'https://a:b@c',
  'https://a/?x',
  'https://a/#x',
])('"%s" is no address', (text) => {
  expect(() => parseServerUrl(text, true)).toThrow(UsageError);
});

test('[W9] plain HTTP beyond this machine has to be asked for', () => {
  for (const url of [
    'http://192.168.1.5:8750',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
  ]) {
    expect(() => parseServerUrl(url, false)).toThrow(/not encrypted/);
    expect(parseServerUrl(url, true)).toBe(url);
  }
});

test('loopback is told by the whole address', () => {
  expect(['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '128.0.0.1', '127.0.0.1.x', 'xlocalhost', ''].some(isLoopback)).toBe(false);
});
