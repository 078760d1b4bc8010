import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { BaseEntry, Stamp, Triple } from '../core/entry.ts';
import { localOfBase, REMOTE_ABSENT, remoteOfBase } from '../core/entry.ts';
import type { RootJournal } from '../ports/journal.ts';
import { TreesModel } from './trees-model.ts';

/** Runs random commands on an empty journal and on a naive model, and compares every answer after each. */
export function agreesWithModel(emptyJournal: () => RootJournal): void {
  fc.assert(
    fc.property(fc.array(command, { minLength: 1, maxLength: 25 }), (commands) => {
      const root = emptyJournal();
      const model = new TreesModel(root.topId);
      root.transaction(() => {
        for (const each of commands) {
          obey(root, each);
          obey(model, each);
          compare(root, model);
        }
      });
    }),
    { numRuns: 50 },
  );
}

const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as EntryId;
const content = (n: number) => n.toString(16).padStart(64, '0') as ContentId;
const name = (text: string) => text as EntryName;

const folders = [id(999), id(1), id(2), id(3)];
const names = ['a', 'b', 'A', '\u{1F30A}', '\uFF5E'].map(name);
const ids = [1, 2, 3, 4, 5].map(id);
const contents = [content(1), content(2)];

const anyStamp = fc
  .record({ inode: fc.constantFrom('1', '2'), birthtimeNs: fc.constantFrom('3', '4') })
  .map((identity): Stamp => ({ ...identity, sizeBytes: 1, mtimeNs: '5', ctimeNs: '6' }));
const anyBody = fc.oneof(
  fc.constant({ kind: 'folder' as const }),
  fc
    .constantFrom(...contents)
    .map((contentId) => ({ kind: 'file' as const, contentId, sizeBytes: 1, executable: false })),
  fc.constantFrom('x', 'y').map((target) => ({ kind: 'symlink' as const, target })),
);
const anyBase: fc.Arbitrary<BaseEntry> = fc.record({
  parentId: fc.constantFrom(...folders),
  name: fc.constantFrom(...names),
  localName: fc.constantFrom(...names),
  body: anyBody,
  mtimeMs: fc.constantFrom(1, 2),
  versions: fc.constantFrom(1, 2).map((seq) => ({ contentSeq: seq, placeSeq: seq, attributesSeq: seq })),
  stamp: anyStamp,
});
const anyTriple: fc.Arbitrary<Triple> = fc
  .record({
    base: fc.option(anyBase),
    local: fc.oneof(anyBase.map(localOfBase), fc.constant('base'), fc.boolean()),
    remote: fc.oneof(anyBase.map(remoteOfBase), fc.constant('base'), fc.constant(false)),
  })
  .map(({ base, local, remote }) => ({
    base,
    local:
      typeof local === 'object'
        ? local
        : (sideOf(local, base, localOfBase) ?? { is: 'absent', confirmed: local === true }),
    remote: typeof remote === 'object' ? remote : (sideOf(remote, base, remoteOfBase) ?? REMOTE_ABSENT),
  }));
function sideOf<T>(choice: string | boolean, base: BaseEntry | null, of: (base: BaseEntry) => T): T | null {
  return choice === 'base' && base !== null ? of(base) : null;
}
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constant('set' as const), id: fc.constantFrom(...ids), triple: anyTriple }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('rename' as const),
      from: fc.constantFrom(...ids),
      to: fc.constantFrom(...ids),
    }),
  },
);

type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;
function obey(trees: Pick<RootJournal, 'set' | 'rename'>, given: Command): void {
  if (given.is === 'set') trees.set(given.id, given.triple);
  else trees.rename(given.from, given.to);
}

function compare(root: RootJournal, model: TreesModel): void {
  for (const each of ids) expect(root.get(each)).toEqual(model.get(each));
  expect(root.dirtyIds()).toEqual(model.dirtyIds());
  expect([...root.allIds()].sort()).toEqual(model.allIds().sort());
  expect(root.absentIds().sort()).toEqual(model.absentIds());
  expect(root.countEntries()).toEqual(model.countEntries());
  for (const folder of [...folders, id(4)]) {
    expect(root.localChildren(folder)).toEqual(model.localChildren(folder));
    expect(root.remoteChildren(folder)).toEqual(model.remoteChildren(folder));
    for (const each of names) {
      expect(root.localAt(folder, each)).toBe(model.localAt(folder, each));
      expect(root.remoteAt(folder, each)).toBe(model.remoteAt(folder, each));
      expect(root.localByDiskName(folder, each)).toBe(model.localByDiskName(folder, each));
      expect(root.baseByDiskName(folder, each)).toEqual(model.baseByDiskName(folder, each));
    }
  }
  for (const inode of ['1', '2']) expect(root.baseByInode(inode, '3')).toEqual(model.baseByInode(inode, '3'));
  for (const each of contents)
    expect(root.baseByContent(each, 9).sort()).toEqual(model.baseByContent(each, 9));
}
