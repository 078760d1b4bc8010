import { randomBytes } from 'node:crypto';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { Op } from '@tidesync/shared/wire/sync';
import { tableShapes } from '../adapters/database/table-shapes.ts';
import type { MovedTable, TransferRow } from '../ports/store-transfer.ts';
import { MOVED_TABLES } from '../ports/store-transfer.ts';
import { encodeRow } from '../ports/transfer-rows.ts';
import type { Caller } from '../use-cases/caller.ts';
import type { LivePorts } from '../use-cases/moving/live-source.ts';
import { pagesOf } from '../use-cases/moving/live-source.ts';
import type { MoveWatch } from '../use-cases/moving/move-watch.ts';
import { commitOps } from '../use-cases/sync/commit-ops.ts';
import { verifyPacksJob } from '../use-cases/verify/verify-packs.ts';
import { makeOp } from './op-makers.ts';
import type { ServerWorld } from './server-world.ts';
import { chunkOf, freshEntryId, freshId, freshOpId, packOf, TestUpload } from './server-world.ts';

/** A world with rows in every table that moves, and what tests ask of it later. */
export interface FilledWorld {
  readonly world: ServerWorld;
  readonly ann: Caller;
  readonly bob: Caller;
  readonly libraryId: LibraryId;
  readonly otherLibraryId: LibraryId;
}

export async function fillWorld(world: ServerWorld, fileCount = 3): Promise<FilledWorld> {
  const { store } = world.ports;
  const ann = await world.addAccount('ann@example.org');
  world.advance(1_000);
  const bob = await world.addAccount('bob@example.org');
  await world.addDevice(ann);
  const libraryId = await world.addLibrary(ann, 'Bücher');
  const otherLibraryId = await world.addLibrary(bob, 'Empty');
  await store.transact((tx) => tx.libraries.setMember(libraryId, bob.accountId, 'editor'));
  await writeFiles(world, ann, { libraryId, fileCount });
  await writeFiles(world, bob, { libraryId, fileCount });
  await verifyPacksJob(world.ports, { pause: async () => undefined, onDamaged: () => undefined }).run(
    new AbortController().signal,
  );
  await leaveOpen(world, bob, libraryId);
  const organisation = {
    organisationId: freshId(),
    name: 'Club',
    limitBytes: 9,
    slicedBytes: 0,
    createdAtMs: 1,
  };
  const event = { auditId: freshId(), atMs: 2, actor: 'server', action: 'made', target: ann.accountId };
  const replaced = { tokenHash: 'cd'.repeat(32), deviceId: ann.deviceId, byHash: 'ef'.repeat(32) };
  const list = { libraryId, listId: 'ab'.repeat(32), stagedBy: ann.accountId, contentBytes: 7 };
  await store.transact(async (tx) => {
    await tx.rows.add('organisations', [organisation]);
    await tx.rows.add('replacedTokens', [{ ...replaced, replacedAtMs: 3 }]);
    await tx.settings.setDefaultQuota(4_096);
    await tx.rows.add('audit', [{ ...event, details: { z: 1, a: [{ y: null, b: 'ü' }] } }]);
    await tx.rows.add('chunkLists', [{ ...list, refs: Buffer.from('a list') }]);
  });
  return { world, ann, bob, libraryId, otherLibraryId };
}

async function writeFiles(
  world: ServerWorld,
  caller: Caller,
  { libraryId, fileCount }: { readonly libraryId: LibraryId; readonly fileCount: number },
): Promise<void> {
  const upload = new TestUpload(world, caller, libraryId);
  await upload.begin();
  const parentId = topFolderOf(libraryId);
  const commit = (ops: readonly Op[]) =>
    commitOps(world.ports, caller, { libraryId, opId: freshOpId(), ops: [...ops] });
  const folder = freshEntryId();
  await commit([makeOp.folder(folder, parentId, `von ${caller.email}`)]);
  for (let index = 0; index < fileCount; index++) {
    const chunks = [chunkOf(`${caller.email} ${index}`), chunkOf(`in common ${index}`)];
    await upload.missing(chunks);
    await upload.send(chunks);
    const contentId: ContentId = await upload.stage(chunks);
    const entryId: EntryId = freshEntryId();
    const name = `Kapitel ${index} – “ä”.txt`;
    const { results } = await commit([makeOp.file(entryId, { parentId: folder, name, contentId })]);
    const [made] = results;
    if (made?.result !== 'applied') throw new Error('a file was not made');
    if (index % 2 === 1) await commit([makeOp.remove(made.state)]);
    // The same again is a conflict, which is remembered as well.
    await commit([makeOp.file(freshEntryId(), { parentId: folder, name, contentId })]);
  }
  const target = '../elsewhere';
  await commit([makeOp.symlink(freshEntryId(), { parentId: folder, name: 'link', target })]);
}

/** An upload under way: room is held, one pack has arrived unsealed, one was only signed. */
async function leaveOpen(world: ServerWorld, caller: Caller, libraryId: LibraryId): Promise<void> {
  const upload = new TestUpload(world, caller, libraryId);
  await upload.begin();
  const chunks = [chunkOf(randomBytes(64).toString('hex')), chunkOf('only announced')];
  await upload.missing(chunks);
  const arrived = packOf(chunks.slice(0, 1));
  upload.put(await upload.sign(arrived), arrived.bytes);
  await upload.sign(packOf(chunks.slice(1)));
}

export function livePorts(world: ServerWorld): LivePorts {
  return { ...world.ports, shapes: tableShapes, isLocked: false };
}

/** Every row of every table that moves, as text. */
export async function allRows(world: ServerWorld): Promise<Record<MovedTable, string[]>> {
  const tables = MOVED_TABLES.map(async (table): Promise<[MovedTable, string[]]> => {
    const rows: string[] = [];
    for await (const page of pagesOf(world.ports.store.read.rows, { table, libraryId: null }, null)) {
      rows.push(...page.map((row: TransferRow) => encodeRow(tableShapes[table], row)));
    }
    return [table, rows];
  });
  return Object.fromEntries(await Promise.all(tables)) as Record<MovedTable, string[]>;
}

export function quietWatch(signal: AbortSignal = new AbortController().signal): MoveWatch {
  return { signal, progress: () => undefined, damaged: () => undefined };
}
