import path from 'node:path';
import { CHAIN_START } from '@tidesync/shared/chain';
import type { BatchId, ContentId, DeviceId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { passDays } from '../../testing/garbage-world.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshId,
  freshOpId,
  makeServerWorld,
  TestUpload,
} from '../../testing/server-world.ts';
import { tidbPlanOf } from '../../testing/tidb-database.ts';
import { expireSessions } from '../../use-cases/auth/expire-sessions.ts';
import { listBatches } from '../../use-cases/batches/list-batches.ts';
import { showBatch } from '../../use-cases/batches/show-batch.ts';
import { undoBatch } from '../../use-cases/batches/undo-batch.ts';
import { listChanges } from '../../use-cases/changes/list-changes.ts';
import { locateChunks } from '../../use-cases/downloads/locate-chunks.ts';
import { readRevisions } from '../../use-cases/downloads/read-revisions.ts';
import { healDamageJob } from '../../use-cases/heal/heal-damage.ts';
import { listWanted } from '../../use-cases/heal/list-wanted.ts';
import { readSuspectsJob } from '../../use-cases/heal/read-suspects.ts';
import { reportSuspects, SUSPECT_AGAIN_AFTER_MS } from '../../use-cases/heal/report-suspects.ts';
import { listLibraries } from '../../use-cases/libraries/list-libraries.ts';
import { commitOps } from '../../use-cases/sync/commit-ops.ts';
import { listTrash } from '../../use-cases/trash/list-trash.ts';
import { restoreTrash } from '../../use-cases/trash/restore-trash.ts';
import { listFolder } from '../../use-cases/tree/list-folder.ts';
import { listTree } from '../../use-cases/tree/list-tree.ts';
import { searchTree } from '../../use-cases/tree/search-tree.ts';
import { expireUploads } from '../../use-cases/uploads/expire-uploads.ts';
import { verifyPacksJob } from '../../use-cases/verify/verify-packs.ts';
import { listVersions } from '../../use-cases/versions/list-versions.ts';
import { restoreVersion } from '../../use-cases/versions/restore-version.ts';

/** Asked for by the whole primary key or by a range of it, so that walking them is the point. */
const pages = [/^select .* from "entries" where .*"entry_id" > .* order by/s];
const pageStart = /^select .* from "entries" where .*"deleted_seq" is null\) order by "entries"."entry_id"/s;

let world: ServerWorld;
const statements = new Set<string>();

beforeEach(async () => {
  world = await makeServerWorld({ onStatement: (statement) => statements.add(statement) });
  statements.clear(); // what the migrations did
});
afterEach(async () => {
  await world.stop();
  statements.clear();
});

/** Everything the sync path asks the database, with lists of many values as well as of one. */
async function useEverything() {
  const ann = await world.addAccount('ann@example.org');
  const libraryId = await world.addLibrary(ann);
  const top = topFolderOf(libraryId);
  const upload = new TestUpload(world, ann, libraryId);
  await upload.begin();
  const chunks = Array.from({ length: 60 }, (_, index) => chunkOf(`chunk ${index}`));
  await upload.missing(chunks);
  await upload.send(chunks);
  const contentId = await upload.stage(chunks);
  const commit = async (ops: Parameters<typeof commitOps>[2]['ops']) => {
    const batchId = freshId<BatchId>();
    const { results } = await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), batchId, ops });
    return results.flatMap((one): EntryState[] => (one.result === 'applied' ? [one.state] : []));
  };
  const folders = await commit(
    Array.from({ length: 60 }, (_, index) => makeOp.folder(freshEntryId(), top, `folder ${index}`)),
  );
  const files = await commit(
    folders.map(({ entryId: parentId }) => makeOp.file(freshEntryId(), { parentId, name: 'a', contentId })),
  );
  await commit(files.map((file) => makeOp.move(file, top, `moved ${file.entryId}`)));
  await commit(folders.map((folder) => makeOp.remove(folder)));
  const entryIds = folders.map((folder) => folder.entryId);
  await listTrash(world.ports, ann, { libraryId, pageToken: null, limit: 20 });
  await listTrash(world.ports, ann, { libraryId, pageToken: '200', limit: 20 });
  await restoreTrash(world.ports, ann, { libraryId, opId: freshOpId(), entryIds });
  const moves = { libraryId, firstSeq: files.length * 2 + 1 };
  await listBatches(world.ports, ann, { libraryId, beforeSeq: null, limit: 2 });
  await listBatches(world.ports, ann, { libraryId, beforeSeq: moves.firstSeq, limit: 20 });
  await showBatch(world.ports, ann, { ...moves, afterSeq: 0 });
  await undoBatch(world.ports, ann, { ...moves, beforeSeq: null });
  const { nextPageToken } = await listTree(world.ports, ann, { libraryId, pageToken: null, limit: 20 });
  await listTree(world.ports, ann, { libraryId, pageToken: nextPageToken, limit: 20 });
  const inTop = { libraryId, folderId: null, limit: 20 };
  const { nextPageToken: nextKey } = await listFolder(world.ports, ann, { ...inTop, pageToken: null });
  await listFolder(world.ports, ann, { ...inTop, pageToken: nextKey });
  await searchTree(world.ports, ann, { libraryId, text: 'moved', pageToken: null, limit: 20 });
  const cursor = `${libraryId}.0.${CHAIN_START}`;
  await listChanges(world.ports, ann, { libraryId, cursor, limit: 1_000 });
  await readRevisions(world.ports, ann, { libraryId, contentIds: [contentId] });
  const [{ entryId }] = files as [EntryState];
  await listVersions(world.ports, ann, { libraryId, entryId, beforeSeq: null, limit: 10 });
  await listVersions(world.ports, ann, { libraryId, entryId, beforeSeq: 100, limit: 10 });
  await restoreVersion(world.ports, ann, {
    libraryId,
    entryId,
    seq: files[0]?.contentSeq ?? 0,
    opId: freshOpId(),
  });
  await locateChunks(world.ports, ann, { libraryId, chunkIds: chunks.map((chunk) => chunk.ref.id) });
  const session = {
    deviceId: freshId<DeviceId>(),
    accountId: ann.accountId,
    name: 'browser',
    createdAtMs: 1,
  };
  const end = { expiresAtMs: 2, idleLifeMs: null, tokenHash: 'ab'.repeat(32) };
  await world.ports.store.transact((tx) => tx.devices.create({ ...session, ...end }));
  expect(await expireSessions(world.ports)).toBe(1);
  world.advance(10 * 24 * 3_600_000);
  await expireUploads(world.ports);
  world.advance(10 * 24 * 3_600_000);
  await expireUploads(world.ports);
}

/** What a collection walks on purpose, page by page, or counts. */
const walked = [
  /^select .* from "(entries|changes|revisions|chunk_lists|packs|locations)" where .* order by .* limit/s,
  /^select count\(\*\) from "locations"/,
  /^select "id" from "libraries" order by .* limit/,
];

/** Statements of which a step reads a whole table, or all that a library has in one. */
async function walksOfTidb(asked: readonly string[]): Promise<string[]> {
  const walks: string[] = [];
  for (const statement of asked) {
    const walk = (await tidbPlanOf(statement)).find(
      (step) =>
        /FullScan/.test(step) || (isOfLibraries.test(step) && /range:\["[^" ]*","[^" ]*"\]/.test(step)),
    );
    if (walk !== undefined) walks.push(`${walk}: ${statement.slice(0, 200)}`);
  }
  return walks;
}
/** The index `packs_upload` begins with an upload, which is no whole library. */
const isOfLibraries =
  /table:(entries|changes|commits|revisions|chunk_lists|packs|locations)(?!, index:packs_upload)/;

function walksOfSqlite(asked: readonly string[]): string[] {
  const database = new Database(path.join(world.folder, 'server.sqlite'), { readonly: true });
  const walks = asked.flatMap((statement) => {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all() as { detail: string }[];
    const walk = plan.find(
      ({ detail }) =>
        /^SCAN/.test(detail) ||
        /(?<!libraries|library_members|accounts|usages) USING PRIMARY KEY \(library_id=\?\)$/.test(detail),
    );
    return walk === undefined ? [] : [`${walk.detail}: ${statement.slice(0, 200)}`];
  });
  database.close();
  return walks;
}

test('no statement of the sync path walks a whole library or table', async () => {
  await useEverything();
  const asked = [...statements].filter((one) => /^(select|update|delete)/i.test(one));
  expect(asked.length).toBeGreaterThan(50);
  const judged = asked.filter(
    (one) => ![...pages, pageStart].some((page) => page.test(one.replaceAll('`', '"'))),
  );
  const walks =
    process.env.TIDESYNC_TEST_STORE === 'tidb' ? await walksOfTidb(judged) : walksOfSqlite(judged);
  expect([...new Set(walks)]).toEqual([]);
});

test('a collection walks in pages, and looks up all else', async () => {
  await useEverything();
  statements.clear();
  await passDays(world, 31 + 3 + 7 + 2);
  const asked = [...statements].filter((one) => /^(select|update|delete)/i.test(one));
  expect(asked.length).toBeGreaterThan(50);
  const judged = asked.filter((one) => !walked.some((page) => page.test(one.replaceAll('`', '"'))));
  const walks =
    process.env.TIDESYNC_TEST_STORE === 'tidb' ? await walksOfTidb(judged) : walksOfSqlite(judged);
  expect([...new Set(walks)]).toEqual([]);
});

/** What is lost or suspected, of which there is mostly nothing, in pages; and what a walk goes through on purpose. */
const healed = [
  ...walked,
  /^select .* from "(lost_chunks|suspect_packs)" .*limit/s,
  /count\(\*\) from "suspect_packs"/,
];

test('healing walks in pages, and looks up all else', async () => {
  const ann = await world.addAccount('ann@example.org');
  const libraryId = await world.addLibrary(ann);
  const chunks = [chunkOf('one'), chunkOf('two')];
  const packs = { pause: async () => undefined, onDamaged: () => undefined };
  const neverStops = new AbortController().signal;
  const send = async () => {
    const upload = new TestUpload(world, ann, libraryId);
    await upload.begin();
    const { packId } = await upload.send(chunks);
    await upload.stage(chunks);
    await verifyPacksJob(world.ports, packs).run(neverStops);
    return packId;
  };
  const job = healDamageJob(world.ports, { onLost: () => undefined });
  const packId = await send();
  statements.clear();
  world.advance(SUSPECT_AGAIN_AFTER_MS);
  await world.objects.delete(`${libraryId}/${packId}` as never);
  await reportSuspects(world.ports, ann, { libraryId, packIds: [packId] });
  await readSuspectsJob(world.ports, packs).run(neverStops);
  expect(await job.run(neverStops)).toMatchObject({ wanted: 1 });
  await listWanted(world.ports, ann, { libraryId, after: null });
  await listWanted(world.ports, ann, { libraryId, after: '00'.repeat(32) as ContentId });
  await listLibraries(world.ports, ann);
  await send();
  expect(await job.run(neverStops)).toMatchObject({ found: 2, emptied: 1 });
  const asked = [...statements].filter((one) => /^(select|update|delete)/i.test(one));
  const judged = asked.filter((one) => !healed.some((page) => page.test(one.replaceAll('`', '"'))));
  const walks =
    process.env.TIDESYNC_TEST_STORE === 'tidb' ? await walksOfTidb(judged) : walksOfSqlite(judged);
  expect([...new Set(walks)]).toEqual([]);
});
