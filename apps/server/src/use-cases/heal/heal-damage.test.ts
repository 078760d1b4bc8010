import type { Revision } from '@tidesync/shared/chunk-list';
import { descriptionOf, encodeRefs, fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, LibraryId, PackId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect, driftsOf, passDays, readContent } from '../../testing/garbage-world.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { Chunk, ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshOpId,
  makeServerWorld,
  packOf,
  refusalOf,
  sha256,
  TestUpload,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { listLibraries } from '../libraries/list-libraries.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { stageRevisions } from '../uploads/stage-revisions.ts';
import { REREAD_AFTER_MS, rereadPacksJob } from '../verify/reread-packs.ts';
import { verifyPacksJob } from '../verify/verify-packs.ts';
import type { HealJob } from './heal-damage.ts';
import { healDamageJob } from './heal-damage.ts';
import { listWanted } from './list-wanted.ts';
import { readSuspectsJob } from './read-suspects.ts';
import { reportSuspects, SUSPECT_AGAIN_AFTER_MS } from './report-suspects.ts';
import { whoNeeds } from './who-needs.ts';

const neverStops = new AbortController().signal;
let world: ServerWorld;
let ann: Caller;
let bob: Caller;
let libraryId: LibraryId;
let upload: TestUpload;
let job: HealJob;
let lost: number[];
let reads: number;

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  bob = await world.addAccount('bob@example.org');
  libraryId = await world.addLibrary(ann);
  await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, bob.accountId, 'editor'));
  upload = await newUpload(ann);
  [lost, reads] = [[], 0];
  job = newJob();
});
afterEach(() => world.stop());

const newJob = () => {
  const read: typeof world.objects.read = (key) => {
    reads += 1;
    return world.objects.read(key);
  };
  const ports = { ...world.ports, objectStore: { ...world.objects, read } };
  return healDamageJob(ports, { onLost: (_library, contents) => void lost.push(contents) });
};
const reading = { pause: async () => undefined, onDamaged: () => undefined };
const verify = () => verifyPacksJob(world.ports, reading).run(neverStops);
const heal = () => job.run(neverStops);
const keyOf = (packId: string) => `${libraryId}/${packId}`;
const usedBytes = async () => (await world.ports.store.read.accounts.byId(ann.accountId))?.usedBytes;
const wanted = async (caller = ann) =>
  (await listWanted(world.ports, caller, { libraryId, after: null })).contentIds;

async function newUpload(caller: Caller): Promise<TestUpload> {
  const made = new TestUpload(world, caller, libraryId);
  await made.begin();
  return made;
}
/** A committed file for each of the contents, whose chunks all lie in one verified pack. */
async function files(...contents: Chunk[][]): Promise<{ packId: PackId; contentIds: ContentId[] }> {
  const { packId } = await upload.send(contents.flat());
  const contentIds = [];
  for (const [index, chunks] of contents.entries()) {
    const contentId = await upload.stage(chunks);
    contentIds.push(contentId);
    const place = { parentId: topFolderOf(libraryId), name: `file ${index}`, contentId };
    const ops = [makeOp.file(freshEntryId(), place)];
    await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
  }
  await verify();
  return { packId, contentIds };
}
/** What a rotten disk does to one chunk of a pack, and the job that finds it a month later. */
async function rot(packId: PackId, chunks: readonly Chunk[], at: number): Promise<void> {
  const { bytes, entries } = packOf(chunks);
  const from = entries[at]?.offset ?? 0;
  world.objects.put(
    keyOf(packId),
    bytes.map((byte, index) => (index === from ? byte ^ 1 : byte)),
  );
  world.advance(REREAD_AFTER_MS);
  await rereadPacksJob(world.ports, reading).run(neverStops);
  upload = await newUpload(ann);
}
const contentOf = (contentId: ContentId) => readContent(world, bob, { libraryId, contentId });

const [one, two, three] = [chunkOf('the first chapter'), chunkOf('the second'), chunkOf('and the third one')];

test('[H2] one rotten byte costs one chunk: what can still be read is in a sound pack, for nothing', async () => {
  const { packId, contentIds } = await files([one], [two], [three]);
  const before = await usedBytes();
  await rot(packId, [one, two, three], 1);
  expect(await heal()).toEqual({ salvaged: 2, wanted: 1, emptied: 0, found: 0 });
  expect([await wanted(), lost]).toEqual([[contentIds[1]], [1]]);
  await verify();
  expect(await heal()).toMatchObject({ salvaged: 0, wanted: 0 });
  expect(await Promise.all(contentIds.map(contentOf))).toEqual([
    'the first chapter',
    null,
    'and the third one',
  ]);
  expect([await usedBytes(), await driftsOf(world)]).toEqual([before, []]);
});

test('[H2] old versions, which no device has, come out of a damaged pack whole', async () => {
  const { packId, contentIds } = await files([one], [two]);
  await rot(packId, [one, two], 0);
  await heal();
  await verify();
  await world.objects.delete(keyOf(packId) as never);
  expect(await contentOf(contentIds[1] as ContentId)).toBe('the second');
});

test('[H3] [H6] what a device sends again is wanted no more, lies in the new pack, and is paid for once', async () => {
  const { packId, contentIds } = await files([one, two]);
  const before = await usedBytes();
  await rot(packId, [one, two], 0);
  await heal();
  expect(await wanted()).toEqual(contentIds);
  expect((await upload.missing([one, two])).missing[0]).toBe(true);
  const sent = await upload.send([one]);
  await upload.stage([one, two]);
  expect(sent.chargedBytes).toBe(0);
  expect(await heal()).toMatchObject({ found: 0 });
  expect(await wanted()).toEqual(contentIds);
  await verify();
  expect(await heal()).toMatchObject({ found: 1, emptied: 1 });
  expect([await wanted(), await usedBytes(), await driftsOf(world)]).toEqual([[], before, []]);
  expect(await contentOf(contentIds[0] as ContentId)).toBe('the first chapterthe second');
});

test('[H6] a library without any room left heals', async () => {
  const { packId, contentIds } = await files([one]);
  const full = (await usedBytes()) as number;
  await world.ports.store.transact((tx) => tx.accounts.setLimit(ann.accountId, full));
  await rot(packId, [one], 0);
  await heal();
  await upload.send([one]);
  await verify();
  await heal();
  expect([await usedBytes(), await contentOf(contentIds[0] as ContentId)]).toEqual([
    full,
    'the first chapter',
  ]);
  expect(await refusalOf(upload.missing([two]))).toMatchObject({ reason: 'quotaExceeded' });
});

test('[H6] who sends rubbish for what was lost pays for it the second time', async () => {
  const { packId } = await files([one]);
  await rot(packId, [one], 0);
  await heal();
  const first = await upload.send([one]);
  world.objects.put(keyOf(first.packId), Buffer.from('rubbish'));
  await verify();
  const again = await newUpload(ann);
  const second = await again.send([one]);
  expect([first.chargedBytes, second.chargedBytes]).toEqual([0, one.bytes.length]);
  await verify();
  await heal();
  expect([await usedBytes(), await driftsOf(world)]).toEqual([one.bytes.length, []]);
});

test('[H6] a member heals a library of somebody else, who pays as before', async () => {
  const { packId, contentIds } = await files([one]);
  const before = await usedBytes();
  await rot(packId, [one], 0);
  await heal();
  const ofBob = await newUpload(bob);
  expect((await ofBob.missing([one])).missing).toEqual([true]);
  await ofBob.send([one]);
  await ofBob.stage([one]);
  await verify();
  await heal();
  expect([await usedBytes(), await driftsOf(world)]).toEqual([before, []]);
  expect((await newUpload(ann).then((made) => made.missing([one]))).missing).toEqual([false]);
  expect(await contentOf(contentIds[0] as ContentId)).toBe('the first chapter');
});

test('[H4] who may not upload is not asked, and who is no member hears nothing', async () => {
  const [cleo, dan] = [await world.addAccount('cleo@example.org'), await world.addAccount('dan@example.org')];
  await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, cleo.accountId, 'viewer'));
  const { packId } = await files([one]);
  await rot(packId, [one], 0);
  await heal();
  expect(await refusalOf(wanted(cleo))).toEqual({ reason: 'notAllowed', needed: 'editor' });
  expect(await refusalOf(wanted(dan))).toMatchObject({ reason: 'libraryMissing' });
  expect((await listLibraries(world.ports, bob)).libraries.map((library) => library.wanted)).toEqual([1]);
});

test('[H4] what is wanted comes in pages by content id', async () => {
  const contents = Array.from({ length: 5 }, (_, index) => [chunkOf(`file number ${index}`)]);
  const { packId, contentIds } = await files(...contents);
  await world.objects.delete(keyOf(packId) as never);
  world.advance(REREAD_AFTER_MS);
  await rereadPacksJob(world.ports, reading).run(neverStops);
  await heal();
  const inOrder = contentIds.toSorted();
  const { heal: read } = world.ports.store.read;
  const first = await read.wantedContents({ libraryId, after: null, limit: 3 });
  const rest = await read.wantedContents({ libraryId, after: first.at(-1) as ContentId, limit: 3 });
  expect([first, rest]).toEqual([inOrder.slice(0, 3), inOrder.slice(3)]);
  expect(await read.wantedTotal()).toBe(5);
});

test('[H2] the description of a content is made anew from the database', async () => {
  const { contentIds } = await files([one, two]);
  const wanted = { libraryId, contentIds, refsMax: 2 };
  const [revision] = await world.ports.store.read.content.revisions(wanted);
  const description = descriptionOf(revision as Revision) as Chunk;
  const { packId } = await upload.send([description]);
  await verify();
  await rot(packId, [description], 0);
  expect(await heal()).toMatchObject({ salvaged: 1, wanted: 0 });
  await verify();
  expect(await heal()).toMatchObject({ emptied: 1 });
});

test('[H2] [H3] of a long content a lost list is made anew, and what a list names is wanted', async () => {
  const chunks = Array.from({ length: limits.chunkListRefsMax + 1 }, (_, index) => chunkOf(`part ${index}`));
  const { revision, lists } = fileRevision(
    chunks.map((chunk) => chunk.ref),
    sha256,
  );
  const listed = lists.map(({ ref, refs }): Chunk => ({ ref, bytes: encodeRefs(refs) }));
  const { packId } = await upload.send([...chunks, ...listed]);
  const { uploadId } = upload;
  await stageRevisions(world.ports, ann, {
    ...{ uploadId, revisions: [{ ...revision, refs: [...revision.refs] }] },
    lists: lists.map(({ ref, refs }) => ({ id: ref.id, refs: [...refs] })),
  });
  await verify();
  await rot(packId, [...chunks, ...listed], chunks.length);
  expect(await heal()).toMatchObject({ salvaged: chunks.length + listed.length, wanted: 0 });
  await verify();
  await heal();
  const needs = await whoNeeds(world.ports, libraryId, new Set([chunks[0]?.ref.id as ChunkId]));
  const { contentId } = revision;
  expect([needs.lost, needs.rebuilt.size]).toEqual([
    [{ libraryId, contentId, chunkId: chunks[0]?.ref.id }],
    0,
  ]);
});

test('[H2] what a list names stays, though the content that names the list is still on its way', async () => {
  const bytes = encodeRefs([one.ref, two.ref]);
  const listed: Chunk = { ref: { id: sha256(bytes) as ChunkId, sizeBytes: bytes.length }, bytes };
  const { packId } = await upload.send([one, two, listed]);
  await stageRevisions(world.ports, ann, {
    ...{ uploadId: upload.uploadId, revisions: [] },
    lists: [{ id: listed.ref.id, refs: [one.ref, two.ref] }],
  });
  await verify();
  await rot(packId, [one, two, listed], 0);
  expect(await heal()).toEqual({ salvaged: 2, wanted: 1, emptied: 0, found: 0 });
  expect(await heal()).toMatchObject({ salvaged: 0, wanted: 0 });
});

test('[H2] what no content needs is dropped, and its room given back', async () => {
  await files([one]);
  const before = await usedBytes();
  const { packId } = await upload.send([two]);
  await verify();
  await rot(packId, [two], 0);
  expect(await heal()).toEqual({ salvaged: 0, wanted: 0, emptied: 1, found: 0 });
  expect([await usedBytes(), await driftsOf(world)]).toEqual([before, []]);
});

test('[H5] once it is healed garbage is collected again, and the damaged object goes like any empty one', async () => {
  const { packId } = await files([one]);
  await rot(packId, [one], 0);
  expect(await collect(world)).toMatchObject({ librariesDamaged: 1 });
  await heal();
  expect(await collect(world)).toMatchObject({ librariesDamaged: 1 });
  await upload.send([one]);
  await verify();
  await heal();
  await passDays(world, limits.deleteAfterDaysDefault + 1);
  expect(await collect(world)).toMatchObject({ librariesDamaged: 0 });
  expect(world.objects.keys()).not.toContain(keyOf(packId));
});

test('[H7] what nobody has stays noted, is read no more than once, and comes back if the store was wrong', async () => {
  const { packId, contentIds } = await files([one]);
  const { bytes } = packOf([one]);
  await rot(packId, [one], 0);
  await heal();
  reads = 0;
  for (let run = 0; run < 3; run++) await heal();
  expect([reads, await wanted(), lost]).toEqual([0, contentIds, [1]]);
  world.objects.put(keyOf(packId), bytes);
  world.advance(REREAD_AFTER_MS);
  await verify();
  expect(await heal()).toMatchObject({ found: 1 });
  expect([await wanted(), await contentOf(contentIds[0] as ContentId)]).toEqual([[], 'the first chapter']);
});

test('[H5] two servers that heal at once do nothing twice', async () => {
  const { packId, contentIds } = await files([one], [two]);
  const before = await usedBytes();
  await rot(packId, [one, two], 0);
  await Promise.all([heal(), newJob().run(neverStops)]);
  await verify();
  await Promise.all([heal(), newJob().run(neverStops)]);
  await upload.send([one]);
  await verify();
  await Promise.all([heal(), newJob().run(neverStops)]);
  expect([await wanted(), await usedBytes(), await driftsOf(world)]).toEqual([[], before, []]);
  expect(await Promise.all(contentIds.map(contentOf))).toEqual(['the first chapter', 'the second']);
});

test('[H1] the word of a device has a pack read back, and damages nothing that is good', async () => {
  const { packId } = await files([one]);
  const suspects = readSuspectsJob(world.ports, reading);
  const said = { libraryId, packIds: [packId] };
  await reportSuspects(world.ports, bob, said);
  expect(await suspects.run(neverStops)).toEqual({ verified: 0, damaged: 0 });
  world.advance(SUSPECT_AGAIN_AFTER_MS);
  await reportSuspects(world.ports, bob, said);
  await reportSuspects(world.ports, ann, said);
  expect(await suspects.run(neverStops)).toEqual({ verified: 1, damaged: 0 });
  expect((await (await newUpload(bob)).missing([one])).missing).toEqual([false]);
  world.advance(SUSPECT_AGAIN_AFTER_MS);
  world.objects.put(keyOf(packId), Buffer.from('rotten'));
  await reportSuspects(world.ports, bob, said);
  expect(await suspects.run(neverStops)).toEqual({ verified: 0, damaged: 1 });
  await reportSuspects(world.ports, bob, said);
  expect(await suspects.run(neverStops)).toEqual({ verified: 0, damaged: 0 });
});

test('[H1] packs of another library, or of none, are not read because of a word', async () => {
  const { packId } = await files([one]);
  world.advance(SUSPECT_AGAIN_AFTER_MS);
  const eve = await world.addAccount('eve@example.org');
  const other = await world.addLibrary(eve);
  expect(await refusalOf(reportSuspects(world.ports, eve, { libraryId, packIds: [packId] }))).toMatchObject({
    reason: 'libraryMissing',
  });
  await reportSuspects(world.ports, eve, { libraryId: other, packIds: [packId] });
  expect(await readSuspectsJob(world.ports, reading).run(neverStops)).toEqual({ verified: 0, damaged: 0 });
});
