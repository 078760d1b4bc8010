import { expect, test } from 'vitest';
import { parseNatsUrl } from './nats-url.ts';

const none = { kind: 'none' };

test.each([
  ['nats://127.0.0.1:4222', { servers: ['127.0.0.1:4222'], tls: false, auth: none }],
  ['tls://events.example.org', { servers: ['events.example.org:4222'], tls: true, auth: none }],
  ['nats://[::1]:4333/', { servers: ['[::1]:4333'], tls: false, auth: none }],
  ['nats://a:1,nats://b:2, nats://c', { servers: ['a:1', 'b:2', 'c:4222'], tls: false, auth: none }],
])('%s is understood', (text, address) => {
  expect(parseNatsUrl(text)).toEqual(address);
});

test.each([
  ['nats://ada:12%2F34@host', { kind: 'password', user: 'ada', pass: '12/34' }],
  ['nats://s3cret@host', { kind: 'token', token: 's3cret' }],
])('credentials are taken out of %s', (text, auth) => {
  expect(parseNatsUrl(text)).toEqual({ servers: ['host:4222'], tls: false, auth });
});

test.each([
  '',
  'host:4222',
  'http://host',
  'ws://host',
  'nats://',
  'nats://host/path',
  'nats://a%@b',
  'nats://a,b',
])('%s is none', (text) => {
  expect(parseNatsUrl(text)).toBeNull();
});
