import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
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
import type { Caller } from '../caller.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { listTree } from '../tree/list-tree.ts';
import { listTrash } from './list-trash.ts';
import { restoreTrash } from './restore-trash.ts';

let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
let top: EntryId;
let hello: ContentId;

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(ann);
  top = topFolderOf(libraryId);
  hello = await uploadText(world, ann, { libraryId, text: 'hello' });
});
afterEach(() => world.stop());

const commit = async (ops: readonly Op[], caller = ann): Promise<EntryState[]> => {
  const { results } = await commitOps(world.ports, caller, { libraryId, opId: freshOpId(), ops: [...ops] });
  return results.map((result) => {
    if (result.result !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
    return result.state;
  });
};
const remove = (states: readonly EntryState[]) => commit(states.map((state) => makeOp.remove(state)));
const makeFile = async (name: string, parentId = top) => {
  const op = makeOp.file(freshEntryId(), { parentId, name, contentId: hello });
  return (await commit([op]))[0] as EntryState;
};
const makeFolder = async (name: string, parentId = top) =>
  (await commit([makeOp.folder(freshEntryId(), parentId, name)]))[0] as EntryState;
const trash = (pageToken: string | null = null, limit = 500) =>
  listTrash(world.ports, ann, { libraryId, pageToken, limit });
const restore = (entryIds: readonly EntryId[], opId = freshOpId(), caller = ann) =>
  restoreTrash(world.ports, caller, { libraryId, opId, entryIds: [...entryIds] });
const pathsIn = async () => {
  const { entries } = await listTree(world.ports, ann, { libraryId, pageToken: null, limit: 2_000 });
  const byId = new Map(entries.map((entry) => [entry.entryId, entry]));
  const pathOf = (entry: EntryState): string => {
    const folder = byId.get(entry.parentId);
    return folder === undefined ? entry.name : `${pathOf(folder)}/${entry.name}`;
  };
  return entries.map(pathOf).sort();
};

describe('the trash', () => {
  test('shows what was deleted, where it was, when and by which device', async () => {
    const docs = await makeFolder('docs');
    const note = await makeFile('note.txt', docs.entryId);
    await remove([note, docs]);
    const { items, nextPageToken } = await trash();
    const deletedAtMs = world.ports.clock.nowMs();
    const expiresAtMs = deletedAtMs + limits.trashLifeMs;
    const seen = { deletedAtMs, expiresAtMs, deletedBy: { deviceId: ann.deviceId, name: 'laptop' } };
    expect(items.map(({ state, ...item }) => ({ ...item, id: state.entryId }))).toEqual([
      { ...seen, path: 'docs', id: docs.entryId },
      { ...seen, path: 'docs/note.txt', id: note.entryId },
    ]);
    expect(nextPageToken).toBeNull();
  });

  test('is paged, and forgets after its time', async () => {
    for (const name of ['a', 'b', 'c']) await remove([await makeFile(name)]);
    const first = await trash(null, 2);
    const second = await trash(first.nextPageToken, 2);
    expect([...first.items, ...second.items].map((item) => item.path)).toEqual(['c', 'b', 'a']);
    expect(second.nextPageToken).toBeNull();
    world.advance(limits.trashLifeMs + 1);
    expect((await trash()).items).toEqual([]);
    expect(await refusalOf(trash('rubbish'))).toMatchObject({ reason: 'invalidInput' });
  });
});

describe('restore', () => {
  test('brings a file back to its place with its content', async () => {
    const note = await makeFile('note.txt');
    await remove([note]);
    const { restored, headSeq } = await restore([note.entryId]);
    expect(restored).toEqual([{ entryId: note.entryId, path: 'note.txt' }]);
    expect(headSeq).toBe(3);
    expect(await pathsIn()).toEqual(['note.txt']);
    expect((await trash()).items).toEqual([]);
    expect((await restore([note.entryId])).restored).toEqual([]);
  });

  test('[C25] brings a folder back with all that was deleted inside it', async () => {
    const docs = await makeFolder('docs');
    const deep = await makeFolder('deep', docs.entryId);
    const files = [await makeFile('a', docs.entryId), await makeFile('b', deep.entryId)];
    await remove([...files, deep, docs]);
    expect((await restore([docs.entryId])).restored.map((one) => one.path).sort()).toEqual([
      'docs',
      'docs/a',
      'docs/deep',
      'docs/deep/b',
    ]);
    expect(await pathsIn()).toEqual(['docs', 'docs/a', 'docs/deep', 'docs/deep/b']);
  });

  test('of a file and its folder, in any order, keeps the file inside', async () => {
    const docs = await makeFolder('docs');
    const note = await makeFile('note.txt', docs.entryId);
    await remove([note, docs]);
    await restore([note.entryId, docs.entryId]);
    expect(await pathsIn()).toEqual(['docs', 'docs/note.txt']);
  });

  test('[C25] takes the nearest folder above that lives', async () => {
    const docs = await makeFolder('docs');
    const deep = await makeFolder('deep', docs.entryId);
    const note = await makeFile('note.txt', deep.entryId);
    await remove([note, deep]);
    expect((await restore([note.entryId])).restored[0]?.path).toBe('docs/note.txt');
  });

  test('takes the top when no folder above lives', async () => {
    const docs = await makeFolder('docs');
    const note = await makeFile('note.txt', docs.entryId);
    await remove([note, docs]);
    expect((await restore([note.entryId])).restored[0]?.path).toBe('note.txt');
  });

  test('[C25] takes another name when its own is taken', async () => {
    const first = await makeFile('note.txt');
    await remove([first]);
    const second = await makeFile('note.txt');
    await remove([second]);
    await makeFile('note.txt');
    await restore([first.entryId, second.entryId]);
    expect(await pathsIn()).toEqual(['note (restored 2).txt', 'note (restored).txt', 'note.txt']);
  });

  test('of several generations in one folder keeps all of them', async () => {
    const docs = await makeFolder('docs');
    for (let round = 0; round < 3; round++) await remove([await makeFile('note.txt', docs.entryId)]);
    await remove([docs]);
    await restore([docs.entryId]);
    expect(await pathsIn()).toEqual([
      'docs',
      'docs/note (restored 2).txt',
      'docs/note (restored).txt',
      'docs/note.txt',
    ]);
  });

  test('of more than a commit holds comes in several', async () => {
    const docs = await makeFolder('docs');
    const files = await commit(
      Array.from({ length: limits.opsPerCommitMax }, (_, index) =>
        makeOp.file(freshEntryId(), { parentId: docs.entryId, name: `${index}`, contentId: hello }),
      ),
    );
    await remove(files);
    await remove([docs]);
    const { restored, headSeq } = await restore([docs.entryId]);
    expect(restored).toHaveLength(limits.opsPerCommitMax + 1);
    expect(headSeq).toBe(2 * limits.opsPerCommitMax + 2 + restored.length);
  });

  test('[C26] sent again gives the same answer and does nothing more', async () => {
    const note = await makeFile('note.txt');
    await remove([note]);
    const opId = freshOpId();
    const first = await restore([note.entryId], opId);
    expect(await restore([note.entryId], opId)).toEqual(first);
    expect(await refusalOf(restore([freshEntryId()], opId))).toEqual({ reason: 'opIdReused' });
  });

  test('is refused for what never was, to viewers, and to others', async () => {
    const note = await makeFile('note.txt');
    await remove([note]);
    expect(await refusalOf(restore([freshEntryId()]))).toMatchObject({ reason: 'entryMissing' });
    const vic = await world.addAccount('vic@example.org');
    const attempt = () => restore([note.entryId], freshOpId(), vic);
    expect(await refusalOf(attempt())).toMatchObject({ reason: 'libraryMissing' });
    await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, vic.accountId, 'viewer'));
    expect(await refusalOf(attempt())).toMatchObject({ reason: 'notAllowed' });
  });

  test('by another member needs no content sent again', async () => {
    const note = await makeFile('note.txt');
    await remove([note]);
    const bob = await world.addAccount('bob@example.org');
    await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, bob.accountId, 'editor'));
    expect((await restore([note.entryId], freshOpId(), bob)).restored).toHaveLength(1);
  });
});
