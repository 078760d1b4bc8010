import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import { makeOp } from '@tidesync/server/testing/op-makers';
import type { Chunk, ServerWorld } from '@tidesync/server/testing/server-world';
import {
  chunkOf,
  freshEntryId,
  freshOpId,
  makeServerWorld,
  packOf,
  sha256,
  TestUpload,
} from '@tidesync/server/testing/server-world';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import type { Caller } from '@tidesync/server/use-cases/caller';
import { readRevisions } from '@tidesync/server/use-cases/downloads/read-revisions';
import { commitOps } from '@tidesync/server/use-cases/sync/commit-ops';
import { listTree } from '@tidesync/server/use-cases/tree/list-tree';
import { expireUploads } from '@tidesync/server/use-cases/uploads/expire-uploads';
import { stageRevisions } from '@tidesync/server/use-cases/uploads/stage-revisions';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Op } from '@tidesync/shared/wire/sync';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TidbAddress } from '../servers/real-servers.ts';
import type { Started } from '../servers/running-server.ts';
import { startTidb } from '../servers/start-servers.ts';

const MIB = 1024 * 1024;
/** As docs/operations.md says. TiDB as it comes takes 100 MiB in a transaction and 6 MiB in a row. */
const TRANSACTION_BYTES_MAX = 16 * MIB;
const ROW_BYTES_MAX = 1 * MIB;

let folder: string;
let tidb: Started<TidbAddress>;
let databaseUrl: string;
let world: ServerWorld;
let caller: Caller;
let libraryId: LibraryId;
/** A TiDB that takes no more than we say. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidesync-largest-'));
  const config = path.join(folder, 'tidb.toml');
  const settings = [
    'socket = ""',
    `temp-dir = ${JSON.stringify(folder)}`,
    '[status]',
    'report-status = false',
    '[performance]',
    `txn-total-size-limit = ${TRANSACTION_BYTES_MAX}`,
    `txn-entry-size-limit = ${ROW_BYTES_MAX}`,
  ];
  await writeFile(config, `${settings.join('\n')}\n`);
  tidb = await startTidb({ args: ['-config', config] });
  databaseUrl = (await makeTidbDatabase(tidb.url)).url;
  world = await makeServerWorld({ store: await openTidbStore({ url: databaseUrl }) });
  caller = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(caller);
});
afterAll(async () => {
  await world.stop();
  await tidb.stop();
  await rm(folder, { recursive: true });
});

const longName = (n: number) => `${'n'.repeat(limits.nameBytesMax - 5)}${n.toString().padStart(5, '0')}`;
const numbers = Array.from({ length: limits.opsPerCommitMax }, (_, n) => n);

async function commitAll(ops: readonly Op[]) {
  const { results } = await commitOps(world.ports, caller, { libraryId, opId: freshOpId(), ops: [...ops] });
  return results.map((result) => {
    if (result.result !== 'applied') throw new Error(`an operation was not applied: ${result.result}`);
    return result.state;
  });
}

async function wholeTree() {
  const { entries } = await listTree(world.ports, caller, {
    libraryId,
    pageToken: null,
    limit: limits.entriesPerPageMax,
  });
  return new Map(entries.map((entry) => [entry.entryId, entry]));
}

test('a TiDB that takes no more than we write refuses more', async () => {
  const connection = await createConnection(tidb.url);
  const rowOf = (bytes: number) =>
    connection.query('INSERT INTO test.blobs VALUES (REPEAT("x", ?))', [bytes]);
  try {
    await connection.query('CREATE TABLE test.blobs (content LONGBLOB)');
    await expect(rowOf(ROW_BYTES_MAX)).rejects.toMatchObject({ errno: 8025 });
    await connection.query('BEGIN');
    const fill = async () => {
      for (let written = 0; written <= TRANSACTION_BYTES_MAX; written += MIB / 2) await rowOf(MIB / 2);
    };
    await expect(fill()).rejects.toMatchObject({ errno: 8004 });
  } finally {
    await connection.end();
  }
});

test('links of the longest names and targets, made and then all changed by one commit each', async () => {
  const parentId = topFolderOf(libraryId);
  const target = 'a'.repeat(limits.symlinkTargetBytesMax);
  const made = await commitAll(
    numbers.map((n) => makeOp.symlink(freshEntryId(), { parentId, name: longName(n), target })),
  );
  // Each writes three rows of that length: the former change with its end, the new one, and the entry.
  const other = 'b'.repeat(limits.symlinkTargetBytesMax);
  const changed = await commitAll(made.map((state) => makeOp.retarget(state, other)));
  const tree = await wholeTree();
  expect(changed.map(({ entryId }) => tree.get(entryId))).toEqual(changed);
  await commitAll(changed.map((state) => makeOp.remove(state)));
});

/** As many contents of as many chunks as one call may stage. No two have their chunks in one order. */
function contentsOf(chunks: readonly Chunk[], count: number) {
  const refsEach = Math.floor(limits.refsPerStageCallMax / count);
  return Array.from({ length: count }, (_, n) => {
    const refs = Array.from({ length: refsEach }, (_unused, at) => {
      const { ref } = chunks[(n + at * (1 + (n % 7))) % chunks.length] as Chunk;
      return ref;
    });
    const { revision } = fileRevision(refs, sha256);
    return { ...revision, refs: [...revision.refs] };
  });
}

test('packs of the most chunks, contents of the most references, and a commit that names them all', async () => {
  const chunks = Array.from({ length: limits.packChunksMax }, (_, n) => chunkOf(`chunk ${n}`));
  const upload = new TestUpload(world, caller, libraryId);
  await upload.begin();
  const pack = packOf(chunks);
  const packId = await upload.sign(pack);
  upload.put(packId, pack.bytes);
  await upload.seal(packId, pack.entries);
  const contents = contentsOf(chunks, limits.revisionsPerStageCallMax);
  const { uploadId } = upload;
  await stageRevisions(world.ports, caller, { uploadId, lists: [], revisions: contents });
  const long = contentsOf(chunks, limits.refsPerStageCallMax / limits.chunkListRefsMax);
  await stageRevisions(world.ports, caller, { uploadId, lists: [], revisions: long });
  const parentId = topFolderOf(libraryId);
  const named: ContentId[] = [...contents.map(({ contentId }) => contentId)];
  for (const [at, { contentId }] of long.entries()) named[at] = contentId;
  const made = await commitAll(
    named.map((contentId, n) => makeOp.file(freshEntryId(), { parentId, name: longName(n), contentId })),
  );
  const tree = await wholeTree();
  expect(made.map(({ entryId }) => tree.get(entryId))).toEqual(made);
  const contentIds = long.map(({ contentId }) => contentId);
  const { revisions } = await readRevisions(world.ports, caller, { libraryId, contentIds });
  expect(revisions).toEqual(long);
});

test('an upload that held room for more chunks than one transaction can delete', async () => {
  const upload = new TestUpload(world, caller, libraryId);
  const { uploadId } = upload;
  await upload.begin();
  const perStep = 5_000;
  const steps = 50;
  for (let step = 0; step < steps; step++) {
    const held = Array.from({ length: perStep }, (_, n) => ({
      id: sha256(new TextEncoder().encode(`held ${step} ${n}`)) as ChunkId,
      sizeBytes: 10,
    }));
    await world.ports.store.transact((tx) => tx.content.addReservedChunks(uploadId, held));
  }
  const connection = await createConnection(databaseUrl);
  try {
    const atOnce = connection.query('DELETE FROM upload_chunks');
    await expect(atOnce).rejects.toMatchObject({ errno: 8004 });
    world.advance(limits.uploadLifeMs + 1);
    await expireUploads(world.ports);
    world.advance(limits.uploadLifeMs + 1);
    await expireUploads(world.ports);
    const [left] = await connection.query('SELECT count(*) AS n FROM upload_chunks');
    expect(left).toEqual([{ n: 0 }]);
  } finally {
    await connection.end();
  }
}, 180_000);
