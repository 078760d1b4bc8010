// deploy/minio/init.sh on a real MinIO: what each of the two users can do afterwards, and what not.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { signHeaders } from '@tidesync/server/adapters/object-store/s3-signature';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../servers/find-program.ts';
import { startMinio } from '../servers/start-servers.ts';
import { repoDir } from './proxy-world.ts';

const BUCKET = 'user-data';
const PACK = `/${BUCKET}/packs/a/b`;

interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}
const server: Keys = { accessKey: 'tidesync-server', secretKey: 'server-secret-1' };
const signing: Keys = { accessKey: 'tidesync-signing', secretKey: 'signing-secret-1' };

let minio: Awaited<ReturnType<typeof startMinio>>;
let folder = '';

beforeAll(async () => {
  minio = await startMinio();
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidesync-users-'));
});
afterAll(async () => {
  await minio?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function makeUsers(): Promise<string> {
  const secrets = path.join(folder, 'secrets');
  const bin = path.join(folder, 'bin');
  const files = {
    'minio-root-user': minio.accessKey,
    'minio-root-password': minio.secretKey,
    'minio-server-access-key': server.accessKey,
    'minio-server-secret-key': server.secretKey,
    'minio-signing-access-key': signing.accessKey,
    'minio-signing-secret-key': signing.secretKey,
  };
  await mkdir(secrets, { recursive: true });
  await mkdir(bin, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(secrets, name), text);
  const mc = await findProgram('mc');
  if (mc.how !== 'program') throw new Error('mc has no image');
  await writeFile(path.join(bin, 'mc'), `#!/bin/sh\nexec ${mc.path} "$@"\n`, { mode: 0o755 });
  const { stdout } = await promisify(execFile)(path.join(repoDir, 'deploy/minio/init.sh'), {
    env: {
      ...{ PATH: `${bin}:${process.env.PATH}`, HOME: folder },
      ...{ MINIO_URL_HOST: `${minio.host}:${minio.port}`, BUCKET, SECRETS: secrets },
    },
  });
  return stdout;
}

type Method = 'GET' | 'PUT' | 'DELETE' | 'HEAD';

/** The status of a call with these keys; without any for null. */
async function status(keys: Keys | null, method: Method, target: string, body = ''): Promise<number> {
  const origin = `http://${minio.host}:${minio.port}`;
  const [path = '', search = ''] = target.split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  const hash = createHash('sha256').update(body).digest('hex');
  const signer = keys === null ? null : { keys, region: minio.region, nowMs: Date.now() };
  const signed = signer === null ? {} : signHeaders({ method, origin, path, query }, signer, hash);
  const { host: _, ...headers } = { host: '', ...signed };
  const answer = await fetch(`${origin}${target}`, { method, headers, ...(body === '' ? {} : { body }) });
  await answer.arrayBuffer();
  return answer.status;
}

test('makes both users, and running it again changes nothing', async () => {
  const said = await makeUsers();
  expect(said).toContain('user tidesync-server has policy tidesync-server-user-data');
  expect(await makeUsers()).toContain('user tidesync-signing has policy tidesync-signing-user-data');
});

describe('the server', () => {
  test('makes its bucket, and writes, reads, lists and deletes in it', async () => {
    expect(await status(server, 'PUT', `/${BUCKET}`)).toBe(200);
    expect(await status(server, 'PUT', PACK, 'bytes')).toBe(200);
    expect(await status(server, 'GET', PACK)).toBe(200);
    expect(await status(server, 'GET', `/${BUCKET}?list-type=2`)).toBe(200);
    expect(await status(server, 'GET', `/${BUCKET}?lifecycle=`)).toBe(404);
    expect(await status(server, 'DELETE', PACK)).toBe(204);
  });

  test('makes no other bucket, removes none, and opens none to the world', async () => {
    expect(await status(server, 'PUT', '/another')).toBe(403);
    expect(await status(server, 'DELETE', `/${BUCKET}`)).toBe(403);
    const open = { Version: '2012-10-17', Statement: [] };
    expect(await status(server, 'PUT', `/${BUCKET}?policy=`, JSON.stringify(open))).toBe(403);
  });
});

describe('the signing key', () => {
  test('puts and gets packs', async () => {
    expect(await status(signing, 'PUT', PACK, 'bytes')).toBe(200);
    expect(await status(signing, 'GET', PACK)).toBe(200);
    expect(await status(signing, 'HEAD', PACK)).toBe(200);
  });

  test('can nothing else: no list, no delete, no other prefix, no other bucket', async () => {
    expect(await status(signing, 'DELETE', PACK)).toBe(403);
    expect(await status(signing, 'GET', `/${BUCKET}?list-type=2`)).toBe(403);
    expect(await status(signing, 'GET', `/${BUCKET}?list-type=2&prefix=packs%2F`)).toBe(403);
    expect(await status(signing, 'PUT', `/${BUCKET}/other`, 'bytes')).toBe(403);
    expect(await status(signing, 'GET', `/${BUCKET}/other`)).toBe(403);
    expect(await status(signing, 'PUT', '/another')).toBe(403);
    expect(await status(signing, 'GET', `${PACK}?acl=`)).toBe(403);
  });
});

test('without keys nobody gets anything', async () => {
  for (const target of ['/', `/${BUCKET}?list-type=2`, PACK])
    expect(await status(null, 'GET', target)).toBe(403);
});
