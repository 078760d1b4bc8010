import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { freshEntryId, freshOpId, makeServerWorld, refusalOf } from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { listFolder } from './list-folder.ts';
import { searchTree } from './search-tree.ts';

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

async function makeFolders(names: readonly string[], parentId: EntryId = top): Promise<EntryState[]> {
  const ops = names.map((name) => makeOp.folder(freshEntryId(), parentId, name));
  const { results } = await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
  return results.flatMap((one): EntryState[] => (one.result === 'applied' ? [one.state] : []));
}
const remove = (state: EntryState) =>
  commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops: [makeOp.remove(state)] });
const list = (folderId: EntryId | null, pageToken: string | null = null, limit = 2_000) =>
  listFolder(world.ports, ann, { libraryId, folderId, pageToken, limit });
const search = (text: string, pageToken: EntryId | null = null, limit = 200) =>
  searchTree(world.ports, ann, { libraryId, text, pageToken, limit });
const namesOf = (entries: readonly EntryState[]) => entries.map((one) => one.name).sort();

test('a folder lists what lives in it and nothing from below, with the way to it', async () => {
  const [docs] = (await makeFolders(['docs', 'photos'])) as [EntryState];
  const [deep, gone] = (await makeFolders(['deep', 'gone'], docs.entryId)) as [EntryState, EntryState];
  await makeFolders(['deeper'], deep.entryId);
  await remove(gone);
  const inTop = await list(null);
  expect(namesOf(inTop.entries)).toEqual(['docs', 'photos']);
  expect(inTop).toMatchObject({ above: [], nextPageToken: null, headSeq: 6 });
  expect(namesOf((await list(docs.entryId)).entries)).toEqual(['deep']);
  const inDeep = await list(deep.entryId);
  expect(inDeep.above.map((one) => one.name)).toEqual(['docs', 'deep']);
  expect(namesOf(inDeep.entries)).toEqual(['deeper']);
});

test('the pages of a folder are all of it, each entry once', async () => {
  await makeFolders(Array.from({ length: 25 }, (_, index) => `folder ${index}`));
  const seen: EntryState[] = [];
  let pageToken: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list(null, pageToken, 10);
    expect(page.entries.length).toBeLessThanOrEqual(10);
    seen.push(...page.entries);
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  expect(new Set(namesOf(seen)).size).toBe(25);
  expect(seen).toHaveLength(25);
});

test('what is no live folder of the library is not listed, nor is anything for strangers', async () => {
  const [gone] = (await makeFolders(['gone'])) as [EntryState];
  await remove(gone);
  for (const folderId of [gone.entryId, freshEntryId()]) {
    expect(await refusalOf(list(folderId))).toMatchObject({ reason: 'entryMissing' });
  }
  const bob = await world.addAccount('bob@example.org');
  const asBob = { libraryId, folderId: null, pageToken: null, limit: 10 };
  expect(await refusalOf(listFolder(world.ports, bob, asBob))).toMatchObject({ reason: 'libraryMissing' });
  const sought = { libraryId, text: 'a', pageToken: null, limit: 10 };
  expect(await refusalOf(searchTree(world.ports, bob, sought))).toMatchObject({ reason: 'libraryMissing' });
});

test('a search finds names by all their words, in any case, with their paths', async () => {
  const [docs] = (await makeFolders(['Docs', 'Überblick 2026'])) as [EntryState];
  await makeFolders(['Report March', 'report april', 'picture'], docs.entryId);
  const pathsOf = async (text: string) => (await search(text)).items.map((one) => one.path).sort();
  expect(await pathsOf('REPORT')).toEqual(['Docs/Report March', 'Docs/report april']);
  expect(await pathsOf('march report')).toEqual(['Docs/Report March']);
  expect(await pathsOf('u\u0308berblick')).toEqual(['Überblick 2026']);
  expect(await pathsOf('nothing like that')).toEqual([]);
});

test('a search that finds much goes on where it was', async () => {
  await makeFolders(Array.from({ length: 12 }, (_, index) => `match ${index}`));
  const first = await search('match', null, 5);
  expect(first.items).toHaveLength(5);
  const rest = await search('match', first.nextPageToken as EntryId, 200);
  expect(rest.nextPageToken).toBeNull();
  const paths = [...first.items, ...rest.items].map((one) => one.path);
  expect(new Set(paths).size).toBe(12);
});
