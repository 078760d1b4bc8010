import { expect, test } from 'vitest';
import type { AppRequest, AskedOfApp } from './app-request.ts';
import { appRequestOf } from './app-request.ts';

const asked = (url: string, some: Partial<AskedOfApp> = {}): AskedOfApp => ({
  url,
  method: 'GET',
  headers: {},
  ...some,
});

test.each<[string, AskedOfApp, AppRequest]>([
  ['the page', asked('app://ui/'), { is: 'file', file: 'index.html' }],
  ['a file', asked('app://ui/assets/a-1.js'), { is: 'file', file: 'assets/a-1.js' }],
  ["a route of the page's router", asked('app://ui/conflicts#x'), { is: 'file', file: 'index.html' }],
  ['a file outside', asked('app://ui/assets/..%2f..%2fpackage.json'), { is: 'refused', status: 404 }],
  ['another host', asked('app://other/index.html'), { is: 'refused', status: 404 }],
  ['a host that begins like ours', asked('app://ui.evil/index.html'), { is: 'refused', status: 404 }],
  [
    'a call, of whose headers few go on',
    asked('app://ui/trpc/status?input=%7B%7D', {
      headers: { accept: '*/*', cookie: 'a=b', authorization: 'Bearer x', origin: 'app://ui', host: 'evil' },
    }),
    { is: 'engine', path: '/trpc/status?input=%7B%7D', headers: { accept: '*/*' } },
  ],
  [
    'a call with a body',
    asked('app://ui/trpc/folders.add', { method: 'POST', headers: { 'content-type': 'application/json' } }),
    { is: 'engine', path: '/trpc/folders.add', headers: { 'content-type': 'application/json' } },
  ],
  [
    "another page's call",
    asked('app://ui/trpc/status', { headers: { origin: 'https://evil.example' } }),
    { is: 'refused', status: 403 },
  ],
  [
    'a call that is neither',
    asked('app://ui/trpc/status', { method: 'DELETE' }),
    { is: 'refused', status: 405 },
  ],
  [
    'a file that is to be written',
    asked('app://ui/index.html', { method: 'POST' }),
    { is: 'refused', status: 405 },
  ],
])('%s', (_what, request, answer) => expect(appRequestOf(request)).toEqual(answer));
