import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import Fastify from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { objectKeyOf } from '../../ports/object-store.ts';
import { mountLocalRoutes } from './local-routes.ts';
import { openLocalStore } from './local-store.ts';
import { factsOf } from './object-facts.ts';
import { objectStoreContract } from './object-store-contract.ts';
import { probeObjectStore } from './probe.ts';
import { sendSigned } from './signed-request.ts';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidesync-objects-'));
  folders.push(folder);
  return folder;
}
async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

async function serve(dataDir: string) {
  const local = await openLocalStore(dataDir);
  const server = Fastify();
  mountLocalRoutes(server, { ...local, nowMs: Date.now });
  const serverUrl = await server.listen({ port: 0, host: '127.0.0.1' });
  return { ...local, serverUrl, nowMs: Date.now, close: () => server.close() };
}

objectStoreContract('local', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidesync-contract-'));
  const served = await serve(dataDir);
  const close = async () => {
    await served.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...served, close };
});

describe('local object store', () => {
  afterEach(removeFolders);
  const newKey = () => objectKeyOf(randomUUID() as LibraryId, randomUUID() as PackId);

  test('an object is exactly its bytes in one private file, known again after a restart', async () => {
    const dataDir = await newFolder();
    const [key, bytes] = [newKey(), randomBytes(70_000)];
    const { files } = await openLocalStore(dataDir);
    expect(await files.put(key, Readable.from([bytes]), factsOf(bytes))).toBe('stored');
    const path = join(dataDir, 'objects', key);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect((await stat(join(dataDir, 'object-signing.key'))).mode & 0o777).toBe(0o600);
    const again = await openLocalStore(dataDir);
    expect(await again.store.head(key)).toEqual(factsOf(bytes));
  });

  test('URLs signed before a restart still hold; another installation does not take them', async () => {
    const [first, second] = [await newFolder(), await newFolder()];
    const key = newKey();
    const grant = { key, expiresAtMs: Date.now() + 60_000 };
    const url = await (await openLocalStore(first)).store.signGet(grant);
    const [same, foreign] = [await serve(first), await serve(second)];
    expect((await sendSigned({ method: 'GET', url, serverUrl: same.serverUrl })).status).toBe(404);
    expect((await sendSigned({ method: 'GET', url, serverUrl: foreign.serverUrl })).status).toBe(403);
    await Promise.all([same.close(), foreign.close()]);
  });

  test('a body that breaks off leaves no file; what a crash left is removed at the next start', async () => {
    const dataDir = await newFolder();
    const { files } = await openLocalStore(dataDir);
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('some');
        throw new Error('connection lost');
      })(),
    );
    await expect(files.put(newKey(), broken, factsOf(Buffer.from('something')))).rejects.toThrow(
      'connection lost',
    );
    const incoming = join(dataDir, 'objects', '.incoming');
    expect(await readdir(incoming)).toEqual([]);
    await writeFile(join(incoming, 'left-by-a-crash'), 'x');
    await openLocalStore(dataDir);
    expect(await readdir(incoming)).toEqual([]);
  });

  test('a full disk is answered with 507 and its reason, and leaves nothing', async () => {
    const dataDir = await newFolder();
    const local = await openLocalStore(dataDir);
    const server = Fastify();
    const full = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    mountLocalRoutes(server, { ...local, files: { ...local.files, put: full }, nowMs: Date.now });
    const serverUrl = await server.listen({ port: 0, host: '127.0.0.1' });
    const [key, bytes] = [newKey(), randomBytes(300_000)];
    const { url, headers } = await local.store.signPut({
      key,
      ...factsOf(bytes),
      expiresAtMs: Date.now() + 60_000,
    });
    const answer = await sendSigned({ method: 'PUT', url, headers, body: bytes, serverUrl });
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([507, { reason: 'serverDiskFull' }]);
    await server.close();
  });

  test.each([
    '/objects/../object-signing.key',
    '/objects/%2e%2e/object-signing.key',
    '/objects/..%2fobject-signing.key',
    '/objects/.incoming/x',
    '/objects/',
    '/objects/a/b?expires=9999999999999&signature=AAAA',
    '/objects/a/b?expires=1&expires=2&signature[]=x',
    '/objects/%00',
  ])('nothing is told about %s', async (path) => {
    const served = await serve(await newFolder());
    const answer = await sendSigned({ method: 'GET', url: path, serverUrl: served.serverUrl });
    expect([400, 403, 404]).toContain(answer.status);
    await served.close();
  });

  test('the start check names what a careless store does not refuse', async () => {
    const dataDir = await newFolder();
    const served = await serve(dataDir);
    const careless = {
      ...served.files,
      put: async (...[key, body, expected]: Parameters<typeof served.files.put>) => {
        const bytes = Buffer.concat(await body.toArray());
        return served.files.put(key, Readable.from([bytes]), { ...expected, ...factsOf(bytes) });
      },
    };
    await served.close();
    const server = Fastify();
    mountLocalRoutes(server, { ...served, files: careless });
    const serverUrl = await server.listen({ port: 0, host: '127.0.0.1' });
    const probe = { store: served.store, serverUrl, nowMs: Date.now(), uuid: randomUUID };
    await expect(probeObjectStore(probe)).rejects.toThrow('refuses other bytes');
    await server.close();
  });
});
