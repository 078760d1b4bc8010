import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GarbageBench } from '../../testing/garbage-bench.ts';
import { collect, collectPorts, DAY_MS, driftsOf, passDays } from '../../testing/garbage-world.ts';
import { makeOp } from '../../testing/op-makers.ts';
import { readerOf } from '../../testing/reader-of.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { chunkOf, freshEntryId, TestUpload } from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { deleteLibrary } from '../libraries/delete-library.ts';
import { expireUploads } from '../uploads/expire-uploads.ts';
import { verifyData } from '../verify/verify-data.ts';
import { verifyPacksJob } from '../verify/verify-packs.ts';
import { collectGarbage } from './collect-garbage.ts';

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
/** From the end of its retention until its object is gone: each grace, and a day for the collection of that day. */
const ALL_DAYS = 3 + 1 + 7 + 1;

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

describe('[V8] checks', () => {
  test('miss nothing that has ended, and read what is left of a pack', async () => {
    const sender = new TestUpload(world, ann, libraryId);
    await sender.begin();
    const [kept, gone] = [chunkOf('kept'), chunkOf('gone')];
    await sender.send([kept, gone]);
    const [first, second] = [await sender.stage([gone]), await sender.stage([kept])];
    const note = await commit(makeOp.file(freshEntryId(), { parentId: top, name: 'note', contentId: first }));
    await commit(makeOp.write(note, second));
    await remove(await makeFile('deleted', 'deleted'));
    await passDays(world, 31 + ALL_DAYS);
    expect(await read(first)).toBeNull();
    const verify = verifyPacksJob(world.ports, {
      pause: async () => undefined,
      onDamaged: (_pack, why) => expect.fail(why),
    });
    expect(await verify.run(new AbortController().signal)).toEqual({ verified: 1, damaged: 0 });
    const watch = {
      signal: new AbortController().signal,
      progress: () => undefined,
      pause: async () => undefined,
    };
    for (const deep of [false, true]) {
      const ports = { ...world.ports, objects: readerOf(world.objects) };
      const report = await verifyData(ports, { libraryId: null, deep, after: null, watch });
      expect(report).toMatchObject({ packs: 1, packsDamaged: 0, filesDamaged: 0, historyFaults: 0 });
      expect(report.quotas?.driftsFound).toBe(0);
    }
  });
});
