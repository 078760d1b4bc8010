import { expect, test } from 'vitest';
import {
  bundleFileOf,
  contentTypeOf,
  pageWithNonce,
  screensHeaders,
  screensPolicy,
} from './screens-bundle.ts';

test.each([
  ['/', 'index.html'],
  ['/index.html', 'index.html'],
  ['/assets/index-Ab_1.js', 'assets/index-Ab_1.js'],
  ['/assets/index-Ab_1.js?v=../../x', 'assets/index-Ab_1.js'],
  ['/conflicts', 'index.html'],
  ['/folders/3', 'index.html'],
])('%s is answered with %s', (path, file) => expect(bundleFileOf(path)).toBe(file));

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/..%2fsecret.txt',
  '/assets\\..\\secret.txt',
  '/.hidden',
  '//host/x.js',
  '/assets//x.js',
  '/C:/x.js',
  '/x.js\u0000.png',
  'x.js',
  '',
])('%j leads nowhere', (path) => expect(bundleFileOf(path)).toBeNull());

test('the policy lets in nothing from elsewhere, and no code that stands in the page', () => {
  const policy = screensPolicy('n1');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("style-src 'self' 'nonce-n1'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});

test('each answer has its own nonce, and only what never changes is kept', () => {
  expect(pageWithNonce('<style nonce="tidesync-csp-nonce">', 'n2')).toBe('<style nonce="n2">');
  expect(screensHeaders('index.html', 'n2')['cache-control']).toBe('no-store');
  expect(screensHeaders('assets/a-1.js', 'n2')['cache-control']).toMatch(/immutable/);
  expect(contentTypeOf('assets/a.js')).toMatch(/^text\/javascript/);
  expect(contentTypeOf('assets/a.exe')).toBe('application/octet-stream');
});
