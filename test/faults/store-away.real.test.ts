import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { createServerApi, syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { ObjectTransfer, SyncServer } from '@tidesync/engine/ports/server';
import { freeWay } from '@tidesync/engine/ports/server';
import { EMBEDDED_SETTINGS } from '@tidesync/server/settings/server-settings';
import { makeOp } from '@tidesync/server/testing/op-makers';
import {
  chunkOf,
  freshEntryId,
  freshId,
  freshOpId,
  packOf,
  sha256,
} from '@tidesync/server/testing/server-world';
import type { TestServer } from '@tidesync/server/testing/test-server';
import { startTestServer } from '@tidesync/server/testing/test-server';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { LibraryId, UploadId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { Problem } from '@tidesync/shared/problems';
import { Failure } from '@tidesync/shared/problems';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bucketSettings } from '../contract/bucket-settings.ts';
import { until } from '../e2e/support/waiting.ts';
import { realServers } from '../servers/real-servers.ts';
import type { Illness, StoreProxy } from './store-proxy.ts';
import { storeProxy } from './store-proxy.ts';

const never = new AbortController().signal;

let proxy: StoreProxy;
let running: TestServer;
let server: SyncServer;
let objects: ObjectTransfer & { close(): void };
const libraryId = freshId<LibraryId>();
beforeAll(async () => {
  const { minio } = realServers();
  proxy = await storeProxy(minio);
  const endpoint = { host: '127.0.0.1', port: proxy.port, secure: false };
  const objectStore = { ...bucketSettings(minio), endpoint, publicEndpoint: endpoint };
  running = await startTestServer({ settings: { ...EMBEDDED_SETTINGS, objectStore } });
  await running.makeAccount('ann@example.org');
  const { token } = await running.signIn('ann@example.org');
  const { url } = running;
  server = syncServerOf(createServerApi({ url, token: () => token, clock: nodeClock, random: nodeRandom }));
  objects = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
  await server.createLibrary(libraryId, 'Papers');
});
afterEach(() => proxy.fall('none'));
afterAll(async () => {
  objects.close();
  await running.stop();
  proxy.close();
});

/** A content on its way: signed and put while the store is well, so that only the rest is left to do. */
async function put() {
  const chunk = chunkOf(`content ${freshId()} `.repeat(2_000));
  const uploadId = freshId<UploadId>();
  await server.beginUpload(uploadId, libraryId);
  await server.missingChunks(uploadId, [chunk.ref]);
  const pack = packOf([chunk]);
  const [signed] = await server.signPacks(uploadId, [{ sha256: pack.sha256, sizeBytes: pack.bytes.length }]);
  if (signed === undefined) throw new Error('a pack was not signed');
  const send = () => objects.put(signed, [pack.bytes], freeWay(never));
  const seal = () => server.sealPacks(uploadId, [{ packId: signed.packId, entries: pack.entries }]);
  const finish = async () => {
    const { revision } = fileRevision([chunk.ref], sha256);
    await server.stage(uploadId, [], [revision]);
    const at = { parentId: topFolderOf(libraryId), name: freshId(), contentId: revision.contentId };
    const ops = [makeOp.file(freshEntryId(), at)];
    const { results } = await server.commit({ libraryId, opId: freshOpId(), ops });
    expect(results).toMatchObject([{ result: 'applied' }]);
  };
  const read = async () => {
    const [location] = await server.locate(libraryId, [chunk.ref.id]);
    const [address] = await server.signDownloads(libraryId, [signed.packId]);
    if (location === undefined || address === undefined) throw new Error('the content has no place');
    const range = { offset: location.offset, length: location.storedBytes };
    return sha256((await objects.getRange(address, range, never)) as Uint8Array) === chunk.ref.id;
  };
  return { send, seal, finish, read };
}

/** Everything that needs no object, as people do it. */
async function workWithoutObjects(): Promise<void> {
  const [folderId, name] = [freshEntryId(), freshId()];
  const commit = (op: Parameters<SyncServer['commit']>[0]['ops'][number]) =>
    server.commit({ libraryId, opId: freshOpId(), ops: [op] });
  const made = await commit(makeOp.folder(folderId, topFolderOf(libraryId), name));
  const [first] = made.results;
  if (first?.result !== 'applied') throw new Error('a folder was not made');
  const moved = await commit(makeOp.move(first.state, topFolderOf(libraryId), `${name} renamed`));
  expect(moved.results).toMatchObject([{ result: 'applied' }]);
  const tree = await server.tree(libraryId, null);
  expect(tree.entries.map((entry) => entry.name)).toContain(`${name} renamed`);
  expect((await fetch(`${running.url}/ready`)).status).toBe(200);
}

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    () => new Error('the call was not refused'),
    (refusal: unknown) => refusal,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}
const reasonOf = async (call: Promise<unknown>): Promise<Problem['reason']> =>
  (await failureOf(call)).problem.reason;

describe.each([
  ['down', 'storeUnavailable', 'storeUnavailable'],
  ['busy', 'storeUnavailable', 'storeUnavailable'],
  ['cut', 'storeUnavailable', null],
  ['full', 'serverDiskFull', 'serverDiskFull'],
] as const)('while the object store is %s', (illness: Illness, toClient, toServer) => {
  test('[F6] trees are read and changed as ever; content waits, and goes on by itself afterwards', async () => {
    const [sending, sealing] = [await put(), await put()];
    await sealing.send();
    proxy.fall(illness);
    const work = Array.from({ length: 5 }, workWithoutObjects);
    expect(await reasonOf(sending.send())).toBe(toClient);
    if (toServer === null) await sealing.seal();
    else {
      const failure = await failureOf(sealing.seal());
      expect(failure.problem.reason).toBe(toServer);
      expect(failure.retryAfterMs).toBeGreaterThan(0);
    }
    await Promise.all(work);
    proxy.fall('none');
    expect(await sending.send()).toMatch(/stored|alreadyThere/);
    for (const one of [sealing, sending]) {
      await until('the store is asked again', async () => {
        await one.seal();
        return true;
      });
      await one.finish();
      expect(await one.read()).toBe(true);
    }
  });
});

test.each(['slowFirstByte', 'slowBody'] as const)(
  '[F6] an object store that is slow (%s) slows nobody down who needs no content',
  async (illness) => {
    const sending = await put();
    proxy.fall(illness);
    await Promise.all([
      (async () => {
        await sending.send();
        await sending.seal();
        await sending.finish();
        expect(await sending.read()).toBe(true);
      })(),
      ...Array.from({ length: 5 }, workWithoutObjects),
    ]);
  },
);

test('[F7] a store that is away is left alone for a while, and asked again after it', async () => {
  const sealing = await put();
  await sealing.send();
  proxy.fall('down');
  // Until the breaker opens: then the server answers for the store, and says when to come back.
  const refused = await until('the store is left alone', async () => {
    const asked = proxy.requests;
    const failure = await failureOf(sealing.seal());
    return proxy.requests === asked && failure;
  });
  expect(refused.problem).toMatchObject({ reason: 'storeUnavailable', retryAfterMs: expect.any(Number) });
  expect(refused.retryAfterMs).toBeGreaterThan(0);
  proxy.fall('none');
  await until('it is asked again', async () => {
    await sealing.seal();
    return true;
  });
  await sealing.finish();
  expect(await sealing.read()).toBe(true);
});
