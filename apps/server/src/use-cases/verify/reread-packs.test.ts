import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerWorld } from '../../testing/server-world.ts';
import { chunkOf, makeServerWorld, packOf, TestUpload } from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { REREAD_AFTER_MS, REREAD_BYTES_PER_SECOND_MAX, rereadPacksJob } from './reread-packs.ts';
import type { PackJob } from './verify-packs.ts';
import { DAMAGED_AGAIN_AFTER_MS, verifyPacksJob } from './verify-packs.ts';

const HOUR_MS = 3_600_000;
const neverStops = new AbortController().signal;
let world: ServerWorld;
let ann: Caller;
let upload: TestUpload;
let job: PackJob<string>;
let damaged: string[];
let pausedMs: number[];

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  upload = new TestUpload(world, ann, await world.addLibrary(ann));
  await upload.begin();
  [damaged, pausedMs] = [[], []];
  job = newJob();
});
afterEach(() => world.stop());

const options = {
  pause: async (ms: number) => void pausedMs.push(ms),
  onDamaged: (_pack: unknown, why: string) => void damaged.push(why),
};
const newJob = (ports = world.ports, packsPerRunMax = 100) =>
  rereadPacksJob(ports, { ...options, packsPerRunMax });
const verify = (ports = world.ports) => verifyPacksJob(ports, options).run(neverStops);
const keyOf = (packId: string) => `${upload.libraryId}/${packId}`;

/** A pack of one chunk each, sent and verified. */
async function packs(...texts: string[]): Promise<string[]> {
  const sent = [];
  for (const text of texts) sent.push((await upload.send([chunkOf(text)])).packId);
  await verify();
  return sent;
}
/** Whether a new upload of the account has to send it. */
async function isMissing(text: string): Promise<boolean> {
  const later = new TestUpload(world, ann, upload.libraryId);
  await later.begin();
  return (await later.missing([chunkOf(text)])).missing[0] ?? false;
}

test('[B45] a pack is read again 30 days after it was read last, and not before', async () => {
  await packs('old');
  world.advance(REREAD_AFTER_MS - HOUR_MS);
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 0 });
  world.advance(HOUR_MS);
  expect(await job.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 0 });
  expect(await newJob().run(neverStops)).toEqual({ verified: 0, damaged: 0 });
  world.advance(REREAD_AFTER_MS);
  expect(await job.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  expect(await isMissing('old')).toBe(false);
});

test('[B45] one that has rotted is marked and told, and whoever has the content sends it again', async () => {
  const [rotten] = await packs('rotten', 'sound');
  const { bytes } = packOf([chunkOf('rotten')]);
  world.objects.put(
    keyOf(rotten ?? ''),
    bytes.map((byte, at) => (at === 2 ? byte ^ 1 : byte)),
  );
  world.advance(REREAD_AFTER_MS);
  expect(await job.run(neverStops)).toEqual({ verified: 1, damaged: 1 });
  expect(damaged).toEqual([expect.stringContaining('other bytes')]);
  const told = await world.ports.store.read.audit.page({ before: null, sinceMs: 0, limit: 9 });
  expect(told).toMatchObject([{ actor: 'server', action: 'packDamaged', details: { packId: rotten } }]);
  expect([await isMissing('rotten'), await isMissing('sound')]).toEqual([true, false]);
  // The verifier looks at it from then on.
  expect(await job.run(neverStops)).toEqual({ verified: 0, damaged: 0 });
  world.objects.put(keyOf(rotten ?? ''), bytes);
  world.advance(DAMAGED_AGAIN_AFTER_MS);
  expect(await verify()).toEqual({ verified: 1, damaged: 0 });
  expect(await isMissing('rotten')).toBe(false);
});

test('[B45] a run is bounded in packs and in bytes a second, and the next one goes on', async () => {
  await packs('1', '2', '3', '4', '5');
  world.advance(REREAD_AFTER_MS);
  pausedMs = [];
  const small = newJob(world.ports, 2);
  const runs = [await small.run(neverStops), await small.run(neverStops), await small.run(neverStops)];
  expect(runs.map(({ verified }) => verified)).toEqual([2, 2, 1]);
  const { length: packBytes } = packOf([chunkOf('1')]).bytes;
  expect(pausedMs).toHaveLength(5);
  expect(pausedMs[0]).toBeCloseTo((packBytes / REREAD_BYTES_PER_SECOND_MAX) * 1_000, 2);
  world.advance(REREAD_AFTER_MS);
  expect(await small.run(neverStops)).toEqual({ verified: 2, damaged: 0 });
});

test('[B45] a run stops between two packs when it is told to', async () => {
  await packs('one', 'two');
  world.advance(REREAD_AFTER_MS);
  const told = new AbortController();
  const stopping = rereadPacksJob(world.ports, { ...options, pause: async () => told.abort() });
  expect(await stopping.run(told.signal)).toEqual({ verified: 1, damaged: 0 });
  expect(await stopping.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
});

test('[B43] [B45] a store that does not answer proves nothing, and the others have their turn', async () => {
  const sent = await packs('one', 'two');
  const stuck = sent.toSorted()[0] as string;
  world.advance(REREAD_AFTER_MS);
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
  expect(damaged).toEqual([]);
  expect(await newJob().run(neverStops)).toEqual({ verified: 1, damaged: 0 });
});

test('[B45] what two servers find out at once is written once', async () => {
  const [rotten] = await packs('rotten');
  await world.objects.delete(keyOf(rotten ?? '') as never);
  world.advance(REREAD_AFTER_MS);
  const runs = await Promise.all([newJob().run(neverStops), newJob().run(neverStops)]);
  expect(runs.map((run) => run.damaged).toSorted()).toEqual([0, 1]);
  expect(await world.ports.store.read.audit.page({ before: null, sinceMs: 0, limit: 9 })).toHaveLength(1);
});
