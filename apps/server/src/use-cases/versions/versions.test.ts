import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  freshEntryId,
  freshOpId,
  makeServerWorld,
  refusalOf,
  uploadText,
} from '../../testing/server-world.ts';
import { listAudit } from '../audit/list-audit.ts';
import type { Caller } from '../caller.ts';
import { readRetention, setRetention } from '../libraries/library-retention.ts';
import { listLibraries } from '../libraries/list-libraries.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { listTrash } from '../trash/list-trash.ts';
import { restoreTrash } from '../trash/restore-trash.ts';
import { listVersions } from './list-versions.ts';
import { restoreVersion } from './restore-version.ts';

const DAY_MS = 24 * 3_600_000;

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

const commit = async (op: Op, caller = ann): Promise<EntryState> => {
  world.advance(1_000);
  const { results } = await commitOps(world.ports, caller, { libraryId, opId: freshOpId(), ops: [op] });
  const [result] = results;
  if (result?.result !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
  return result.state;
};
const upload = (text: string, caller = ann) => uploadText(world, caller, { libraryId, text });
const makeFile = async (name: string, text: string) =>
  commit(makeOp.file(freshEntryId(), { parentId: top, name, contentId: await upload(text) }));
const write = async (state: EntryState, text: string) => commit(makeOp.write(state, await upload(text)));
const versions = (entryId: EntryId, more: { beforeSeq?: number; limit?: number } = {}, caller = ann) =>
  listVersions(world.ports, caller, { libraryId, entryId, beforeSeq: null, limit: 100, ...more });
const restore = (entryId: EntryId, seq: number, { opId = freshOpId(), caller = ann } = {}) =>
  restoreVersion(world.ports, caller, { libraryId, opId, entryId, seq });
const addMember = async (email: string, role: 'editor' | 'viewer') => {
  const caller = await world.addAccount(email);
  await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, caller.accountId, role));
  return caller;
};
const seqsOf = ({ versions: found }: Awaited<ReturnType<typeof versions>>) => found.map(({ seq }) => seq);
const current = async (entryId: EntryId) => {
  const [state] = await world.ports.store.read.tree.entries(libraryId, [entryId]);
  return state as EntryState & { contentId: ContentId };
};

describe('[G1] versions', () => {
  test('are the contents that a file has and had, with who, when and until when', async () => {
    const one = await makeFile('note.txt', 'one');
    const firstAtMs = world.ports.clock.nowMs();
    const moved = await commit(makeOp.move(one, top, 'notes.txt'));
    const set = await commit(makeOp.attributes(moved, true));
    const two = await write(set, 'second');
    const secondAtMs = world.ports.clock.nowMs();
    const by = {
      device: { deviceId: ann.deviceId, name: 'laptop' },
      account: { accountId: ann.accountId, email: 'ann@example.org' },
    };
    const found = await versions(one.entryId);
    expect(found).toMatchObject({ path: 'notes.txt', nextBeforeSeq: null });
    expect(found.versions).toEqual([
      {
        ...{ ...by, seq: 4, contentId: (two as { contentId: string }).contentId, sizeBytes: 6, mtimeMs: 2 },
        ...{ atMs: secondAtMs, is: 'current', endedAtMs: null, expiresAtMs: null },
      },
      {
        ...{ ...by, seq: 1, contentId: (one as { contentId: string }).contentId, sizeBytes: 3, mtimeMs: 1 },
        ...{ atMs: firstAtMs, is: 'version', endedAtMs: secondAtMs, expiresAtMs: secondAtMs + 30 * DAY_MS },
      },
    ]);
  });

  test('of a deleted file begin with what is in the trash', async () => {
    const two = await write(await makeFile('a', 'one'), 'two');
    await commit(makeOp.remove(two));
    const deletedAtMs = world.ports.clock.nowMs();
    expect((await versions(two.entryId)).versions).toMatchObject([
      { seq: 2, is: 'trash', endedAtMs: deletedAtMs, expiresAtMs: deletedAtMs + 30 * DAY_MS },
      { seq: 1, is: 'version' },
    ]);
    await restoreTrash(world.ports, ann, { libraryId, opId: freshOpId(), entryIds: [two.entryId] });
    const again = await versions(two.entryId);
    // The file came back with the content that it had: that is one version, not two.
    expect(again.versions.map(({ seq, is }) => [seq, is])).toEqual([
      [4, 'current'],
      [1, 'version'],
    ]);
  });

  test('come in pages that fit each other', async () => {
    let state = await makeFile('a', 'text 0');
    for (let index = 1; index < 7; index++) {
      state = await write(state, `text ${index}`);
      state = await commit(makeOp.attributes(state, index % 2 === 0));
    }
    const whole = await versions(state.entryId);
    expect(whole.versions).toHaveLength(7);
    const pages = [await versions(state.entryId, { limit: 3 })];
    for (let next = pages[0]?.nextBeforeSeq; next; next = pages.at(-1)?.nextBeforeSeq) {
      pages.push(await versions(state.entryId, { limit: 3, beforeSeq: next }));
    }
    expect(pages.map((page) => page.versions.length)).toEqual([3, 3, 1]);
    expect(pages.flatMap((page) => page.versions)).toEqual(whole.versions);
  });

  test('are for members, and of files', async () => {
    const note = await makeFile('a', 'one');
    const folder = await commit(makeOp.folder(freshEntryId(), top, 'folder'));
    const [bob, eve] = [
      await addMember('bob@example.org', 'viewer'),
      await world.addAccount('eve@example.org'),
    ];
    expect((await versions(note.entryId, {}, bob)).versions).toHaveLength(1);
    const missing = { reason: 'entryMissing' };
    expect(await refusalOf(versions(note.entryId, {}, eve))).toMatchObject({ reason: 'libraryMissing' });
    expect(await refusalOf(versions(folder.entryId))).toMatchObject(missing);
    expect(await refusalOf(versions(freshEntryId()))).toMatchObject(missing);
  });
});

describe('[G2] restoring a version', () => {
  test('gives the file its content again, and what it had becomes a version', async () => {
    const one = await makeFile('a', 'one');
    const two = await write(one, 'two');
    const { contentId } = one as { contentId: ContentId };
    expect(await restore(one.entryId, 1)).toEqual({
      ...{ headSeq: 3, entryId: one.entryId, path: 'a', contentId, changed: true },
    });
    expect(await current(one.entryId)).toMatchObject({ contentId, sizeBytes: 3, contentSeq: 3 });
    expect((await versions(one.entryId)).versions).toMatchObject([
      { seq: 3, is: 'current', contentId },
      { seq: 2, is: 'version', contentId: (two as { contentId: ContentId }).contentId },
      { seq: 1, is: 'version', contentId },
    ]);
  });

  test('is done once for each operation id, and not at all where the file has that content', async () => {
    const one = await makeFile('a', 'one');
    await write(one, 'two');
    const opId = freshOpId();
    const first = await restore(one.entryId, 1, { opId });
    await write(await current(one.entryId), 'three');
    expect(await restore(one.entryId, 1, { opId })).toEqual(first);
    expect(await refusalOf(restore(one.entryId, 2, { opId }))).toEqual({ reason: 'opIdReused' });
    expect(await restore(one.entryId, 4)).toMatchObject({ headSeq: 4, changed: false });
    expect(seqsOf(await versions(one.entryId))).toEqual([4, 3, 2, 1]);
  });

  test('is for editors, who need not have sent the content', async () => {
    const one = await makeFile('a', 'one');
    await write(one, 'two');
    const bob = await addMember('bob@example.org', 'editor');
    const eve = await addMember('eve@example.org', 'viewer');
    expect(await refusalOf(restore(one.entryId, 1, { caller: eve }))).toMatchObject({ reason: 'notAllowed' });
    expect(await restore(one.entryId, 1, { caller: bob })).toMatchObject({ headSeq: 3, changed: true });
  });

  test('refuses what is no version of the file, and a deleted file', async () => {
    const one = await makeFile('a', 'one');
    const other = await makeFile('b', 'other');
    const missing = { reason: 'versionMissing', entry: one.entryId };
    expect(await refusalOf(restore(one.entryId, 2))).toEqual({ ...missing, version: '2' });
    expect(await refusalOf(restore(one.entryId, 99))).toEqual({ ...missing, version: '99' });
    await commit(makeOp.remove(one));
    expect(await refusalOf(restore(one.entryId, 1))).toMatchObject({ reason: 'entryMissing' });
    expect(await current(other.entryId)).toMatchObject({ contentSeq: 2 });
  });
});

describe('[G3] how long versions and trash are kept', () => {
  const root = { admin: true };

  test('is what the library says, else what the server says', async () => {
    const server = { versions: 30, trash: 30 };
    const own = { versions: null, trash: null };
    expect(await readRetention(world.ports, ann, { libraryId })).toEqual({ ...server, own, server });
    const set = await setRetention(world.ports, ann, { libraryId, versions: 'forever', trash: 7 });
    expect(set).toEqual({ versions: 'forever', trash: 7, own: { versions: 'forever', trash: 7 }, server });
    expect(await setRetention(world.ports, root, { libraryId, trash: null })).toMatchObject({
      ...{ versions: 'forever', trash: 30, own: { versions: 'forever', trash: null } },
    });
    const { libraries } = await listLibraries(world.ports, ann);
    expect(libraries).toMatchObject([{ retention: { versions: 'forever', trash: 30 } }]);
    expect(Object.keys(libraries[0] ?? {})).not.toContain('versionDays');
    const { lines } = await listAudit(world.ports, root, { sinceMs: 0, pageToken: null, limit: 10 });
    const acts = lines.filter(({ action }) => action === 'retentionSet');
    expect(acts.map(({ actor, target }) => [actor, target]).sort()).toEqual(
      [
        [ann.accountId, libraryId],
        ['command', libraryId],
      ].sort(),
    );
    const byAnn = acts.find(({ actor }) => actor === ann.accountId);
    expect(byAnn?.details).toEqual({
      ...{ versionsFrom: null, versionsTo: 'forever', trashFrom: null, trashTo: 7 },
    });
  });

  test('is for owners and administrators to say', async () => {
    const bob = await addMember('bob@example.org', 'editor');
    const eve = await world.addAccount('eve@example.org');
    const by = (caller: Caller) => refusalOf(setRetention(world.ports, caller, { libraryId, trash: 1 }));
    expect(await by(bob)).toEqual({ reason: 'notAllowed', needed: 'owner' });
    expect(await by(eve)).toMatchObject({ reason: 'libraryMissing' });
    expect(await readRetention(world.ports, bob, { libraryId })).toMatchObject({ trash: 30 });
    const reads = readRetention(world.ports, eve, { libraryId });
    expect(await refusalOf(reads)).toMatchObject({ reason: 'libraryMissing' });
  });

  test('shows in what is listed', async () => {
    const two = await write(await makeFile('a', 'one'), 'two');
    const gone = await makeFile('b', 'gone');
    await commit(makeOp.remove(gone));
    await setRetention(world.ports, ann, { libraryId, versions: 2, trash: 'forever' });
    const trash = () => listTrash(world.ports, ann, { libraryId, pageToken: null, limit: 10 });
    expect((await trash()).items).toMatchObject([{ path: 'b', expiresAtMs: null }]);
    world.advance(DAY_MS);
    expect(seqsOf(await versions(two.entryId))).toEqual([2, 1]);
    world.advance(DAY_MS);
    expect(seqsOf(await versions(two.entryId))).toEqual([2]);
    world.advance(1_000 * DAY_MS);
    expect((await trash()).items).toHaveLength(1);
    await setRetention(world.ports, ann, { libraryId, trash: 1_000 });
    expect((await trash()).items).toHaveLength(0);
  });
});
