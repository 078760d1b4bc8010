import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ContentId, LibraryId, PackId } from '@tidesync/shared/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshId,
  makeServerWorld,
  packOf,
  refusalOf,
  sha256,
  TestUpload,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { locateChunks } from './locate-chunks.ts';
import { readRevisions } from './read-revisions.ts';
import { signDownloads } from './sign-downloads.ts';

let world: ServerWorld;
let ann: Caller;
let vic: Caller;
let sam: Caller;
let libraryId: LibraryId;
let upload: TestUpload;
const chunks = [chunkOf('one'), chunkOf('two')];

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  vic = await world.addAccount('vic@example.org');
  sam = await world.addAccount('sam@example.org');
  libraryId = await world.addLibrary(ann);
  await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, vic.accountId, 'viewer'));
  upload = new TestUpload(world, ann, libraryId);
  await upload.begin();
});
afterEach(() => world.stop());

test('a viewer finds the chunks of a content and where to get them', async () => {
  const { packId } = await upload.send(chunks);
  const contentId = await upload.stage(chunks);
  const { revisions } = await readRevisions(world.ports, vic, { libraryId, contentIds: [contentId] });
  expect(revisions).toEqual([
    fileRevision(
      chunks.map((chunk) => chunk.ref),
      sha256,
    ).revision,
  ]);
  const chunkIds = [...chunks.map((chunk) => chunk.ref.id), sha256('nowhere') as never];
  const { locations } = await locateChunks(world.ports, vic, { libraryId, chunkIds });
  const wanted = packOf(chunks).entries.map((entry) => ({ ...entry, packId }));
  expect(new Set(locations)).toEqual(new Set(wanted));
  const { packs } = await signDownloads(world.ports, vic, { libraryId, packIds: [packId] });
  expect(packs).toMatchObject([{ packId, url: `${libraryId}/${packId}` }]);
});

test('a chunk in two packs comes with both places', async () => {
  const first = await upload.send(chunks);
  const second = await upload.send([...chunks, chunkOf('three')]);
  const chunkIds = [chunks[0]?.ref.id as never];
  const { locations } = await locateChunks(world.ports, ann, { libraryId, chunkIds });
  expect(new Set(locations.map((location) => location.packId))).toEqual(
    new Set([first.packId, second.packId]),
  );
});

test('an answer about long contents is cut, but never empty', async () => {
  const refs = Array.from({ length: 1_000 }, () => chunks[0] as (typeof chunks)[0]);
  await upload.send(chunks);
  const contentIds: ContentId[] = [];
  for (let size = 1_000; size > 980; size--) contentIds.push(await upload.stage(refs.slice(0, size)));
  const { revisions } = await readRevisions(world.ports, vic, { libraryId, contentIds });
  expect(revisions.map((one) => one.contentId)).toEqual(contentIds.slice(0, 16));
});

test('a pack that has not arrived, or is of another library, is not signed', async () => {
  const packId = await upload.sign(packOf(chunks));
  for (const packIds of [[packId], [freshId<PackId>()]]) {
    const refusal = await refusalOf(signDownloads(world.ports, vic, { libraryId, packIds }));
    expect(refusal).toMatchObject({ reason: 'packMissing' });
  }
  const other = await world.addLibrary(sam);
  const sent = await upload.send([chunkOf('three')]);
  const foreign = signDownloads(world.ports, sam, { libraryId: other, packIds: [sent.packId] });
  expect(await refusalOf(foreign)).toMatchObject({ reason: 'packMissing' });
});

test('strangers learn nothing', async () => {
  const { packId } = await upload.send(chunks);
  const hidden = { reason: 'libraryMissing', library: libraryId };
  const contentIds = [await upload.stage(chunks)];
  expect(await refusalOf(readRevisions(world.ports, sam, { libraryId, contentIds }))).toEqual(hidden);
  expect(await refusalOf(signDownloads(world.ports, sam, { libraryId, packIds: [packId] }))).toEqual(hidden);
  const chunkIds = chunks.map((chunk) => chunk.ref.id);
  expect(await refusalOf(locateChunks(world.ports, sam, { libraryId, chunkIds }))).toEqual(hidden);
});
