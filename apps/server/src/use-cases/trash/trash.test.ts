import type { ContentId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op, TreePage } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import {
  freshEntryId,
  freshOpId,
  makeServerWorld,
  refusalOf,
  uploadText,
} from '../../testing/server-world.ts';
import { listBatches } from '../batches/list-batches.ts';
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

describe('a restore of more than two commits hold', () => {
  const FOLDERS = 3;
  const FILES = limits.opsPerCommitMax - 300;
  let docs: EntryState;
  let opId: OpId;

  beforeEach(async () => {
    opId = freshOpId();
    docs = await makeFolder('docs');
    const folders = [docs];
    for (let index = 0; index < FOLDERS; index++) {
      const folder = await makeFolder(`folder ${index}`, docs.entryId);
      const inside = { parentId: folder.entryId, contentId: hello };
      const names = Array.from({ length: FILES }, (_, file) => `file ${file}`);
      await remove(await commit(names.map((name) => makeOp.file(freshEntryId(), { ...inside, name }))));
      folders.unshift(folder);
    }
    await remove(folders);
  });
  const count = 1 + FOLDERS + FOLDERS * FILES;
  const liveEntries = async () => {
    const entries: EntryState[] = [];
    let pageToken: string | null = null;
    do {
      const page: TreePage = await listTree(world.ports, ann, { libraryId, pageToken, limit: 2_000 });
      entries.push(...page.entries);
      pageToken = page.nextPageToken;
    } while (pageToken !== null);
    return entries;
  };
  const liveCount = async () => (await liveEntries()).length;
  const restoreOn = (ports: Partial<ServerPorts>) =>
    restoreTrash({ ...world.ports, ...ports }, ann, { libraryId, opId, entryIds: [docs.entryId] });
  /** Makes `parts` parts and then no more. */
  const brokenAfter = (parts: number): Pick<ServerPorts, 'store'> => {
    const { store } = world.ports;
    let made = 0;
    const transact: typeof store.transact = (body, options) => {
      if (made++ === parts) throw new Error('the power went off');
      return store.transact(body, options);
    };
    return { store: { ...store, read: store.read, transact } };
  };

  test('comes in several, each in a transaction of its own', async () => {
    const transact = vi.spyOn(world.ports.store, 'transact');
    const answer = await restoreOn({});
    expect(transact).toHaveBeenCalledTimes(Math.ceil(count / limits.opsPerCommitMax));
    expect(answer).toMatchObject({ restoredCount: count, more: false });
    expect(answer.restored).toHaveLength(limits.restoredListedMax);
    expect(answer.restored[0]).toEqual({ entryId: docs.entryId, path: 'docs' });
    expect(await liveCount()).toBe(count);
    expect((await trash()).items).toEqual([]);
    const { batches } = await listBatches(world.ports, ann, { libraryId, beforeSeq: null, limit: 10 });
    expect(batches[0]?.created).toBe(count);
  });

  test.each([1, 2])('[C26] broken off after part %i goes on when it is sent again', async (parts) => {
    await expect(restoreOn(brokenAfter(parts))).rejects.toThrow('the power went off');
    expect(await liveCount()).toBe(parts * limits.opsPerCommitMax);
    const answer = await restoreOn({});
    expect(answer).toMatchObject({ restoredCount: count, more: false });
    expect(await liveCount()).toBe(count);
    expect(await restoreOn({})).toEqual(answer);
  });

  test('[C26] answers in time, with what there is so far, and says that there is more', async () => {
    let nowMs = world.ports.clock.nowMs();
    const clock = { ...world.ports.clock, nowMs: () => (nowMs += limits.restoreCallMs) };
    const counts: number[] = [];
    for (let more = true; more; ) {
      const answer = await restoreOn({ clock });
      counts.push(answer.restoredCount);
      more = answer.more;
    }
    expect(counts).toEqual([limits.opsPerCommitMax, 2 * limits.opsPerCommitMax, count]);
    expect(await liveCount()).toBe(count);
  });

  test('[C26] sent twice at once is done once', async () => {
    const [first, second] = await Promise.all([restoreOn({}), restoreOn({})]);
    expect(first).toMatchObject({ restoredCount: count, more: false });
    expect(second).toEqual(first);
    expect(await liveCount()).toBe(count);
  });

  test('leaves alone what others did meanwhile', async () => {
    await expect(restoreOn(brokenAfter(1))).rejects.toThrow();
    const other = await makeFile('mine.txt', docs.entryId);
    await restoreOn({});
    const folder = (await liveEntries()).find((entry) => entry.name === 'folder 0') as EntryState;
    expect(folder.parentId).toBe(docs.entryId);
    expect(await liveCount()).toBe(count + 1);
    expect((await world.ports.store.read.tree.entries(libraryId, [other.entryId]))[0]).toEqual(other);
  });

  test('is refused under its id for anything else, from its first part on', async () => {
    await expect(restoreOn(brokenAfter(1))).rejects.toThrow();
    expect(await refusalOf(restore([freshEntryId()], opId))).toEqual({ reason: 'opIdReused' });
  });
});
