import { CHAIN_START } from '@tidesync/shared/chain';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Doorbell, Op, OpResult } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  freshEntryId,
  freshOpId,
  makeServerWorld,
  refusalOf,
  TestUpload,
  uploadText,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { listChanges } from '../changes/list-changes.ts';
import { watchLibraries } from '../changes/watch-libraries.ts';
import { listTree } from '../tree/list-tree.ts';
import { commitOps } from './commit-ops.ts';
import { lookUpCommit } from './look-up-commit.ts';

let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
let top: EntryId;
let hello: ContentId;

const commit = (ops: readonly Op[], caller = ann, opId = freshOpId()) =>
  commitOps(world.ports, caller, { libraryId, opId, ops: [...ops] });
const applied = (result: OpResult | undefined): EntryState => {
  if (result?.result !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
  return result.state;
};
const start = () => `${libraryId}.0.${CHAIN_START}`;
const changesFrom = (cursor: string, limit: number = limits.changesPerPageMax) =>
  listChanges(world.ports, ann, { libraryId, cursor, limit });
const addMember = async (email: string, role: 'editor' | 'viewer') => {
  const caller = await world.addAccount(email);
  await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, caller.accountId, role));
  return caller;
};

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(ann);
  top = topFolderOf(libraryId);
  hello = await uploadText(world, ann, { libraryId, text: 'hello' });
});
afterEach(() => world.stop());

describe('commit', () => {
  test('[C1] [C2] applies operations and moves the head by the applied ones', async () => {
    const folderId = freshEntryId();
    const { headSeq, results } = await commit([
      makeOp.folder(folderId, top, 'docs'),
      makeOp.folder(freshEntryId(), top, 'docs'),
      makeOp.file(freshEntryId(), { parentId: folderId, name: 'a', contentId: hello }),
    ]);
    expect(headSeq).toBe(2);
    expect(results.map((one) => one.result)).toEqual(['applied', 'adopted', 'applied']);
    expect(applied(results[2])).toMatchObject({ contentSeq: 2, placeSeq: 2, sizeBytes: 5, deleted: false });
  });

  test('[C3] that applies nothing leaves head and chain, and is remembered all the same', async () => {
    const before = await commit([makeOp.folder(freshEntryId(), top, 'docs')]);
    const opId = freshOpId();
    const ops = [makeOp.file(freshEntryId(), { parentId: top, name: 'docs', contentId: hello })];
    const lost = await commit(ops, ann, opId);
    expect(lost).toMatchObject({ headSeq: before.headSeq, chain: before.chain });
    expect(await lookUpCommit(world.ports, ann, { libraryId, opId })).toEqual(lost);
  });

  test('[C4] answers a repeated operation id as the first time, whatever came after', async () => {
    const opId = freshOpId();
    const ops = [makeOp.file(freshEntryId(), { parentId: top, name: 'a', contentId: hello })];
    const first = await commit(ops, ann, opId);
    await commit([makeOp.move(applied(first.results[0]), top, 'b')]);
    expect(await commit(ops, ann, opId)).toEqual(first);
    expect(await lookUpCommit(world.ports, ann, { libraryId, opId })).toEqual(first);
    expect((await changesFrom(start())).changes).toHaveLength(2);
  });

  test('[C4] twice at once is applied once', async () => {
    const opId = freshOpId();
    const ops = [makeOp.folder(freshEntryId(), top, 'docs')];
    const [one, two] = await Promise.all([commit(ops, ann, opId), commit(ops, ann, opId)]);
    expect(one).toEqual(two);
    expect(one.headSeq).toBe(1);
  });

  test('[C5] refuses another payload under a used operation id', async () => {
    const opId = freshOpId();
    await commit([makeOp.folder(freshEntryId(), top, 'a')], ann, opId);
    const other = commit([makeOp.folder(freshEntryId(), top, 'b')], ann, opId);
    expect(await refusalOf(other)).toEqual({ reason: 'opIdReused' });
  });

  test('[C6] scopes operation ids to the device', async () => {
    const opId = freshOpId();
    const desktop = await world.addDevice(ann);
    await commit([makeOp.folder(freshEntryId(), top, 'a')], ann, opId);
    expect(await lookUpCommit(world.ports, desktop, { libraryId, opId })).toBeNull();
    expect((await commit([makeOp.folder(freshEntryId(), top, 'b')], desktop, opId)).headSeq).toBe(2);
  });

  test('[C7] is refused to viewers, and hidden from others', async () => {
    const viewer = await addMember('vic@example.org', 'viewer');
    const stranger = await world.addAccount('sam@example.org');
    const ops = [makeOp.folder(freshEntryId(), top, 'a')];
    expect(await refusalOf(commit(ops, viewer))).toEqual({ reason: 'notAllowed', needed: 'editor' });
    expect(await refusalOf(commit(ops, stranger))).toMatchObject({ reason: 'libraryMissing' });
  });

  test('[C8] names only contents that this account has staged, or nothing is applied', async () => {
    const bob = await addMember('bob@example.org', 'editor');
    const fileId = freshEntryId();
    const ops = [
      makeOp.folder(freshEntryId(), top, 'docs'),
      makeOp.file(fileId, { parentId: top, name: 'a', contentId: hello }),
    ];
    expect(await refusalOf(commit(ops, bob))).toEqual({ reason: 'revisionMissing', contentId: hello });
    expect((await changesFrom(start())).changes).toEqual([]);
    await uploadText(world, bob, { libraryId, text: 'hello' });
    expect((await commit(ops, bob)).headSeq).toBe(2);
  });

  test('[C9] lets anyone give an entry back the content it had', async () => {
    const bob = await addMember('bob@example.org', 'editor');
    const fileId = freshEntryId();
    const create = makeOp.file(fileId, { parentId: top, name: 'a', contentId: hello });
    const made = applied((await commit([create])).results[0]);
    await commit([makeOp.remove(made)]);
    const revived = applied((await commit([create], bob)).results[0]);
    expect(revived).toMatchObject({ entryId: fileId, sizeBytes: 5, contentSeq: 3 });
  });

  test('swaps names in the database too', async () => {
    const [a, b] = [freshEntryId(), freshEntryId()];
    const { results } = await commit([makeOp.folder(a, top, 'a'), makeOp.folder(b, top, 'b')]);
    const [first, second] = results.map(applied) as [EntryState, EntryState];
    await commit([
      makeOp.move(first, top, 'c'),
      makeOp.move(second, top, 'a'),
      makeOp.move({ ...first, placeSeq: 3 }, top, 'b'),
    ]);
    const { entries } = await listTree(world.ports, ann, { libraryId, pageToken: null, limit: 10 });
    expect(new Map(entries.map((entry) => [entry.entryId, entry.name]))).toEqual(
      new Map([
        [a, 'b'],
        [b, 'a'],
      ]),
    );
  });

  test('[C12] [C14] [C15] checks places that only live in the database', async () => {
    const folders = [freshEntryId(), freshEntryId(), freshEntryId()] as const;
    const { results } = await commit([
      makeOp.folder(folders[0], top, 'a'),
      makeOp.folder(folders[1], folders[0], 'b'),
      makeOp.folder(folders[2], folders[1], 'c'),
    ]);
    const first = applied(results[0]);
    expect((await commit([makeOp.move(first, folders[2], 'a')])).results[0]).toMatchObject({
      reason: 'cycle',
    });
    expect((await commit([makeOp.remove(first)])).results[0]).toMatchObject({ reason: 'notEmpty' });
    expect((await commit([makeOp.folder(freshEntryId(), folders[1], 'c')])).results[0]).toMatchObject({
      result: 'adopted',
      state: { entryId: folders[2] },
    });
  });

  test('[C19] takes 1,000 operations', async () => {
    const ops = Array.from({ length: limits.opsPerCommitMax }, (_, index) =>
      makeOp.file(freshEntryId(), { parentId: top, name: `file ${index}`, contentId: hello }),
    );
    const { headSeq, results } = await commit(ops);
    expect(headSeq).toBe(1_000);
    const gone = await commit(results.map((result) => makeOp.remove(applied(result))));
    expect(gone.headSeq).toBe(2_000);
  });
});

describe('changes', () => {
  test('[C21] come in whole commits, from cursor to cursor', async () => {
    for (const batch of [700, 700, 1]) {
      const ops = Array.from({ length: batch }, (_, index) =>
        makeOp.folder(freshEntryId(), top, `${batch}-${freshOpId()}-${index}`),
      );
      await commit(ops);
    }
    const first = await changesFrom(start(), 1_000);
    expect([first.changes.length, first.more]).toEqual([700, true]);
    const second = await changesFrom(first.cursor, 1_000);
    expect([second.changes.length, second.more]).toEqual([701, false]);
    expect(await changesFrom(second.cursor)).toEqual({ changes: [], cursor: second.cursor, more: false });
  });

  test('[C22] refuse a cursor that is no point of this history', async () => {
    const { headSeq, chain } = await commit([
      makeOp.folder(freshEntryId(), top, 'a'),
      makeOp.folder(freshEntryId(), top, 'b'),
    ]);
    const forged = [
      `${libraryId}.${headSeq}.${CHAIN_START}`,
      `${libraryId}.${headSeq + 1}.${chain}`,
      `${libraryId}.1.${chain}`,
      `${libraryId}.0.${chain}`,
      `${freshEntryId()}.${headSeq}.${chain}`,
    ];
    for (const cursor of forged) {
      expect(await refusalOf(changesFrom(cursor))).toEqual({ reason: 'cursorDiverged' });
    }
  });

  test('[C32] refuse a commit for another history, and apply nothing of it', async () => {
    const { headSeq, chain } = await commit([makeOp.folder(freshEntryId(), top, 'a')]);
    const input = { libraryId, opId: freshOpId(), ops: [makeOp.folder(freshEntryId(), top, 'b')] };
    const known = `${libraryId}.${headSeq}.${chain}`;
    for (const after of [`${libraryId}.${headSeq}.${CHAIN_START}`, `${libraryId}.${headSeq + 1}.${chain}`]) {
      const refusal = await refusalOf(commitOps(world.ports, ann, { ...input, after }));
      expect(refusal).toEqual({ reason: 'cursorDiverged' });
    }
    expect((await changesFrom(known)).changes).toEqual([]);
    const output = await commitOps(world.ports, ann, { ...input, after: known });
    expect(output.headSeq).toBe(headSeq + 1);
    expect(await commitOps(world.ports, ann, { ...input, after: start() })).toEqual(output);
  });

  test('are for members', async () => {
    const stranger = await world.addAccount('sam@example.org');
    const page = listChanges(world.ports, stranger, { libraryId, cursor: start(), limit: 1_000 });
    expect(await refusalOf(page)).toMatchObject({ reason: 'libraryMissing' });
  });
});

describe('the tree', () => {
  test('[C23] is listed in pages that carry the cursor of their start', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { headSeq, chain } = await commit(names.map((name) => makeOp.folder(freshEntryId(), top, name)));
    const list = (pageToken: string | null) => listTree(world.ports, ann, { libraryId, pageToken, limit: 2 });
    const found: string[] = [];
    for (let pageToken: string | null = null; ; ) {
      const page = await list(pageToken);
      found.push(...page.entries.map((entry) => entry.name));
      expect(page.cursor).toBe(`${libraryId}.${headSeq}.${chain}`);
      pageToken = page.nextPageToken;
      if (pageToken === null) break;
      await commit([makeOp.folder(freshEntryId(), top, `later ${found.length}`)]);
    }
    for (const name of names) expect(found).toContain(name);
    expect(await refusalOf(list('rubbish'))).toMatchObject({ reason: 'invalidInput' });
  });
});

describe('watch', () => {
  const watchOf = (caller: Caller, confirm = async () => undefined) => ({ caller, confirm });

  test('[C24] first says the heads, then what happens, to members alone', async () => {
    const stop = new AbortController();
    const stranger = await world.addAccount('sam@example.org');
    const otherLibrary = await world.addLibrary(stranger);
    const heard: Doorbell[] = [];
    const watching = (async () => {
      for await (const bell of watchLibraries(world.ports, watchOf(ann), stop.signal)) {
        heard.push(bell);
        if (heard.length === 1) {
          world.ports.doorbells.ring({ libraryId: otherLibrary, headSeq: 9 });
          await commit([makeOp.folder(freshEntryId(), top, 'a')]);
        } else stop.abort();
      }
    })();
    await watching;
    expect(heard).toEqual([
      { libraryId, headSeq: 0 },
      { libraryId, headSeq: 1 },
    ]);
  });

  test('ends at once while it waits', async () => {
    const stop = new AbortController();
    const bells = watchLibraries(world.ports, watchOf(ann), stop.signal);
    expect((await bells.next()).value).toEqual({ libraryId, headSeq: 0 });
    const next = bells.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

test('[B26] an upload in one library is of no use in another', async () => {
  const other = await world.addLibrary(ann, 'Music');
  const upload = new TestUpload(world, ann, other);
  await upload.begin();
  const ops = [makeOp.file(freshEntryId(), { parentId: topFolderOf(other), name: 'a', contentId: hello })];
  const foreign = commitOps(world.ports, ann, { libraryId: other, opId: freshOpId(), ops });
  expect(await refusalOf(foreign)).toEqual({ reason: 'revisionMissing', contentId: hello });
});
