import { descriptionOf, encodeRefs, fileRevision } from '@tidesync/shared/chunk-list';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileState } from '../../testing/garbage-bench.ts';
import { GarbageBench } from '../../testing/garbage-bench.ts';
import { collect, DAY_MS, driftsOf, passDays } from '../../testing/garbage-world.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshOpId,
  refusalOf,
  sha256,
  TestUpload,
} from '../../testing/server-world.ts';
import { undoBatch } from '../batches/undo-batch.ts';
import type { Caller } from '../caller.ts';
import { setRetention } from '../libraries/library-retention.ts';
import { expireUploads } from '../uploads/expire-uploads.ts';
import { stageRevisions } from '../uploads/stage-revisions.ts';
import { restoreVersion } from '../versions/restore-version.ts';

let bench: GarbageBench;
let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
let top: EntryId;

beforeEach(async () => {
  bench = await GarbageBench.make();
  ({ world, ann, libraryId, top } = bench);
});
afterEach(() => world.stop());

const commit = (op: Op) => bench.commit(op);
const upload = (text: string) => bench.upload(text);
const makeFile = (name: string, text: string) => bench.makeFile(name, text);
const write = (state: EntryState, text: string) => bench.write(state, text);
const remove = (state: EntryState) => bench.remove(state);
const read = (contentId: ContentId) => bench.read(contentId);
const usedBytes = () => bench.usedBytes();
const trash = () => bench.trash();
const versions = (entryId: EntryId) => bench.versions(entryId);
const restore = (entryId: EntryId) => bench.restore(entryId);
/** From the end of its retention until its object is gone: each grace, and a day for the collection of that day. */
const ALL_DAYS = 3 + 1 + 7 + 1;

describe('[G4] what is over', () => {
  test('is neither listed nor restored any more, and is freed with its room', async () => {
    const note = await makeFile('note.txt', 'one');
    await write(note, 'second');
    const gone = await remove(await makeFile('gone.txt', 'gone forever'));
    expect(await usedBytes()).toBe(3 + 6 + 12);
    await passDays(world, 29);
    expect([await trash(), await versions(note.entryId)]).toMatchObject([[{ path: 'gone.txt' }], [{}, {}]]);
    expect(await read(gone.contentId)).toBe('gone forever');
    await passDays(world, 2);
    expect(await trash()).toEqual([]);
    expect(await versions(note.entryId)).toMatchObject([{ is: 'current' }]);
    expect(await refusalOf(restore(gone.entryId))).toMatchObject({ reason: 'entryMissing' });
    const again = { libraryId, opId: freshOpId(), entryId: note.entryId, seq: 1 };
    expect(await refusalOf(restoreVersion(world.ports, ann, again))).toMatchObject({
      reason: 'versionMissing',
    });
    expect(await usedBytes()).toBe(21);
    expect(world.objects.keys()).toHaveLength(3);
    await passDays(world, ALL_DAYS);
    expect(await usedBytes()).toBe(6);
    expect(await driftsOf(world)).toEqual([]);
    expect(world.objects.keys()).toHaveLength(1);
    expect(await versions(note.entryId)).toMatchObject([{ is: 'current', sizeBytes: 6 }]);
  });

  test('is told of by an undo, which does the rest', async () => {
    const note = await makeFile('note', 'one');
    await write(note, 'two');
    const gone = await remove(await makeFile('gone', 'text'));
    await passDays(world, 31 + 4);
    const undo = (firstSeq: number) => undoBatch(world.ports, ann, { libraryId, firstSeq, beforeSeq: null });
    expect(await undo(2)).toMatchObject({ undone: 0, notUndone: [{ path: 'note', reason: 'expired' }] });
    expect(await undo(4)).toMatchObject({ undone: 0, notUndone: [{ path: 'gone', reason: 'expired' }] });
    // Nor does it come back under its own id without its content.
    const { contentId } = gone;
    const again = makeOp.file(gone.entryId, { parentId: top, name: 'gone', contentId });
    expect(await refusalOf(commit(again))).toEqual({ reason: 'revisionMissing', contentId });
  });

  test('stays so when the library keeps things longer again', async () => {
    const gone = await remove(await makeFile('gone', 'text'));
    await passDays(world, 31);
    await setRetention(world.ports, ann, { libraryId, versions: 'forever', trash: 'forever' });
    expect(await trash()).toEqual([]);
    expect(await refusalOf(restore(gone.entryId))).toMatchObject({ reason: 'entryMissing' });
  });

  test('goes by its own time: trash that is kept for longer than versions, and the other way round', async () => {
    await setRetention(world.ports, ann, { libraryId, versions: 1, trash: 30 });
    const note = await makeFile('note', 'one');
    const late = await write(note, 'second');
    await remove(late);
    const other = await write(await makeFile('other', 'old'), 'newest');
    await passDays(world, 20);
    expect([await read(note.contentId), await read(late.contentId)]).toEqual([null, 'second']);
    expect((await restore(note.entryId)).restoredCount).toBe(1);
    await setRetention(world.ports, ann, { libraryId, versions: 'forever', trash: 1 });
    const third = await write(other, 'third');
    await remove(third);
    await passDays(world, 20);
    expect(await trash()).toEqual([]);
    // Its versions would be kept forever, but nobody could get at them without the file.
    expect([await read(other.contentId), await read(third.contentId)]).toEqual([null, null]);
    expect(await read(late.contentId)).toBe('second');
    const op = makeOp.file(other.entryId, { parentId: top, name: 'back', contentId: await upload('back') });
    expect(await commit(op)).toMatchObject({ entryId: other.entryId });
    expect(await versions(other.entryId)).toMatchObject([{ is: 'current', sizeBytes: 4 }]);
  });

  test('is nothing where things are kept forever', async () => {
    await setRetention(world.ports, ann, { libraryId, versions: 'forever', trash: 'forever' });
    const note = await makeFile('note', 'one');
    await write(note, 'two');
    await remove(await makeFile('gone', 'gone'));
    world.advance(2_000 * DAY_MS);
    await passDays(world, 2);
    expect(await trash()).toHaveLength(1);
    expect(await read(note.contentId)).toBe('one');
    expect(await usedBytes()).toBe(10);
  });
});

describe('[G5] what anything needs stays', () => {
  test('chunks that live files share with what is over', async () => {
    const shared = [chunkOf('shared '), chunkOf('by both')];
    const own = chunkOf(', and this');
    const sender = new TestUpload(world, ann, libraryId);
    await sender.begin();
    await sender.send([...shared, own]);
    const [old, live] = [await sender.stage([...shared, own]), await sender.stage(shared)];
    const op = (name: string, contentId: ContentId) =>
      makeOp.file(freshEntryId(), { parentId: top, name, contentId });
    await commit(op('live', live));
    await remove(await commit(op('old', old)));
    await passDays(world, 30 + ALL_DAYS + 2);
    expect(await read(live)).toBe('shared by both');
    expect(await read(old)).toBeNull();
    expect(await usedBytes()).toBe(14);
    expect(await driftsOf(world)).toEqual([]);
    // The pack is partly used, so its object stays.
    expect(world.objects.keys()).toHaveLength(1);
  });

  test('all chunks of a file that is long enough for lists, and nothing of one that is gone', async () => {
    const text = (index: number) => `${index},`;
    const chunks = Array.from({ length: limits.chunkListRefsMax + 2 }, (_, index) => chunkOf(text(index)));
    const long = fileRevision(
      chunks.map((chunk) => chunk.ref),
      sha256,
    );
    const listBytes = long.lists.map(({ refs, ref }) => ({ ref, bytes: encodeRefs(refs) }));
    const description = descriptionOf(long.revision) ?? expect.fail('it has more than one chunk');
    const sender = new TestUpload(world, ann, libraryId);
    await sender.begin();
    const sent = [...chunks, ...listBytes, description];
    await sender.missing(sent);
    await sender.send(sent);
    const lists = long.lists.map(({ ref, refs }) => ({ id: ref.id, refs: [...refs] }));
    const revisions = [{ ...long.revision, refs: [...long.revision.refs] }];
    await stageRevisions(world.ports, ann, { uploadId: sender.uploadId, lists, revisions });
    const { contentId } = long.revision;
    const file = await commit(makeOp.file(freshEntryId(), { parentId: top, name: 'long', contentId }));
    await passDays(world, 12);
    const places = await world.ports.store.read.rows.count({ table: 'locations', libraryId });
    expect(places).toBe(sent.length);
    await remove(file);
    // Its lists go first, and what they name one grace later.
    await passDays(world, 31 + 3 + 3 + 2);
    expect(await usedBytes()).toBe(0);
    for (const table of ['locations', 'chunkLists', 'revisions'] as const) {
      expect(await world.ports.store.read.rows.count({ table, libraryId })).toBe(0);
    }
    expect(await driftsOf(world)).toEqual([]);
  });

  test('content that comes back before its time, by a restore, an undo or an upload', async () => {
    const files: FileState[] = [];
    for (const name of ['a', 'b', 'c']) files.push(await makeFile(name, `text of ${name}`));
    const [a, b, c] = files as [FileState, FileState, FileState];
    for (const file of files) await remove(file);
    await passDays(world, 29);
    await restore(a.entryId);
    await undoBatch(world.ports, ann, { libraryId, firstSeq: 5, beforeSeq: null });
    await makeFile('c again', 'text of c');
    await passDays(world, 30);
    for (const { contentId } of [a, b, c]) expect(await read(contentId)).toMatch(/^text of/);
    expect(await usedBytes()).toBe(27);
  });

  test('what was staged and is not committed yet, until its upload is over', async () => {
    const contentId = await upload('on its way');
    await passDays(world, 3);
    expect(await read(contentId)).toBe('on its way');
    await passDays(world, 8);
    expect(await read(contentId)).toBeNull();
    const op = makeOp.file(freshEntryId(), { parentId: top, name: 'late', contentId });
    expect(await refusalOf(commit(op))).toEqual({ reason: 'revisionMissing', contentId });
    expect(await usedBytes()).toBe(0);
    expect(await upload('on its way')).toBe(contentId);
    await commit(op);
    await passDays(world, 20);
    expect(await read(contentId)).toBe('on its way');
  });

  test('what a slow sender has sealed of a file that is not whole yet', async () => {
    const [first, second] = [chunkOf('the first half, '), chunkOf('the second')];
    const early = new TestUpload(world, ann, libraryId);
    await early.begin();
    await early.missing([first, second]);
    await early.send([first]);
    const later = new TestUpload(world, ann, libraryId);
    for (let day = 0; day < 6; day++) {
      await later.begin();
      world.advance(20 * 3_600_000);
      await expireUploads(world.ports);
      await collect(world);
    }
    expect((await later.missing([first, second])).missing).toEqual([false, true]);
    await later.send([second]);
    expect(await read(await later.stage([first, second]))).toBe('the first half, the second');
  });
});
