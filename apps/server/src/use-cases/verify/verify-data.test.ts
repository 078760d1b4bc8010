import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ObjectKey } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import { makeOp } from '../../testing/op-makers.ts';
import { readerOf } from '../../testing/reader-of.ts';
import { runStatement } from '../../testing/run-statement.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshId,
  freshOpId,
  makeServerWorld,
  TestUpload,
  uploadText,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { commitOps } from '../sync/commit-ops.ts';
import type { VerifyOptions } from './verify-data.ts';
import { isSound, verifyData } from './verify-data.ts';
import { verifyPacksJob } from './verify-packs.ts';
import type { VerifyWatch } from './verify-watch.ts';

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

const quiet = (signal = new AbortController().signal): VerifyWatch => ({
  signal,
  progress: () => undefined,
  pause: async () => undefined,
});
const verify = (options: Partial<VerifyOptions> = {}) => {
  const ports = { ...world.ports, objects: readerOf(world.objects) };
  return verifyData(ports, { libraryId: null, deep: false, after: null, watch: quiet(), ...options });
};

async function commit(...ops: Parameters<typeof commitOps>[2]['ops']): Promise<EntryState[]> {
  const { results } = await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
  return results.flatMap((one) => (one.result === 'applied' ? [one.state] : []));
}

async function makeFile(name: string, text: string, parentId = top): Promise<EntryState> {
  const contentId = await uploadText(world, ann, { libraryId, text });
  const [state] = await commit(makeOp.file(freshEntryId(), { parentId, name, contentId }));
  if (state === undefined) throw new Error('no file was made');
  return state;
}

const keyOfText = async (text: string): Promise<ObjectKey> => {
  const [found] = await world.ports.store.read.content.locationsOf(libraryId, [chunkOf(text).ref.id]);
  if (found === undefined) throw new Error('it is nowhere');
  return objectKeyOf(libraryId, found.packId);
};
async function flipByte(key: ObjectKey): Promise<void> {
  const bytes = Uint8Array.from((await world.objects.read(key)) ?? []);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  world.objects.put(key, bytes);
}
const backgroundCheck = () =>
  verifyPacksJob(world.ports, { pause: async () => undefined, onDamaged: () => undefined }).run(
    new AbortController().signal,
  );

describe('on sound data', () => {
  test('[V1] a check finds nothing wrong, and says what it looked at', async () => {
    const [folder] = await commit(makeOp.folder(freshEntryId(), top, 'Thesis'));
    const file = await makeFile('draft.txt', 'first', folder?.entryId);
    const contentId = await uploadText(world, ann, { libraryId, text: 'second' });
    const [written] = await commit(makeOp.write(file, contentId));
    await commit(makeOp.remove(written as EntryState));
    for (const deep of [false, true]) {
      const report = await verify({ deep });
      expect(isSound(report)).toBe(true);
      expect(report).toMatchObject({
        ...{ deep, libraries: 1, packs: 2, contents: 2, commits: 4, changes: 4, entries: 2 },
        ...{ stopped: null, strays: { found: 0 }, quotas: { driftsFound: 0 } },
      });
    }
  });

  test('[V1] one library can be checked alone, and one that is not there is refused', async () => {
    await world.addLibrary(ann, 'Other');
    expect(await verify({ libraryId })).toMatchObject({ libraries: 1, quotas: null });
    await expect(verify({ libraryId: freshId<LibraryId>() })).rejects.toThrow();
  });
});

describe('damaged packs', () => {
  test('[V2] an object that is gone is found by a look, and its file is named with its device', async () => {
    await makeFile('kept.txt', 'kept');
    const file = await makeFile('lost.txt', 'lost');
    await world.objects.delete(await keyOfText('lost'));
    const report = await verify();
    expect(isSound(report)).toBe(false);
    expect(report.damagedPacks).toEqual([
      expect.objectContaining({ why: 'it is gone from the object store' }),
    ]);
    expect(report.damagedFiles).toEqual([
      expect.objectContaining({
        path: 'lost.txt',
        is: 'live',
        library: 'Photos',
        device: 'laptop',
        seq: file.contentSeq,
      }),
    ]);
  });

  test('[V2] an object of another size is found by a look', async () => {
    await makeFile('cut.txt', 'cut short');
    const key = await keyOfText('cut short');
    world.objects.put(key, ((await world.objects.read(key)) ?? new Uint8Array()).subarray(1));
    expect(await verify()).toMatchObject({ packsDamaged: 1, filesDamaged: 1 });
  });

  test('[V3] a flipped byte is found by reading, and every version that needs it is named', async () => {
    const file = await makeFile('a.txt', 'rots');
    const next = await uploadText(world, ann, { libraryId, text: 'is fine' });
    const [written] = await commit(makeOp.write(file, next));
    const other = await makeFile('b.txt', 'rots');
    await commit(makeOp.remove(other));
    await backgroundCheck();
    await flipByte(await keyOfText('rots'));
    expect(isSound(await verify())).toBe(true);
    const report = await verify({ deep: true });
    expect(report.damagedFiles.map(({ path, is, seq }) => [path, is, seq])).toEqual([
      ['a.txt', 'version', file.contentSeq],
      ['b.txt', 'trash', other.contentSeq],
    ]);
    expect(written?.contentSeq).toBeGreaterThan(file.contentSeq);
  });

  test('[V3] chunks that are whole in a damaged pack are not called damaged', async () => {
    const upload = new TestUpload(world, ann, libraryId);
    await upload.begin();
    const [bad, good] = [chunkOf('bad chunk'), chunkOf('good chunk')];
    await upload.missing([bad, good]);
    await upload.send([bad, good]);
    const ops = [];
    for (const [name, chunk] of [
      ['bad', bad],
      ['good', good],
    ] as const) {
      const contentId = await upload.stage([chunk]);
      ops.push(makeOp.file(freshEntryId(), { parentId: top, name, contentId }));
    }
    await commit(...ops);
    await flipByte(await keyOfText('bad chunk'));
    const report = await verify({ deep: true });
    expect(report.damagedFiles.map(({ path }) => path)).toEqual(['bad']);
  });

  test('[V4] what is found damaged counts for nobody, so its content is taken again from whoever has it', async () => {
    await makeFile('a.txt', 'rots');
    await backgroundCheck();
    await flipByte(await keyOfText('rots'));
    await verify({ deep: true });
    const upload = new TestUpload(world, ann, libraryId);
    await upload.begin();
    const chunk = chunkOf('rots');
    expect((await upload.missing([chunk])).missing).toEqual([true]);
    await upload.send([chunk]);
    expect(await verify({ deep: true })).toMatchObject({ packsDamaged: 1, filesDamaged: 0 });
    const { lines } = { lines: await world.ports.store.read.audit.latest('packDamaged', 0) };
    expect(lines).not.toBeNull();
  });

  test('[V5] a deep check that was stopped says where it goes on, and the next one knows the rest', async () => {
    for (const text of ['one', 'two', 'three']) await makeFile(text, text);
    const keys = (await Promise.all(['one', 'two', 'three'].map(keyOfText))).toSorted();
    const [first, second] = keys as [ObjectKey, ObjectKey];
    await flipByte(first);
    const stop = new AbortController();
    const stopping = { ...quiet(stop.signal), pause: async () => undefined };
    let seen = 0;
    stopping.progress = ({ part }) => {
      seen += part === 'packs' ? 1 : 0;
      if (seen === 2) stop.abort();
    };
    const begun = await verify({ deep: true, watch: stopping });
    expect(begun).toMatchObject({ packs: 2, packsDamaged: 1, stopped: { after: second } });
    const reads: string[] = [];
    const reader = readerOf(world.objects);
    const read = (key: ObjectKey) => {
      reads.push(key);
      return reader.read(key);
    };
    const counting = { ...reader, read };
    const rest = await verifyData(
      { ...world.ports, objects: counting },
      { libraryId: null, deep: true, after: second, watch: quiet() },
    );
    expect(rest).toMatchObject({ packs: 3, packsDamaged: 1, filesDamaged: 1, stopped: null });
    expect(reads).not.toContain(second);
  });
});

test('[V6] objects without metadata are listed and stay', async () => {
  await makeFile('a', 'a');
  const key = objectKeyOf(libraryId, freshId());
  world.objects.put(key, new Uint8Array(7));
  const report = await verify();
  expect(report.strays).toEqual({ found: 1, objects: [{ key, sizeBytes: 7 }] });
  expect(isSound(report)).toBe(true);
  expect(world.objects.keys()).toContain(key);
});

describe('[V7] a history that contradicts itself is found', () => {
  type Spoil = (tables: SpoilTables) => Promise<void>;
  interface SpoilTables {
    run(statement: string): Promise<void>;
  }
  test.each<[what: string, says: string, spoil: Spoil]>([
    ['a change is gone', 'missing', (t) => t.run('DELETE FROM changes WHERE seq = 2')],
    [
      'a change says otherwise',
      'does not continue',
      (t) => t.run("UPDATE changes SET name = X'78' WHERE seq = 2"),
    ],
    ['a commit is gone', 'does not follow', (t) => t.run('DELETE FROM commits WHERE first_seq = 2')],
    ['the head is ahead', 'its head says', (t) => t.run('UPDATE libraries SET head_seq = head_seq + 1')],
    [
      'an entry is not as its change left it',
      '(name)',
      (t) => t.run("UPDATE entries SET name = X'78' WHERE last_seq = 3"),
    ],
    ['an entry is gone', 'its journal makes', (t) => t.run('DELETE FROM entries WHERE last_seq = 3')],
    [
      'a change names a wrong next one',
      'as the next of its entry',
      (t) => t.run('UPDATE changes SET ended_seq = 3 WHERE seq = 1'),
    ],
  ])('%s', async (_what, says, spoil) => {
    const file = await makeFile('a', 'a');
    const contentId = await uploadText(world, ann, { libraryId, text: 'b' });
    await commit(makeOp.write(file, contentId));
    await makeFile('c', 'c');
    expect(isSound(await verify())).toBe(true);
    await spoil({ run: (statement) => runStatement(world, statement) });
    const report = await verify();
    expect(isSound(report)).toBe(false);
    expect(report.history.map((one) => one.says).join('; ')).toContain(says);
  });

  test('a revision whose list is another one', async () => {
    await makeFile('a', 'a');
    await runStatement(world, 'UPDATE revisions SET size_bytes = size_bytes + 1');
    expect((await verify()).damagedFiles).toEqual([
      expect.objectContaining({ path: 'a', why: 'its chunk list does not hash to its id' }),
    ]);
  });

  test('a revision that is gone', async () => {
    await makeFile('a', 'a');
    await runStatement(world, 'DELETE FROM revisions');
    expect((await verify()).damagedFiles).toEqual([
      expect.objectContaining({ path: 'a', why: 'its content is not recorded' }),
    ]);
  });
});
