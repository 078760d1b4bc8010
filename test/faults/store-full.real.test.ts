import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { createServerApi, syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { ObjectTransfer, SyncServer } from '@tidesync/engine/ports/server';
import { freeWay } from '@tidesync/engine/ports/server';
import { openAdmin } from '@tidesync/server/compose-admin';
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
import { recountQuotas } from '@tidesync/server/use-cases/quotas/recount-quotas';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { LibraryId, UploadId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import { afterAll, describe, expect, test } from 'vitest';
import { bucketSettings } from '../contract/bucket-settings.ts';
import { until } from '../e2e/support/waiting.ts';
import type { S3Address } from '../servers/real-servers.ts';
import type { Started } from '../servers/running-server.ts';
import { startMinio, startVersitygw } from '../servers/start-servers.ts';
import type { SmallDisk } from './small-disk.ts';
import { mountSmallDisk } from './small-disk.ts';

const DISK_MIB = 96;
const GROWN_MIB = 256;
const DEVICES = 8;
const CONTENT_BYTES = 1024 * 1024;
/** Twice what the disk holds: whoever gets this far is never refused. */
const CONTENTS_MAX = (2 * DISK_MIB * 1024 * 1024) / CONTENT_BYTES;

const never = new AbortController().signal;
const probed = await mountSmallDisk(1);
await probed?.remove();
const mayMount = probed !== null;

interface World {
  readonly disk: SmallDisk;
  readonly store: Started<S3Address>;
  readonly running: TestServer;
  readonly server: SyncServer;
  readonly objects: ObjectTransfer & { close(): void };
  readonly libraryId: LibraryId;
}
const opened: World[] = [];

type Start = (options: { dataDir: string }) => Promise<Started<S3Address>>;

async function openWorld(start: Start): Promise<World> {
  const disk = (await mountSmallDisk(DISK_MIB)) as SmallDisk;
  const store = await start({ dataDir: path.join(disk.path, 'data') });
  const running = await startTestServer({
    settings: { ...EMBEDDED_SETTINGS, objectStore: bucketSettings(store) },
  });
  await running.makeAccount('ann@example.org');
  const { token } = await running.signIn('ann@example.org');
  const { url } = running;
  const server = syncServerOf(
    createServerApi({ url, token: () => token, clock: nodeClock, random: nodeRandom }),
  );
  const objects = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
  const libraryId = freshId<LibraryId>();
  await server.createLibrary(libraryId, 'Papers');
  const world = { disk, store, running, server, objects, libraryId };
  opened.push(world);
  return world;
}

afterAll(async () => {
  for (const { objects, running, store, disk } of opened) {
    objects.close();
    await running.stop();
    await store.stop();
    await disk.remove();
  }
});

/** One file on its way. Each step may be asked for again. */
async function upload({ server, objects, libraryId }: World) {
  const chunk = chunkOf(randomBytes(CONTENT_BYTES / 2).toString('hex'));
  const pack = packOf([chunk]);
  const uploadId = freshId<UploadId>();
  await server.beginUpload(uploadId, libraryId);
  await server.missingChunks(uploadId, [chunk.ref]);
  const { revision } = fileRevision([chunk.ref], sha256);
  const opId = freshOpId();
  const at = { parentId: topFolderOf(libraryId), name: freshId(), contentId: revision.contentId };
  const ops = [makeOp.file(freshEntryId(), at)];
  const send = async () => {
    const packs = [{ sha256: pack.sha256, sizeBytes: pack.bytes.length }];
    const [signed] = await server.signPacks(uploadId, packs);
    if (signed === undefined) throw new Error('a pack was not signed');
    await objects.put(signed, [pack.bytes], freeWay(never));
    await server.sealPacks(uploadId, [{ packId: signed.packId, entries: pack.entries }]);
    await server.stage(uploadId, [], [revision]);
    const { results } = await server.commit({ libraryId, opId, ops });
    expect(results).toMatchObject([{ result: 'applied' }]);
  };
  const read = async () => {
    const [location] = await server.locate(libraryId, [chunk.ref.id]);
    if (location === undefined) throw new Error('the content has no place');
    const [address] = await server.signDownloads(libraryId, [location.packId]);
    if (address === undefined) throw new Error('the content has no address');
    const range = { offset: location.offset, length: location.storedBytes };
    return sha256((await objects.getRange(address, range, never)) as Uint8Array) === chunk.ref.id;
  };
  return { send, read };
}
type Upload = Awaited<ReturnType<typeof upload>>;

/** Several devices at once, until each was told that there is no space. */
async function fillUp(world: World): Promise<{ done: Upload[]; refused: Upload[] }> {
  const [done, refused]: [Upload[], Upload[]] = [[], []];
  const device = async () => {
    while (done.length < CONTENTS_MAX) {
      const one = await upload(world);
      try {
        await one.send();
        done.push(one);
      } catch (error) {
        // Also from a MinIO that has not noticed yet, and says 500.
        if (!isFailure(error, 'serverDiskFull')) throw error;
        refused.push(one);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: DEVICES }, device));
  return { done, refused };
}

/** Everything that needs no object, as people do it. */
async function workWithoutObjects({ server, libraryId, running }: World): Promise<void> {
  const [folderId, name] = [freshEntryId(), freshId()];
  const commit = (op: Parameters<SyncServer['commit']>[0]['ops'][number]) =>
    server.commit({ libraryId, opId: freshOpId(), ops: [op] });
  const [made] = (await commit(makeOp.folder(folderId, topFolderOf(libraryId), name))).results;
  if (made?.result !== 'applied') throw new Error('a folder was not made');
  const [moved] = (await commit(makeOp.move(made.state, topFolderOf(libraryId), `${name} renamed`))).results;
  if (moved?.result !== 'applied') throw new Error('a folder was not renamed');
  const names = async () => (await server.tree(libraryId, null)).entries.map((entry) => entry.name);
  expect(await names()).toContain(`${name} renamed`);
  const [deleted] = (await commit(makeOp.remove(moved.state))).results;
  expect(deleted).toMatchObject({ result: 'applied' });
  expect(await names()).not.toContain(`${name} renamed`);
  expect((await fetch(`${running.url}/ready`)).status).toBe(200);
}

async function quotaDrifts({ running }: World): Promise<unknown> {
  const { ports, close } = await openAdmin(running.dataDir, { mayMake: false });
  const { drifts } = await recountQuotas(ports, { actor: 'server', dryRun: true }).finally(close);
  return drifts;
}

// Where nothing can be mounted, a proxy's word for a full store is what is tested: store-away.real.test.ts.
const stores: [string, Start][] = mayMount
  ? [
      ['MinIO', startMinio],
      ['versitygw', startVersitygw],
    ]
  : [];

describe.each(stores)('%s on a disk that is full to the last block', (_, start) => {
  test('[F6] says so, keeps all that was answered, and takes the rest when it has space', async () => {
    const world = await openWorld(start);
    const { done, refused } = await fillUp(world);
    expect(done.length).toBeGreaterThan(DISK_MIB / 4);
    expect(refused).toHaveLength(DEVICES);
    await Promise.all(Array.from({ length: DEVICES }, () => workWithoutObjects(world)));
    for (const one of done) expect(await one.read()).toBe(true);
    expect(await quotaDrifts(world)).toEqual([]);
    await world.disk.grow(GROWN_MIB);
    for (const one of refused) {
      await until('there is space', async () => {
        await one.send();
        return true;
      });
    }
    for (const one of [...done, ...refused]) expect(await one.read()).toBe(true);
    expect(await quotaDrifts(world)).toEqual([]);
  });
});
