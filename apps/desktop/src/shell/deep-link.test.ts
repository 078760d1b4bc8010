import { expect, test } from 'vitest';
import type { GoTo } from './bridge.ts';
import { deepLinkIn, parseDeepLink } from './deep-link.ts';

test.each<[string, GoTo]>([
  ['tidesync://open/conflicts', { to: 'place', place: 'conflicts' }],
  ['tidesync://open/home', { to: 'place', place: 'home' }],
  [
    'tidesync://connect?server=https://files.example.org',
    { to: 'connect', serverUrl: 'https://files.example.org' },
  ],
  [
    'tidesync://connect/?server=http%3A%2F%2F127.0.0.1%3A8484%2Fx',
    { to: 'connect', serverUrl: 'http://127.0.0.1:8484' },
  ],
])('%s shows a screen', (link, goTo) => expect(parseDeepLink(link)).toEqual(goTo));

test.each([
  'tidesync://open/../etc',
  'tidesync://open/conflicts/keep-mine',
  'tidesync://open',
  'tidesync://delete?folder=/home',
  'tidesync://connect',
  'tidesync://connect?server=file:///etc/passwd',
  'tidesync://connect?server=javascript:alert(1)',
  'tidesync://connect?server=https://a:b@files.example.org',
  'tidesync://user:pw@open/home',
  'tidesync://open:80/home',
  'https://files.example.org',
  'tidesync:open/home',
  `tidesync://connect?server=https://${'a'.repeat(2_000)}.org`,
  'no link',
])('%s does nothing', (link) => expect(parseDeepLink(link)).toBeNull());

test('a command line has the link among other things', () => {
  expect(deepLinkIn(['--no-sandbox', '/opt/app', 'tidesync://open/home', '--x'])).toEqual({
    to: 'place',
    place: 'home',
  });
  expect(deepLinkIn(['tidesync://bad', '/opt/app'])).toBeNull();
});
