// deploy/make-secrets.sh: what it writes, what it leaves alone, and who may read it.

import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { repoDir } from './proxy-world.ts';

let secrets = '';
beforeEach(async () => {
  secrets = path.join(await mkdtemp(path.join(os.tmpdir(), 'tidesync-secrets-')), 'secrets');
});
afterEach(() => rm(path.dirname(secrets), { recursive: true, force: true }));

const make = (...args: string[]) =>
  promisify(execFile)(path.join(repoDir, 'deploy/make-secrets.sh'), args, {
    env: { ...process.env, SECRETS_DIR: secrets },
  });
const read = (name: string) => readFile(path.join(secrets, name), 'utf8');
const contents = async () =>
  Object.fromEntries(
    await Promise.all((await readdir(secrets)).map(async (name) => [name, await read(name)] as const)),
  );

test('passwords are long, different from each other, and of characters that no one has to quote', async () => {
  await make();
  const { 'tidb-init.sql': sql = '', 'database-url': url = '', ...rest } = await contents();
  const random = Object.entries(rest).filter(([name]) => /password|secret-key/.test(name));
  expect(random.length).toBe(5);
  for (const [, text] of random) expect(text).toMatch(/^[0-9a-f]{48}$/);
  expect(new Set(random.map(([, text]) => text)).size).toBe(random.length);
  expect(url).toBe(`mysql://tidesync:${rest['database-password']}@tidb:4000/tidesync`);
  expect(sql).toContain(rest['database-root-password']);
});

test('doing it again changes nothing, and gives back what was lost', async () => {
  await make();
  const before = await contents();
  await rm(path.join(secrets, 'minio-signing-secret-key'));
  await make();
  const { 'minio-signing-secret-key': made, ...after } = await contents();
  const { 'minio-signing-secret-key': lost, ...kept } = before;
  expect(after).toEqual(kept);
  expect(made).not.toBe(lost);
});

test('the folder is closed to others; the files can be read by whoever a container gives them to', async () => {
  await make();
  expect((await stat(secrets)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(secrets))
    expect([name, (await stat(path.join(secrets, name))).mode & 0o777]).toEqual([name, 0o444]);
});

test('the certificate is for both names, by an authority whose key nobody has', async () => {
  await make('--self-signed', 'tidesync.test', 'objects.test');
  const [certificate, authority] = [
    new X509Certificate(await read('tls-cert.pem')),
    new X509Certificate(await read('tls-ca.pem')),
  ];
  for (const name of ['tidesync.test', 'objects.test']) expect(certificate.checkHost(name)).toBe(name);
  expect(certificate.checkHost('other.test')).toBeUndefined();
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect([certificate.ca, authority.ca]).toEqual([false, true]);
  const key = createPrivateKey(await read('tls-key.pem'));
  expect(certificate.checkPrivateKey(key)).toBe(true);
  const keys = Object.entries(await contents()).filter(([, text]) => text.includes('PRIVATE KEY'));
  expect(keys.map(([name]) => name)).toEqual(['tls-key.pem']);
});

test('a certificate of ones own stays, and without one the files are there and empty', async () => {
  await make();
  expect(await read('tls-cert.pem')).toBe('');
  await rm(path.join(secrets, 'tls-cert.pem'));
  await writeFile(path.join(secrets, 'tls-cert.pem'), 'mine');
  await make('--self-signed', 'a.test', 'b.test');
  expect(await read('tls-cert.pem')).toBe('mine');
});

test('what it does not understand it says, and writes nothing', async () => {
  await expect(make('--self-signed', 'only-one')).rejects.toMatchObject({ code: 2 });
  await expect(make('--what')).rejects.toMatchObject({ code: 2 });
  await expect(readdir(secrets)).rejects.toMatchObject({ code: 'ENOENT' });
});
