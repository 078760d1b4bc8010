import type { BatchId, ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Batch, NotUndoneReason } from '@tidesync/shared/wire/batches';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  freshEntryId,
  freshId,
  freshOpId,
  makeServerWorld,
  refusalOf,
  uploadText,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { setMember } from '../libraries/set-member.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { listTree } from '../tree/list-tree.ts';
import { listBatches } from './list-batches.ts';
import { showBatch } from './show-batch.ts';
import { undoBatch } from './undo-batch.ts';

let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
let top: EntryId;
let [one, two] = [] as unknown as [ContentId, ContentId];

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(ann);
  top = topFolderOf(libraryId);
  one = await uploadText(world, ann, { libraryId, text: 'one' });
  two = await uploadText(world, ann, { libraryId, text: 'two, longer' });
});
afterEach(() => world.stop());

const newBatch = () => freshId<BatchId>();
async function send(ops: readonly Op[], batchId = newBatch(), caller = ann): Promise<EntryState[]> {
  world.advance(1_000);
  const input = { libraryId, opId: freshOpId(), batchId, ops: [...ops] };
  const { results } = await commitOps(world.ports, caller, input);
  return results.map((result) => {
    if (result.result !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
    return result.state;
  });
}
const fileOp = (name: string, parentId = top) =>
  makeOp.file(freshEntryId(), { parentId, name, contentId: one });
const makeFile = async (name: string, parentId = top) =>
  (await send([fileOp(name, parentId)]))[0] as EntryState;
const makeFolder = async (name: string, parentId = top) =>
  (await send([makeOp.folder(freshEntryId(), parentId, name)]))[0] as EntryState;

const list = async (caller = ann) =>
  (await listBatches(world.ports, caller, { libraryId, beforeSeq: null, limit: 100 })).batches;
const latest = async () => (await list())[0] as Batch;

/** Until nothing is left of it. */
async function undo({ firstSeq }: Pick<Batch, 'firstSeq'>, caller = ann) {
  const notUndone: [string, NotUndoneReason][] = [];
  let [undone, beforeSeq, calls] = [0, null as number | null, 0];
  do {
    const answer = await undoBatch(world.ports, caller, { libraryId, firstSeq, beforeSeq });
    undone += answer.undone;
    notUndone.push(...answer.notUndone.map(({ path, reason }): [string, NotUndoneReason] => [path, reason]));
    beforeSeq = answer.nextBeforeSeq;
    calls++;
  } while (beforeSeq !== null);
  return { undone, notUndone, calls };
}
/** Paths with what lies there; ids and versions left out. */
async function tree(): Promise<Record<string, string>> {
  const all: EntryState[] = [];
  let pageToken: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listTree>> = await listTree(world.ports, ann, {
      libraryId,
      pageToken,
      limit: 2_000,
    });
    all.push(...page.entries);
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  const byId = new Map(all.map((state) => [state.entryId, state]));
  const pathOf = (state: EntryState): string => {
    const folder = byId.get(state.parentId);
    return folder === undefined ? state.name : `${pathOf(folder)}/${state.name}`;
  };
  const shown = (state: EntryState) => {
    if (state.kind === 'folder') return 'folder';
    if (state.kind === 'symlink') return `-> ${state.target}`;
    return `${state.contentId} ${state.sizeBytes} ${state.executable} ${state.mtimeMs}`;
  };
  return Object.fromEntries(all.map((state) => [pathOf(state), shown(state)]).sort());
}

describe('the batches of a library', () => {
  test('[C30] are its commits by what their device sent together, the latest first', async () => {
    const batchId = newBatch();
    const [docs] = (await send([makeOp.folder(freshEntryId(), top, 'docs')], batchId)) as [EntryState];
    const phone = await world.addDevice(ann);
    await send([fileOp('theirs')], newBatch(), phone);
    const [note] = (await send([fileOp('note', docs.entryId), fileOp('gone')], batchId)) as [EntryState];
    const other = newBatch();
    const [moved] = (await send([makeOp.move(note, top, 'moved')], other)) as [EntryState];
    await send([makeOp.write(moved, two), makeOp.attributes(moved, true), makeOp.remove(docs)], other);
    const batches = await list();
    expect(batches.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
      [5, 8],
      [1, 4],
      [2, 2],
    ]);
    expect(batches[0]).toEqual({
      ...{ firstSeq: 5, lastSeq: 8, undoneBy: null },
      ...{ created: 0, edited: 1, moved: 1, attributes: 1, deleted: 1 },
      startedAtMs: world.ports.clock.nowMs() - 1_000,
      atMs: world.ports.clock.nowMs(),
      device: { deviceId: ann.deviceId, name: 'laptop' },
    });
    expect(batches[1]).toMatchObject({ created: 3, deleted: 0 });
  });

  test('[C30] come in pages, each of them once', async () => {
    const batchId = newBatch();
    for (let n = 0; n < 7; n++) await send([fileOp(`${n}`)], n % 2 === 0 ? batchId : newBatch());
    const found: number[] = [];
    let beforeSeq: number | null = null;
    do {
      const page: Awaited<ReturnType<typeof listBatches>> = await listBatches(world.ports, ann, {
        libraryId,
        beforeSeq,
        limit: 2,
      });
      found.push(...page.batches.map(({ firstSeq }) => firstSeq));
      beforeSeq = page.nextBeforeSeq;
    } while (beforeSeq !== null);
    expect(found).toEqual([1, 6, 4, 2]);
  });

  test('[C30] a commit without a batch is one of its own', async () => {
    for (const name of ['a', 'b']) {
      const ops = [fileOp(name)];
      await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
    }
    expect((await list()).map(({ firstSeq, created }) => [firstSeq, created])).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect((await undo({ firstSeq: 2 })).undone).toBe(1);
    expect(Object.keys(await tree())).toEqual(['a']);
  });

  test('[C30] are shown with their operations and the paths before and after', async () => {
    const docs = await makeFolder('docs');
    const note = await makeFile('note', docs.entryId);
    const batchId = newBatch();
    const [moved] = (await send([makeOp.move(note, top, 'moved')], batchId)) as [EntryState];
    const [edited] = (await send([makeOp.write(moved, two), makeOp.remove(docs)], batchId)) as [EntryState];
    const [gone] = (await send([makeOp.remove(edited)], batchId)) as [EntryState];
    await send([{ ...makeOp.file(gone.entryId, { parentId: top, name: 'back', contentId: two }) }], batchId);
    const { operations, nextAfterSeq } = await showBatch(world.ports, ann, {
      libraryId,
      firstSeq: 3,
      afterSeq: 0,
    });
    expect(nextAfterSeq).toBeNull();
    expect(operations.map(({ did, path, pathBefore }) => [did, path, pathBefore])).toEqual([
      ['moved', 'moved', 'docs/note'],
      ['edited', 'moved', null],
      ['deleted', 'docs', null],
      ['deleted', 'moved', null],
      ['restored', 'back', null],
    ]);
  });

  test('[C30] are for members: viewers may look, editors may undo, others find nothing', async () => {
    await makeFile('note');
    const batch = await latest();
    const bob = await world.addAccount('bob@example.org');
    const strangers = [
      list(bob),
      showBatch(world.ports, bob, { libraryId, firstSeq: batch.firstSeq, afterSeq: 0 }),
      undo(batch, bob),
    ];
    for (const call of strangers) expect(await refusalOf(call)).toMatchObject({ reason: 'libraryMissing' });
    await setMember(world.ports, ann, { libraryId, email: 'bob@example.org', role: 'viewer' });
    expect(await list(bob)).toHaveLength(1);
    expect(await refusalOf(undo(batch, bob))).toMatchObject({ reason: 'notAllowed' });
    await setMember(world.ports, ann, { libraryId, email: 'bob@example.org', role: 'editor' });
    expect(await undo(batch, bob)).toMatchObject({ undone: 1, notUndone: [] });
    expect(await refusalOf(undo({ firstSeq: 999 }))).toEqual({ reason: 'batchMissing', batch: '999' });
  });
});

describe('undoing a batch', () => {
  test('[C31] of everything at once gives back the tree as it was', async () => {
    const docs = await makeFolder('docs');
    const deep = await makeFolder('deep', docs.entryId);
    const [a, b] = [await makeFile('a', docs.entryId), await makeFile('b', deep.entryId)];
    const [swapped, over] = [await makeFile('x'), await makeFile('y')];
    const [link] = (await send([
      makeOp.symlink(freshEntryId(), { parentId: top, name: 'link', target: 'a' }),
    ])) as [EntryState];
    const before = await tree();
    const batchId = newBatch();
    const made = makeOp.folder(freshEntryId(), top, 'new');
    const [written] = (await send(
      [makeOp.write(a, two), makeOp.remove(b), makeOp.remove(deep), made],
      batchId,
    )) as [EntryState];
    await send(
      [
        makeOp.move(written, made.entryId, 'moved'),
        makeOp.remove(docs),
        makeOp.retarget(link, 'elsewhere'),
        makeOp.attributes(written, true),
        fileOp('inside', made.entryId),
      ],
      batchId,
    );
    const [parked] = (await send([makeOp.move(swapped, top, 'parked')], batchId)) as [EntryState];
    await send([makeOp.move(over, top, 'x'), makeOp.move(parked, top, 'y')], batchId);
    const after = await tree();
    const batch = await latest();
    expect(await undo(batch)).toEqual({ undone: 12, notUndone: [], calls: 1 });
    expect(await tree()).toEqual(before);
    expect((await list()).find(({ firstSeq }) => firstSeq === batch.firstSeq)?.undoneBy).toBe(20);
    expect(await undo(await latest())).toMatchObject({ undone: 12, notUndone: [] });
    expect(await tree()).toEqual(after);
  });

  test('[C31] leaves alone what somebody changed since, and says so', async () => {
    const docs = await makeFolder('docs');
    const files = [];
    for (const name of ['edited', 'moved', 'removed', 'gone', 'plain'])
      files.push(await makeFile(name, docs.entryId));
    const [edited, moved, removed, gone, plain] = files as [
      EntryState,
      EntryState,
      EntryState,
      EntryState,
      EntryState,
    ];
    const states = await send([
      ...[edited, moved, plain].map((file) => makeOp.write(file, two)),
      makeOp.remove(removed),
      makeOp.remove(gone),
    ]);
    const batch = await latest();
    await send([makeOp.write(states[0] as EntryState, one)]);
    await send([makeOp.move(states[1] as EntryState, top, 'elsewhere')]);
    await send([makeOp.file(removed.entryId, { parentId: top, name: 'again', contentId: one })]);
    const before = await tree();
    expect(await undo(batch)).toMatchObject({
      undone: 2,
      notUndone: [
        ['again', 'changed'],
        ['elsewhere', 'changed'],
        ['docs/edited', 'changed'],
      ],
    });
    const after = await tree();
    expect(Object.keys(after)).toEqual([...Object.keys(before), 'docs/gone'].sort());
    expect([after['docs/plain']?.slice(0, 64), after['docs/edited']?.slice(0, 64)]).toEqual([one, one]);
  });

  test('[C31] of what was made deletes it only while nothing else was put into it', async () => {
    const [docs] = (await send([makeOp.folder(freshEntryId(), top, 'docs'), fileOp('note')])) as [EntryState];
    const batch = await latest();
    await makeFile('mine', docs.entryId);
    expect(await undo(batch)).toMatchObject({ undone: 1, notUndone: [['docs', 'notEmpty']] });
    expect(Object.keys(await tree())).toEqual(['docs', 'docs/mine']);
  });

  test('[C31] of a move does not take a name or a folder that is not there any more', async () => {
    const docs = await makeFolder('docs');
    const [a, b] = [await makeFile('a'), await makeFile('b', docs.entryId)];
    await send([makeOp.move(a, top, 'a2'), makeOp.move(b, top, 'b2')]);
    const batch = await latest();
    await makeFile('a');
    await send([makeOp.remove(docs)]);
    expect(await undo(batch)).toMatchObject({
      undone: 0,
      notUndone: [
        ['b2', 'folderGone'],
        ['a2', 'nameTaken'],
      ],
    });
  });

  test('[C31] of a delete finds another name and the nearest folder, as a restore does', async () => {
    const docs = await makeFolder('docs');
    const inner = await makeFolder('inner', docs.entryId);
    const [a, b] = [await makeFile('a.txt'), await makeFile('b', inner.entryId)];
    await send([makeOp.remove(a), makeOp.remove(b)]);
    const batch = await latest();
    await send([makeOp.remove(inner)]);
    await makeFile('a.txt');
    await makeFile('a (restored).txt');
    expect(await undo(batch)).toMatchObject({ undone: 2, notUndone: [] });
    expect(Object.keys(await tree())).toEqual([
      'a (restored 2).txt',
      'a (restored).txt',
      'a.txt',
      'docs',
      'docs/b',
    ]);
  });

  test('[C31] of a delete brings everything back for all the 30 days that the trash is kept', async () => {
    const files = [];
    for (let n = 0; n < 20; n++) files.push(await makeFile(`file ${n}`));
    await send(files.map((file) => makeOp.remove(file)));
    const batch = await latest();
    world.advance(limits.trashLifeMs - 60_000);
    expect(await undo(batch)).toMatchObject({ undone: 20, notUndone: [] });
    expect(Object.keys(await tree())).toHaveLength(20);
    expect(limits.trashLifeMs).toBe(30 * 24 * 3_600_000);
  });

  test('[C31] by two devices, or twice at once, is done once', async () => {
    const files = await send(Array.from({ length: 20 }, (_, index) => fileOp(`${index}`)));
    await send(files.map((file) => makeOp.remove(file)));
    const batch = await latest();
    const phone = await world.addDevice(ann);
    const both = await Promise.all([undo(batch), undo(batch, phone)]);
    for (const answer of both) expect(answer).toMatchObject({ undone: 20, notUndone: [] });
    expect(Object.keys(await tree())).toHaveLength(20);
    expect((await latest()).created).toBe(20);
  });
});

describe('undoing more than a commit holds', () => {
  const FOLDERS = 3;
  const FILES = limits.opsPerCommitMax - 400;
  let before: Record<string, string>;
  let batch: Batch;

  beforeEach(async () => {
    const folders: EntryState[] = [];
    const files: EntryState[][] = [];
    for (let index = 0; index < FOLDERS; index++) {
      const folder = await makeFolder(`folder ${index}`);
      folders.push(folder);
      files.push(await send(Array.from({ length: FILES }, (_, n) => fileOp(`${n}`, folder.entryId))));
    }
    before = await tree();
    const batchId = newBatch();
    for (const inside of files)
      await send(
        inside.map((file) => makeOp.remove(file)),
        batchId,
      );
    await send(
      folders.map((folder) => makeOp.remove(folder)),
      batchId,
    );
    batch = await latest();
  });

  test('[C31] takes several parts, and one that was broken off goes on when it is begun again', async () => {
    expect(batch.deleted).toBe(FOLDERS * (FILES + 1));
    const { firstSeq } = batch;
    const first = await undoBatch(world.ports, ann, { libraryId, firstSeq, beforeSeq: null });
    expect(first).toMatchObject({ undone: FILES + FOLDERS, notUndone: [] });
    expect(Object.keys(await tree())).toHaveLength(FILES + FOLDERS);
    expect(await undo(batch)).toEqual({ undone: FOLDERS * (FILES + 1), notUndone: [], calls: FOLDERS });
    expect(await tree()).toEqual(before);
    expect(await undo(batch)).toMatchObject({ undone: FOLDERS * (FILES + 1), notUndone: [] });
    expect((await latest()).created).toBe(FOLDERS * (FILES + 1));
  });

  test('[C30] shows its operations in pages', async () => {
    const seen: string[] = [];
    let afterSeq: number | null = 0;
    while (afterSeq !== null) {
      const page: Awaited<ReturnType<typeof showBatch>> = await showBatch(world.ports, ann, {
        libraryId,
        firstSeq: batch.firstSeq,
        afterSeq,
      });
      expect(page.operations.length).toBeLessThanOrEqual(limits.opsPerCommitMax);
      seen.push(...page.operations.map(({ path }) => path));
      afterSeq = page.nextAfterSeq;
    }
    expect(seen.sort()).toEqual(Object.keys(before).sort());
  });
});
