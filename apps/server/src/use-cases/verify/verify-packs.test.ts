import type { PackEntry } from '@tidesync/shared/pack-format';
import { encodePackEnd } from '@tidesync/shared/pack-format';
import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Chunk, Pack, ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  makeServerWorld,
  packOf,
  refusalOf,
  sha256,
  TestUpload,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { locateChunks } from '../downloads/locate-chunks.ts';
import type { PackJob } from './verify-packs.ts';
import { DAMAGED_AGAIN_AFTER_MS, VERIFY_BYTES_PER_SECOND_MAX, verifyPacksJob } from './verify-packs.ts';

let world: ServerWorld;
let ann: Caller;
let bob: Caller;
let annUpload: TestUpload;
let bobUpload: TestUpload;
let job: PackJob<string>;
let damaged: string[];
let pausedMs: number[];
const neverStops = new AbortController().signal;

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  bob = await world.addAccount('bob@example.org');
  const libraryId = await world.addLibrary(ann);
  await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, bob.accountId, 'editor'));
  annUpload = new TestUpload(world, ann, libraryId);
  bobUpload = new TestUpload(world, bob, libraryId);
  await annUpload.begin();
  await bobUpload.begin();
  [damaged, pausedMs] = [[], []];
  job = newJob();
});
afterEach(() => world.stop());

const newJob = (ports = world.ports, packsPerRunMax = 100) =>
  verifyPacksJob(ports, {
    packsPerRunMax,
    pause: async (ms) => void pausedMs.push(ms),
    onDamaged: (_pack, why) => void damaged.push(why),
  });
const missingOf = async (upload: TestUpload, chunk: Chunk) => (await upload.missing([chunk])).missing[0];
const usedBytes = async () => (await world.ports.store.read.accounts.byId(ann.accountId))?.usedBytes;

/** A pack of one chunk whose index and seal give the chunk another name than its bytes have. */
function lyingPack(claimed: Chunk, bytes: Uint8Array): Pack {
  const entry: PackEntry = {
    chunkId: claimed.ref.id,
    offset: 0,
    storedBytes: bytes.length,
    plainBytes: bytes.length,
    codec: 'plain',
    storedSha256: claimed.ref.id,
  };
  const end = encodePackEnd([entry], (text) => new TextEncoder().encode(text));
  const whole = Buffer.concat([bytes, end]);
  return { bytes: whole, sha256: sha256(whole), entries: [entry] };
}

async function sendPack(upload: TestUpload, pack: Pack) {
  const packId = await upload.sign(pack);
  upload.put(packId, pack.bytes);
  await upload.seal(packId, pack.entries);
  return packId;
}
const keyOf = (packId: string) => `${annUpload.libraryId}/${packId}`;

test('[B40] a chunk counts for another member once it was read back and hashed, and is paid for once', async () => {
  const chunk = chunkOf('the same slide in two talks');
  await annUpload.send([chunk]);
  const paid = await usedBytes();
  expect(await missingOf(bobUpload, chunk)).toBe(true);
  expect(await job.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  expect(await missingOf(bobUpload, chunk)).toBe(false);
  await bobUpload.stage([chunk]);
  expect(await bobUpload.send([chunk])).toMatchObject({ chargedBytes: 0 });
  expect(await usedBytes()).toBe(paid);
  expect(await job.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 0 });
});

test('[B40] of another library it does not count', async () => {
  const chunk = chunkOf('mine alone');
  await annUpload.send([chunk]);
  await job.run(neverStops);
  const other = new TestUpload(world, bob, await world.addLibrary(bob));
  await other.begin();
  expect(await missingOf(other, chunk)).toBe(true);
});

test('[B41] whoever sends other bytes under the name of a chunk spoils it for nobody', async () => {
  const honest = chunkOf('the wording that Bob is about to send');
  const lie = new TextEncoder().encode('x'.repeat(honest.bytes.length));
  const liePackId = await sendPack(annUpload, lyingPack(honest, lie));
  expect(await missingOf(bobUpload, honest)).toBe(true);
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 1 });
  expect(damaged).toEqual([expect.stringContaining('other bytes than its name says')]);
  expect(await missingOf(bobUpload, honest)).toBe(true);
  const { packId } = await bobUpload.send([honest]);
  await job.run(neverStops);
  const input = { libraryId: annUpload.libraryId, chunkIds: [honest.ref.id] };
  const located = await locateChunks(world.ports, ann, input);
  expect(located.locations.map((one) => one.packId)).toEqual([packId, liePackId]);
  expect(await missingOf(annUpload, honest)).toBe(false);
});

test('[B41] what a seal says beyond the index of the pack stays without weight for others', async () => {
  const [real, claimed] = [chunkOf('really there'), chunkOf('only said')];
  const pack = packOf([real]);
  const packId = await annUpload.sign(pack);
  annUpload.put(packId, pack.bytes);
  const lie = { ...pack.entries[0], chunkId: claimed.ref.id, storedSha256: claimed.ref.id } as PackEntry;
  await annUpload.seal(packId, [...pack.entries, { ...lie, storedBytes: 9, plainBytes: 9 }]);
  await job.run(neverStops);
  expect(await missingOf(bobUpload, real)).toBe(false);
  expect(await missingOf(bobUpload, claimed)).toBe(true);
});

test.each<[what: string, index: (pack: Pack) => Uint8Array]>([
  ['another index than was sealed', () => packOf([chunkOf('b')]).bytes.subarray(1)],
  ['an index that is no JSON', () => endOf('[[')],
  ['an index of other things', () => endOf('[1, null, {"a": []}]')],
  ['no index at all', () => Buffer.from('nothing that could be read as the end of any pack')],
])('[B41] a pack with %s counts for nobody', async (_what, end) => {
  const chunk = chunkOf('a');
  const honest = packOf([chunk]);
  const bytes = Buffer.concat([chunk.bytes, end(honest)]);
  await sendPack(annUpload, { bytes, sha256: sha256(bytes), entries: honest.entries });
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 1 });
  expect(await missingOf(bobUpload, chunk)).toBe(true);
  expect(await missingOf(annUpload, chunk)).toBe(true);
});

function endOf(json: string): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([Buffer.from(json), length, Buffer.from([1]), Buffer.from('TSPK')]);
}

test.each<[what: string, spoil: (key: string, pack: Pack) => unknown]>([
  [
    'lost a bit',
    (key, pack) =>
      world.objects.put(
        key,
        pack.bytes.map((byte, at) => (at === 2 ? byte ^ 1 : byte)),
      ),
  ],
  ['was cut short', (key, pack) => world.objects.put(key, pack.bytes.slice(0, -1))],
  ['is gone', (key) => world.objects.delete(key as never)],
])('[B42] nobody relies on a pack that %s, so the content is sent again', async (_what, spoil) => {
  const chunk = chunkOf('the only copy');
  const pack = packOf([chunk]);
  const { packId } = await annUpload.send([chunk]);
  spoil(keyOf(packId), pack);
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 1 });
  expect(await missingOf(annUpload, chunk)).toBe(true);
  expect(await refusalOf(bobUpload.stage([chunk]))).toEqual({ reason: 'chunksMissing', count: 1 });
  const input = { libraryId: annUpload.libraryId, chunkIds: [chunk.ref.id] };
  expect((await locateChunks(world.ports, bob, input)).locations.map((one) => one.packId)).toEqual([packId]);
  const again = new TestUpload(world, ann, annUpload.libraryId);
  await again.begin();
  const second = await again.send([chunk]);
  await job.run(neverStops);
  expect((await locateChunks(world.ports, bob, input)).locations.map((one) => one.packId)).toEqual([
    second.packId,
    packId,
  ]);
});

test('[B42] a pack that a store answered wrongly for once is found to be good a day later', async () => {
  const chunk = chunkOf('whole after all');
  const { packId } = await annUpload.send([chunk]);
  world.objects.put(keyOf(packId), Buffer.from('an error page'));
  await job.run(neverStops);
  world.objects.put(keyOf(packId), packOf([chunk]).bytes);
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 0 });
  world.advance(DAMAGED_AGAIN_AFTER_MS);
  const objectStore = { ...world.objects, read: async () => null };
  const still = newJob({ ...world.ports, objectStore });
  expect(await still.run(neverStops)).toEqual({ verified: 0, damaged: 1 });
  world.advance(DAMAGED_AGAIN_AFTER_MS);
  const told = await world.ports.store.read.audit.page({ before: null, sinceMs: 0, limit: 9 });
  const details = { packId, why: expect.stringContaining('length') };
  expect(told).toMatchObject([
    { actor: 'server', action: 'packDamaged', target: annUpload.libraryId, details },
  ]);
  expect(await job.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  const later = new TestUpload(world, bob, annUpload.libraryId);
  await later.begin();
  expect(await missingOf(later, chunk)).toBe(false);
});

test('[B43] a store that does not answer proves nothing, and the other packs have their turn', async () => {
  const [first, second] = [chunkOf('one'), chunkOf('two')];
  const packs = [await annUpload.send([first]), await annUpload.send([second])];
  const stuck = packs.map((pack) => pack.packId).toSorted()[0] as string;
  const objectStore: typeof world.objects = {
    ...world.objects,
    async read(key) {
      if (key === keyOf(stuck)) throw new Failure({ reason: 'storeUnavailable', detail: 'it is away' });
      return world.objects.read(key);
    },
  };
  const stumbling = newJob({ ...world.ports, objectStore });
  await expect(stumbling.run(neverStops)).rejects.toMatchObject({ problem: { reason: 'storeUnavailable' } });
  expect(await stumbling.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  expect(await newJob().run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  expect(damaged).toEqual([]);
});

test('[B43] a run takes a bounded number of packs, keeps to its rate, and the next goes on', async () => {
  for (const text of ['1', '2', '3']) await annUpload.send([chunkOf(`chunk ${text}`)]);
  const small = newJob(world.ports, 2);
  expect(await small.run(neverStops)).toEqual({ verified: 2, damaged: 0 });
  const { length: packBytes } = packOf([chunkOf('chunk 1')]).bytes;
  expect(pausedMs[0]).toBeCloseTo((packBytes / VERIFY_BYTES_PER_SECOND_MAX) * 1_000, 2);
  expect(await small.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
});

test('[B43] a run stops between two packs when it is told to, and is never one of two', async () => {
  await annUpload.send([chunkOf('one')]);
  await annUpload.send([chunkOf('two')]);
  const told = new AbortController();
  const stopping = verifyPacksJob(world.ports, {
    pause: async () => told.abort(),
    onDamaged: () => undefined,
  });
  const [run, same] = [stopping.run(told.signal), stopping.run(told.signal)];
  expect(await run).toEqual({ verified: 1, damaged: 0 });
  expect(await same).toBe(await run);
  expect(await stopping.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
});

test('[B43] what two servers find out at once is written once', async () => {
  await annUpload.send([chunkOf('one')]);
  const runs = await Promise.all([newJob().run(neverStops), newJob().run(neverStops)]);
  expect(runs.map((run) => run.verified).toSorted()).toEqual([0, 1]);
});
