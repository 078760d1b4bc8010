import { expect, test } from 'vitest';
import { connectionOptions } from './tidb-pool.ts';

const ca = import.meta.filename;

test.each([
  ['mysql://ann:p%40ss@db.example:4001/tidesync', undefined],
  ['mysql://ann@db.example/tidesync?tls=false', undefined],
  ['mysql://ann@db.example/tidesync?tls=true', { minVersion: 'TLSv1.2', verifyIdentity: true }],
  [`mysql://ann@db.example/tidesync?tls-ca=${ca}`, { verifyIdentity: true, ca: expect.any(Buffer) }],
  [`mysql://ann@10.0.0.4/tidesync?tls=true&tls-ca=${ca}`, { verifyIdentity: false, ca: expect.any(Buffer) }],
])('%s has TLS that was asked for, with the name in the certificate compared', (url, ssl) => {
  const options = connectionOptions(url);
  if (ssl === undefined) expect(options).not.toHaveProperty('ssl');
  else expect(options.ssl).toMatchObject(ssl);
});

test.each([
  ['mysql://ann:secret%@db.example/tidesync', 'a % in its password has to be written as %25'],
  ['mysql://ann:secret@db.example/tidesync?ssl=true', 'behind ? it takes'],
  ['mysql://ann:secret@db.example/tidesync?tls=1', 'tls takes true or false'],
  ['mysql://ann:secret@db.example/tidesync?tls=false&tls-ca=/ca.pem', 'tls-ca takes a file'],
  ['mysql://ann:secret@db.example/tidesync?tls-ca=/no/such.pem', '/no/such.pem of tls-ca cannot be read'],
  ['mysql://ann:secret@10.0.0.4/tidesync?tls=true', 'the host is a name'],
  ['mysql://ann:secret@[fd00::1]/tidesync?tls=true', 'the host is a name'],
  ['mysql://ann:secret@db.example/%zz', 'names no database'],
])('%s is refused in words, without its password', (url, why) => {
  const connecting = () => connectionOptions(url);
  expect(connecting).toThrow(why);
  expect(connecting).not.toThrow('secret');
});
