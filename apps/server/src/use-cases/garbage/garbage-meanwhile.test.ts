// What people and devices do while a collection is under way: before each of its steps in turn.

import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ContentId, LibraryId, PackId } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../ports/object-store.ts';
import { interrupted } from '../../testing/crashing-store.ts';
import type { FileState } from '../../testing/garbage-bench.ts';
import { GarbageBench } from '../../testing/garbage-bench.ts';
import { collect, collectPorts, DAY_MS, driftsOf, passDays } from '../../testing/garbage-world.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { freshOpId } from '../../testing/server-world.ts';
import { undoBatch } from '../batches/undo-batch.ts';
import type { Caller } from '../caller.ts';
import { locateChunks } from '../downloads/locate-chunks.ts';
import { readRevisions } from '../downloads/read-revisions.ts';
import { signDownloads } from '../downloads/sign-downloads.ts';
import { setRetention } from '../libraries/library-retention.ts';
import { restoreVersion } from '../versions/restore-version.ts';
import { collectGarbage } from './collect-garbage.ts';

const HOUR_MS = 3_600_000;
/** Turns and transactions of a collection of such a library. */
const TURNS = 16;
/** How long things are kept: longer than a content that was staged and not committed. */
const KEPT_DAYS = 4;

let bench: GarbageBench;
let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;

beforeEach(async () => {
  bench = await GarbageBench.make();
  ({ world, ann, libraryId } = bench);
  await setRetention(world.ports, ann, { libraryId, versions: KEPT_DAYS, trash: KEPT_DAYS });
});
afterEach(() => world.stop());

/** A collection before whose n-th turn or transaction something is done; how many it had. */
async function collectAround(n: number, act: () => Promise<void>): Promise<number> {
  let turns = 0;
  const happen = async () => {
    if (turns++ === n) await act();
  };
  const ports = collectPorts(world, happen);
  const signal = new AbortController().signal;
  const options = { libraryId, dryRun: false, actor: 'server', untilMs: null, signal } as const;
  await collectGarbage({ ...ports, store: interrupted(ports.store, happen) }, options);
  if (turns <= n) await act();
  return turns;
}

/** What is to come back, from before it goes until somebody asks for it; false: it is refused as over. */
interface Comeback {
  readonly lose: (name: string) => Promise<FileState>;
  readonly bringBack: (lost: FileState) => Promise<boolean>;
}
const deleted = (name: string) => async (): Promise<FileState> =>
  bench.remove(await bench.makeFile(name, `text of ${name}`));
/** False: refused for that reason. */
const isDone = (call: Promise<unknown>, reason: string): Promise<boolean> =>
  call.then(
    () => true,
    (error: unknown) => {
      if (!isFailure(error, reason as never)) throw error;
      return false;
    },
  );
const comebacks: [string, Comeback][] = [
  [
    'restored from the trash',
    {
      lose: (name) => deleted(name)(),
      bringBack: async ({ entryId }) => isDone(bench.restore(entryId), 'entryMissing'),
    },
  ],
  [
    'undone',
    {
      lose: (name) => deleted(name)(),
      bringBack: async ({ placeSeq }) => {
        const undo = { libraryId, firstSeq: placeSeq, beforeSeq: null };
        const { undone, notUndone } = await undoBatch(world.ports, ann, undo);
        if (undone === 0) expect(notUndone).toMatchObject([{ reason: 'expired' }]);
        return undone === 1;
      },
    },
  ],
  [
    'made again under its id by a device that had not heard of the delete',
    {
      lose: (name) => deleted(name)(),
      bringBack: async ({ entryId, contentId, name }) => {
        const op = makeOp.file(entryId, { parentId: bench.top, name, contentId });
        return isDone(bench.commit(op), 'revisionMissing');
      },
    },
  ],
  [
    'restored as an earlier version',
    {
      lose: async (name) => {
        const old = await bench.makeFile(name, `text of ${name}`);
        await bench.write(old, `newer than ${name}`);
        return old;
      },
      bringBack: async ({ entryId, contentSeq }) => {
        const wanted = { libraryId, opId: freshOpId(), entryId, seq: contentSeq };
        return isDone(restoreVersion(world.ports, ann, wanted), 'versionMissing');
      },
    },
  ],
];

describe('[G5] [G4] any step of a collection that would end it, what is', () => {
  test.each(comebacks)('%s', async (_how, { lose, bringBack }) => {
    const came: boolean[] = [];
    const kept: FileState[] = [];
    const over: ContentId[] = [];
    for (let n = 0; n < TURNS; n++) {
      const lost = await lose(`file ${n}`);
      world.advance(KEPT_DAYS * DAY_MS + 1);
      const turns = await collectAround(n, async () => {
        const isBack = await bringBack(lost);
        came.push(isBack);
        if (isBack) kept.push(lost);
        else over.push(lost.contentId);
      });
      expect(turns).toBeLessThanOrEqual(TURNS);
    }
    expect(new Set(came)).toEqual(new Set([true, false]));
    await passDays(world, 10);
    for (const { name, contentId } of kept) expect(await bench.read(contentId)).toBe(`text of ${name}`);
    for (const contentId of over) expect(await bench.read(contentId)).toBeNull();
    expect(await driftsOf(world)).toEqual([]);
  });
});

/** What a device has to know of a content to fetch it; null: that is gone. */
interface Known {
  refs?: readonly ChunkRef[];
  packIds?: readonly PackId[];
  urls?: readonly string[];
}

describe('[G5] a download that has begun', () => {
  const steps: ((contentId: ContentId, known: Known) => Promise<void>)[] = [
    async (contentId, known) => {
      const { revisions } = await readRevisions(world.ports, ann, { libraryId, contentIds: [contentId] });
      known.refs = revisions[0]?.refs ?? expect.fail('the content is told');
    },
    async (_, known) => {
      const chunkIds = (known.refs ?? []).map(({ id }) => id);
      const { locations } = await locateChunks(world.ports, ann, { libraryId, chunkIds });
      known.packIds = locations.map(({ packId }) => packId);
    },
    async (_, known) => {
      const { packs } = await signDownloads(world.ports, ann, {
        libraryId,
        packIds: [...(known.packIds ?? [])],
      });
      known.urls = packs.map(({ url }) => url);
    },
  ];

  test.each([1, 2, 3])(
    'ends byte for byte, though all that names the file goes after its call %i and collections run all day',
    async (called) => {
      const file = await bench.makeFile('file', 'the text of the file');
      await bench.remove(file);
      world.advance(KEPT_DAYS * DAY_MS - 1);
      const known: Known = {};
      for (const step of steps.slice(0, called)) await step(file.contentId, known);
      for (let hour = 0; hour < 24; hour++) {
        world.advance(HOUR_MS);
        await collect(world);
      }
      expect(await bench.read(file.contentId), 'nobody else begins it any more').toBeNull();
      for (const step of steps.slice(called)) await step(file.contentId, known);
      const objects = await Promise.all((known.urls ?? []).map((url) => world.objects.read(url as never)));
      expect(Buffer.from(objects[0] ?? []).toString()).toContain('the text of the file');
    },
  );
});

describe('[G7] a delete of an object that the store does late', () => {
  test('takes nothing of what was sent again meanwhile', async () => {
    await bench.remove(await bench.makeFile('gone', 'a text'));
    const late: (() => Promise<void>)[] = [];
    const objectStore: ObjectStore = {
      ...world.objects,
      delete: async (key) => void late.push(() => world.objects.delete(key)),
    };
    const collectLate = () => {
      const signal = new AbortController().signal;
      const options = { libraryId, dryRun: false, actor: 'server', untilMs: null, signal } as const;
      return collectGarbage({ ...collectPorts(world), objectStore }, options);
    };
    for (let day = 0; late.length === 0; day++) {
      expect(day, 'an object is deleted in the end').toBeLessThan(30);
      world.advance(DAY_MS);
      await collectLate();
    }
    const { contentId } = await bench.makeFile('again', 'a text');
    for (const remove of late) await remove();
    await passDays(world, 20);
    expect(await bench.read(contentId)).toBe('a text');
  });
});
