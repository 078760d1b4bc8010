import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { MemoryTrees, TOP_ID } from '../testing/memory-trees.ts';
import type { BaseEntry } from './entry.ts';
import { LOCAL_ABSENT, localOfBase, REMOTE_ABSENT, remoteOfBase } from './entry.ts';
import { entryAt, listFolder } from './list-folder.ts';
import type { PathTrouble } from './trouble.ts';

const versions = { contentSeq: 1, placeSeq: 1, attributesSeq: 1 };
const stamp = { inode: '1', birthtimeNs: '1', sizeBytes: 5, mtimeNs: '1', ctimeNs: '1' };
const folderBody = { kind: 'folder' } as const;
const fileBody = { kind: 'file', contentId: 'c' as never, sizeBytes: 5, executable: false } as const;
function entry(name: string, parentId: EntryId = TOP_ID, body: BaseEntry['body'] = fileBody): BaseEntry {
  return {
    parentId,
    name: name as EntryName,
    localName: name as EntryName,
    body,
    mtimeMs: 7,
    versions,
    stamp,
  };
}
const id = (text: string) => text as EntryId;
const at = (path: string) => path as RelPath;

function world() {
  const trees = new MemoryTrees();
  const docs = entry('docs', TOP_ID, folderBody);
  trees.set(id('docs'), { base: docs, local: localOfBase(docs), remote: remoteOfBase(docs) });
  const synced = entry('a', id('docs'));
  trees.set(id('a'), { base: synced, local: localOfBase(synced), remote: remoteOfBase(synced) });
  const coming = entry('b', id('docs'));
  trees.set(id('b'), { base: null, local: LOCAL_ABSENT, remote: remoteOfBase(coming) });
  const going = entry('c', id('docs'));
  trees.set(id('c'), { base: null, local: localOfBase(going), remote: REMOTE_ABSENT });
  return trees;
}
const noTrouble = {
  troubleAt: () => null,
  troubles: [],
  isIgnored: () => false,
  isExcluded: () => false,
  isDeleteHeld: () => false,
};

test('both sides are listed, by name, with their state', () => {
  const listed = listFolder(world(), at('docs'), noTrouble);
  expect(listed?.map((one) => [one.path, one.state, one.here, one.onServer])).toEqual([
    ['docs/a', 'synced', true, true],
    ['docs/b', 'waiting', false, true],
    ['docs/c', 'waiting', true, false],
  ]);
});

test('trouble gives its code', () => {
  const trouble: PathTrouble = { code: 'readOnlyMember' };
  const listed = listFolder(world(), at('docs'), {
    ...noTrouble,
    troubleAt: (path) => (path === 'docs/c' ? trouble : null),
  });
  expect(listed?.[2]).toMatchObject({ code: 'readOnlyMember', state: 'held' });
});

test('a file that was moved away on one side is shown at both places', () => {
  const trees = world();
  const moved = entry('a', id('docs'));
  const local = { ...localOfBase(moved), parentId: TOP_ID };
  trees.set(id('a'), { base: moved, local, remote: remoteOfBase(moved) });
  const states = (path: string) => listFolder(trees, at(path), noTrouble)?.map((one) => one.path);
  expect(states('')).toEqual(['a', 'docs']);
  expect(states('docs')).toContain('docs/a');
});

test('what an ignore rule matches is shown as such, also while it lies on the server only', () => {
  const isIgnored = (path: string) => path === 'docs/b';
  const listed = listFolder(world(), at('docs'), { ...noTrouble, isIgnored });
  expect(listed?.find((one) => one.name === 'b')).toMatchObject({ code: 'ignored', state: 'skipped' });
});

test('a path that is nowhere', () => {
  expect(listFolder(world(), at('nowhere/x'), noTrouble)).toBeNull();
  expect(entryAt(world(), at('docs/a'))).toBe('a');
  expect(entryAt(world(), at(''))).toBe(TOP_ID);
});
