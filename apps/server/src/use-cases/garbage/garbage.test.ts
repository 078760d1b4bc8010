import { descriptionOf, encodeRefs, fileRevision } from '@tidesync/shared/chunk-list';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  collect,
  collectPorts,
  DAY_MS,
  driftsOf,
  passDays,
  readContent,
} from '../../testing/garbage-world.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshOpId,
  makeServerWorld,
  refusalOf,
  sha256,
  TestUpload,
  uploadText,
} from '../../testing/server-world.ts';
import { undoBatch } from '../batches/undo-batch.ts';
import type { Caller } from '../caller.ts';
import { deleteLibrary } from '../libraries/delete-library.ts';
import { setRetention } from '../libraries/library-retention.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { listTrash } from '../trash/list-trash.ts';
import { restoreTrash } from '../trash/restore-trash.ts';
import { expireUploads } from '../uploads/expire-uploads.ts';
import { stageRevisions } from '../uploads/stage-revisions.ts';
import { listVersions } from '../versions/list-versions.ts';
import { restoreVersion } from '../versions/restore-version.ts';
import { collectGarbage } from './collect-garbage.ts';

let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
let top: EntryId;

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(ann);
  top = topFolderOf(libraryId);
});
afterEach(() => world.stop());

type FileState = Extract<EntryState, { kind: 'file' }>;
const commit = async (op: Op): Promise<FileState> => {
  const { results } = await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops: [op] });
  const [result] = results;
  if (result?.result !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
  return result.state as FileState;
};
const upload = (text: string) => uploadText(world, ann, { libraryId, text });
const makeFile = async (name: string, text: string) =>
  commit(makeOp.file(freshEntryId(), { parentId: top, name, contentId: await upload(text) }));
const write = async (state: EntryState, text: string) => commit(makeOp.write(state, await upload(text)));
const remove = (state: EntryState) => commit(makeOp.remove(state));
const read = (contentId: ContentId) => readContent(world, ann, { libraryId, contentId });
const usedBytes = async () => (await world.ports.store.read.accounts.byId(ann.accountId))?.usedBytes;
const trash = async () =>
  (await listTrash(world.ports, ann, { libraryId, pageToken: null, limit: 100 })).items;
const versions = async (entryId: EntryId) =>
  (await listVersions(world.ports, ann, { libraryId, entryId, beforeSeq: null, limit: 100 })).versions;
const restore = (entryId: EntryId) =>
  restoreTrash(world.ports, ann, { libraryId, opId: freshOpId(), entryIds: [entryId] });
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

describe('[G6] a condemned chunk', () => {
  const sent = async (text: string) => {
    const sender = new TestUpload(world, ann, libraryId);
    await sender.begin();
    await sender.send([chunkOf(text)]);
    return sender;
  };
  const stateOf = async (text: string) => {
    const [now] = await world.ports.store.read.garbage.placesOf(libraryId, [chunkOf(text).ref.id]);
    return now === undefined ? 'freed' : now.condemnedAtMs;
  };
  const condemned = async (text: string) => {
    await sent(text);
    await passDays(world, 1);
    // The upload is over, so the chunk is condemned now.
    expect(await stateOf(text)).toBe(world.ports.clock.nowMs());
  };

  test('is freed three days later, by a collection that came after the one that condemned it', async () => {
    await condemned('chunk');
    await passDays(world, 2);
    expect(await stateOf('chunk')).not.toBe('freed');
    expect(await usedBytes()).toBe(5);
    await passDays(world, 1);
    expect(await stateOf('chunk')).toBe('freed');
    expect(await usedBytes()).toBe(0);
  });

  test('is there for whoever asks, and is condemned no more', async () => {
    await condemned('chunk');
    await passDays(world, 2);
    const asking = new TestUpload(world, ann, libraryId);
    await asking.begin();
    expect(await asking.missing([chunkOf('chunk')])).toEqual({ missing: [false], reservedBytes: 0 });
    expect(await stateOf('chunk')).toBeNull();
    world.advance(DAY_MS - 1);
    await collect(world);
    const contentId = await asking.stage([chunkOf('chunk')]);
    await passDays(world, 1);
    await commit(makeOp.file(freshEntryId(), { parentId: top, name: 'a', contentId }));
    await passDays(world, 10);
    expect(await read(contentId)).toBe('chunk');
  });

  test('of which somebody was told that it is there stays as long as an upload does', async () => {
    await remove(await makeFile('gone', 'chunk'));
    world.advance(31 * DAY_MS);
    const asking = new TestUpload(world, ann, libraryId);
    await asking.begin();
    expect(await asking.missing([chunkOf('chunk')])).toMatchObject({ missing: [false] });
    for (let hour = 1; hour < 24; hour++) {
      world.advance(3_600_000);
      await collect(world);
    }
    expect(await stateOf('chunk')).toBe(world.ports.clock.nowMs() - 22 * 3_600_000);
    const contentId = await asking.stage([chunkOf('chunk')]);
    await commit(makeOp.file(freshEntryId(), { parentId: top, name: 'again', contentId }));
    await passDays(world, 10);
    expect(await read(contentId)).toBe('chunk');
  });

  test('is condemned no more by who stages it', async () => {
    await condemned('chunk');
    const other = new TestUpload(world, ann, libraryId);
    await other.begin();
    await other.stage([chunkOf('chunk')]);
    expect(await stateOf('chunk')).toBeNull();
  });

  test('that another member sends as well goes, and is paid for, with all of its places', async () => {
    const bob = await world.addAccount('bob@example.org');
    await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, bob.accountId, 'editor'));
    await condemned('chunk');
    const theirs = new TestUpload(world, bob, libraryId);
    await theirs.begin();
    await theirs.send([chunkOf('chunk')]);
    expect(await usedBytes()).toBe(10);
    await passDays(world, 3);
    // The first place was due by now, the second is not.
    expect(await usedBytes()).toBe(10);
    await passDays(world, 2);
    expect(await stateOf('chunk')).toBe('freed');
    expect(await usedBytes()).toBe(0);
    expect(await driftsOf(world)).toEqual([]);
  });

  test('that somebody referred to just as it was condemned is seen by the next collection', async () => {
    const contentId = await upload('chunk');
    // As if a collection had looked for references just before the content was staged.
    await world.ports.store.transact((tx) =>
      tx.garbage.condemn(libraryId, [chunkOf('chunk').ref.id], world.ports.clock.nowMs()),
    );
    await commit(makeOp.file(freshEntryId(), { parentId: top, name: 'a', contentId }));
    world.advance(limits.condemnedLifeMs + 1);
    const figures = await collect(world);
    expect(figures).toMatchObject({ chunksRevived: 1, chunksFreed: 0 });
    expect(await read(contentId)).toBe('chunk');
  });
});

describe('[G7] an object', () => {
  test('is deleted once its pack has been empty for as long as backups are kept', async () => {
    await remove(await makeFile('gone', 'text'));
    await passDays(world, 30 + 1 + 3);
    expect(await usedBytes()).toBe(0);
    await passDays(world, 6);
    expect(world.objects.keys()).toHaveLength(1);
    await passDays(world, 1);
    expect(world.objects.keys()).toHaveLength(0);
    const packs = await world.ports.store.read.rows.count({ table: 'packs', libraryId });
    expect(packs).toBe(0);
  });

  test('whose deleting failed is deleted by the next collection', async () => {
    await remove(await makeFile('gone', 'text'));
    await passDays(world, 30 + 1 + 3);
    world.advance(10 * DAY_MS);
    const away = { ...world.objects, delete: () => Promise.reject(new Error('the store is away')) };
    const ports = { ...collectPorts(world), objectStore: away };
    const options = { libraryId: null, dryRun: false, actor: 'server', untilMs: null } as const;
    const signal = new AbortController().signal;
    await expect(collectGarbage(ports, { ...options, signal })).rejects.toThrow('the store is away');
    expect(world.objects.keys()).toHaveLength(1);
    expect(await collect(world)).toMatchObject({ packsDeleted: 1, deletedBytes: expect.any(Number) });
    expect(world.objects.keys()).toHaveLength(0);
  });
});

describe('[G8] a library', () => {
  test('of which something is damaged is left alone as it is', async () => {
    await remove(await makeFile('gone', 'text'));
    await makeFile('live', 'more');
    const nowMs = world.ports.clock.nowMs();
    const wanted = { state: 'sealed', after: null, checkedByMs: nowMs, limit: 1 } as const;
    const [pack = expect.fail('there is a pack')] = await world.ports.store.read.content.packsToCheck(wanted);
    await world.ports.store.transact((tx) => tx.content.markDamaged(pack, { atMs: nowMs }));
    world.advance(40 * DAY_MS);
    for (let day = 0; day < 5; day++) {
      world.advance(DAY_MS);
      expect(await collect(world)).toMatchObject({ libraries: 0, librariesDamaged: 1, trashEnded: 0 });
    }
    expect(await usedBytes()).toBe(8);
    expect(world.objects.keys()).toHaveLength(2);
  });

  test('that was deleted is freed whole after the time of its trash', async () => {
    await makeFile('a', 'text');
    await deleteLibrary(world.ports, ann, { libraryId });
    await passDays(world, 29);
    expect(await usedBytes()).toBe(4);
    await passDays(world, 2 + ALL_DAYS);
    expect(await usedBytes()).toBe(0);
    expect(await driftsOf(world)).toEqual([]);
    expect(world.objects.keys()).toHaveLength(0);
  });
});

describe('[G9] a dry run', () => {
  test('says what the next collection does, and does nothing', async () => {
    await write(await makeFile('note', 'one'), 'second');
    await remove(await makeFile('gone', 'gone'));
    const done = [];
    for (const days of [31, 3, 7]) {
      world.advance(days * DAY_MS);
      await expireUploads(world.ports);
      const before = await world.ports.store.read.garbage.library(libraryId);
      const said = await collect(world, { dryRun: true });
      expect(await world.ports.store.read.garbage.library(libraryId)).toEqual(before);
      const did = await collect(world);
      expect({ ...said, dryRun: false, packsEmptied: 0 }).toEqual({ ...did, packsEmptied: 0 });
      done.push(did);
    }
    expect(done).toMatchObject([
      { trashEnded: 1, contentsDropped: 2, chunksCondemned: 2, condemnedBytes: 7, chunksFreed: 0 },
      { contentsDropped: 0, chunksCondemned: 0, chunksFreed: 2, freedBytes: 7, packsEmptied: 2 },
      { chunksFreed: 0, packsDeleted: 2 },
    ]);
  });
});

describe('[G10] a collection', () => {
  test('that another one has overtaken stops, and frees nothing', async () => {
    await remove(await makeFile('gone', 'text'));
    await passDays(world, 31);
    world.advance(4 * DAY_MS);
    let turns = 0;
    const { store } = world.ports;
    const turn = async () => {
      turns += 1;
      // Another server begins, while this one has looked and not yet freed.
      if (turns !== 5) return;
      await store.transact(async (tx) => {
        const { versionsEndedSeq, trashEndedSeq, collection } =
          (await tx.garbage.lock(libraryId)) ?? expect.fail('the library is there');
        const marks = { versionsEndedSeq, trashEndedSeq, collection: collection + 1 };
        await tx.garbage.setMarks(libraryId, marks);
      });
    };
    const signal = new AbortController().signal;
    const options = { libraryId, dryRun: false, actor: 'server', untilMs: null, signal } as const;
    const figures = await collectGarbage(collectPorts(world, turn), options);
    expect(figures).toMatchObject({ libraries: 0, chunksFreed: 0 });
    expect(await usedBytes()).toBe(4);
    expect(await collect(world)).toMatchObject({ libraries: 1, chunksFreed: 1 });
  });

  test('ends between two steps when it is told to, and says so', async () => {
    await remove(await makeFile('gone', 'text'));
    world.advance(31 * DAY_MS);
    expect(await collect(world, { signal: AbortSignal.abort() })).toMatchObject({ finished: false });
    const late = await collect(world, { untilMs: world.ports.clock.nowMs() });
    expect(late).toMatchObject({ finished: false, libraries: 0 });
    expect(await collect(world)).toMatchObject({ finished: true, trashEnded: 1 });
  });
});
