import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { describe, expect, test } from 'vitest';
import { makeOp } from '../testing/op-makers.ts';
import { applyOp } from './apply-op.ts';
import { applyOps } from './apply-ops.ts';
import { LibraryView } from './library-view.ts';

const library = '00000000-0000-4000-8000-000000000000' as LibraryId;
const TOP = topFolderOf(library);
const id = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` as EntryId;
const content = (digit: string) => digit.repeat(64) as ContentId;
const seen = { contentSeq: 3, placeSeq: 4, attributesSeq: 5 };

const folder = (index: number, name: string, parentId = TOP): EntryState => ({
  kind: 'folder',
  ...{ entryId: id(index), parentId, name: name as EntryName, ...seen, deleted: false, mtimeMs: 0 },
});
const file = (index: number, name: string, parentId = TOP): EntryState => ({
  ...folder(index, name, parentId),
  kind: 'file',
  contentId: content('a'),
  sizeBytes: 10,
  executable: false,
});
const link = (index: number, name: string): EntryState => ({
  ...folder(index, name),
  kind: 'symlink',
  target: 'old',
});
const gone = (state: EntryState): EntryState => ({ ...state, deleted: true });
const stale = (state: EntryState): EntryState => ({ ...state, contentSeq: 1, placeSeq: 1, attributesSeq: 1 });

/** docs/ and docs/deep/ with docs/deep/note, a file, a link, an empty folder, and deleted ones of each kind. */
const docs = folder(1, 'docs');
const deep = folder(2, 'deep', id(1));
const note = file(3, 'note', id(2));
const letter = file(4, 'letter');
const alias = link(5, 'alias');
const empty = folder(6, 'empty');
const goneFile = gone(file(7, 'gone'));
const goneFolder = gone(folder(8, 'old'));
const all = [docs, deep, note, letter, alias, empty, goneFile, goneFolder];
const NEW = id(99);

const viewOf = (entries: readonly EntryState[]) => {
  const childCounts = new Map<EntryId, number>();
  for (const { parentId, deleted } of entries) {
    if (!deleted) childCounts.set(parentId, (childCounts.get(parentId) ?? 0) + 1);
  }
  return new LibraryView(library, { entries, occupants: [], childCounts });
};
const context = { seq: 50, sizeOf: () => 77, files: OPEN_POLICY };
const outcome = (op: Op) => {
  const result = applyOp(viewOf(all), op, context);
  if (result.result === 'conflict') return [result.reason, result.current?.entryId ?? null];
  return [result.result, result.state.entryId];
};
const newFile = (parentId: EntryId, name: string) =>
  makeOp.file(NEW, { parentId, name, contentId: content('b') });

describe('an operation', () => {
  test.each<[why: string, op: Op, result: string, entry: EntryId | null]>([
    ['create in the top folder', newFile(TOP, 'new'), 'applied', NEW],
    ['create in a folder', newFile(id(2), 'new'), 'applied', NEW],
    ['[C11] names differ by case', newFile(TOP, 'Letter'), 'applied', NEW],
    ['[C11] names differ by Unicode form', newFile(TOP, 'letter\u0301'), 'applied', NEW],
    ['[C11] the name of a deleted entry is free', newFile(TOP, 'gone'), 'applied', NEW],
    ['create under a live id', makeOp.folder(id(4), TOP, 'x'), 'exists', id(4)],
    ['create under the id of the top', makeOp.folder(TOP, TOP, 'x'), 'exists', null],
    ['[C16] create revives a deleted entry', makeOp.folder(id(8), id(1), 'back'), 'applied', id(8)],
    ['create revives it as another kind', makeOp.folder(id(7), TOP, 'gone'), 'applied', id(7)],
    ['create where a file is', newFile(TOP, 'letter'), 'nameTaken', id(4)],
    ['a folder where a file is', makeOp.folder(NEW, TOP, 'letter'), 'nameTaken', id(4)],
    ['a file where a folder is', newFile(TOP, 'docs'), 'nameTaken', id(1)],
    ['[C12] a folder where a folder is', makeOp.folder(NEW, TOP, 'docs'), 'adopted', id(1)],
    ['a revived folder where a folder is', makeOp.folder(id(8), TOP, 'docs'), 'adopted', id(1)],
    ['create in a folder that is not there', newFile(id(98), 'x'), 'parent', null],
    ['create in a deleted folder', newFile(id(8), 'x'), 'parent', null],
    ['create in a file', newFile(id(4), 'x'), 'parent', null],

    ['write what was seen', makeOp.write(letter, content('b')), 'applied', id(4)],
    ['[C10] write over a newer content', makeOp.write(stale(letter), content('b')), 'version', id(4)],
    [
      '[C10] write with only the place newer',
      makeOp.write({ ...letter, placeSeq: 1 }, content('b')),
      'applied',
      id(4),
    ],
    ['write a deleted file', makeOp.write(goneFile, content('b')), 'missing', id(7)],
    ['write what never was', makeOp.write(file(98, 'x'), content('b')), 'missing', null],
    ['write a folder', makeOp.write(docs, content('b')), 'version', id(1)],

    ['retarget what was seen', makeOp.retarget(alias, 'new'), 'applied', id(5)],
    ['retarget a newer link', makeOp.retarget(stale(alias), 'new'), 'version', id(5)],
    ['retarget a file', makeOp.retarget(letter, 'new'), 'version', id(4)],
    ['retarget what never was', makeOp.retarget(link(98, 'x'), 'new'), 'missing', null],

    ['rename', makeOp.move(letter, TOP, 'mail'), 'applied', id(4)],
    ['move to where it is', makeOp.move(letter, TOP, 'letter'), 'applied', id(4)],
    ['move into a folder', makeOp.move(letter, id(2), 'letter'), 'applied', id(4)],
    ['move from a newer place', makeOp.move(stale(letter), id(2), 'letter'), 'version', id(4)],
    [
      'move with only the content newer',
      makeOp.move({ ...letter, contentSeq: 1 }, id(2), 'l'),
      'applied',
      id(4),
    ],
    ['move onto another name', makeOp.move(letter, TOP, 'alias'), 'nameTaken', id(5)],
    ['move a folder onto a folder', makeOp.move(empty, TOP, 'docs'), 'nameTaken', id(1)],
    ['move into a file', makeOp.move(docs, id(4), 'docs'), 'parent', id(1)],
    ['move into a deleted folder', makeOp.move(letter, id(8), 'letter'), 'parent', id(4)],
    ['move a folder into itself', makeOp.move(docs, id(1), 'docs'), 'cycle', id(1)],
    ['[C15] move a folder below itself', makeOp.move(docs, id(2), 'docs'), 'cycle', id(1)],
    ['move a deleted entry', makeOp.move(goneFile, TOP, 'x'), 'missing', id(7)],

    ['attributes of what was seen', makeOp.attributes(letter, true), 'applied', id(4)],
    ['attributes that are newer', makeOp.attributes(stale(letter), true), 'version', id(4)],
    ['attributes of a folder', makeOp.attributes(docs, true), 'applied', id(1)],
    ['attributes of what never was', makeOp.attributes(file(98, 'x'), true), 'missing', null],

    ['delete what was seen', makeOp.remove(letter), 'applied', id(4)],
    ['delete an empty folder', makeOp.remove(empty), 'applied', id(6)],
    ['[C14] delete a full folder', makeOp.remove(docs), 'notEmpty', id(1)],
    ['delete a newer content', makeOp.remove({ ...letter, contentSeq: 1 }), 'version', id(4)],
    ['delete from a newer place', makeOp.remove({ ...letter, placeSeq: 1 }), 'version', id(4)],
    [
      '[C10] delete with only the attributes newer',
      makeOp.remove({ ...letter, attributesSeq: 1 }),
      'applied',
      id(4),
    ],
    ['delete again', makeOp.remove(goneFile), 'missing', id(7)],
  ])('%s', (_why, op, result, entry) => expect(outcome(op)).toEqual([result, entry]));

  const stateAfter = (op: Op) => {
    const result = applyOp(viewOf(all), op, context);
    return result.result === 'applied' ? result.state : null;
  };

  test('[C10] moves on only the versions of what it changes', () => {
    const written = { ...letter, contentId: content('b'), sizeBytes: 77, mtimeMs: 2, contentSeq: 50 };
    expect(stateAfter(makeOp.write(letter, content('b')))).toEqual(written);
    const moved = { ...letter, parentId: id(2), name: 'mail', placeSeq: 50 };
    expect(stateAfter(makeOp.move(letter, id(2), 'mail'))).toEqual(moved);
    const marked = { ...letter, executable: true, mtimeMs: 3, attributesSeq: 50 };
    expect(stateAfter(makeOp.attributes(letter, true))).toEqual(marked);
  });

  test('[C17] that deletes keeps the last place and content', () => {
    const deleted = { ...letter, deleted: true, contentSeq: 50, placeSeq: 50 };
    expect(stateAfter(makeOp.remove(letter))).toEqual(deleted);
  });

  test('[C18] that asks for our own folder at the top is refused with its commit', () => {
    const attempt = () => outcome(makeOp.folder(NEW, TOP, '.tidesync'));
    expect(attempt).toThrow('".tidesync" cannot be used as a name');
    expect(outcome(makeOp.folder(NEW, id(1), '.tidesync'))).toEqual(['applied', NEW]);
  });

  test('[C18] that goes deeper than any path may is refused with its commit', () => {
    const chain = Array.from({ length: limits.pathDepthMax }, (_, index) =>
      folder(index + 1, 'f', index === 0 ? TOP : id(index)),
    );
    const view = viewOf(chain);
    const into = (depth: number) => makeOp.folder(id(999), id(depth), 'x');
    expect(() => applyOp(view, into(limits.pathDepthMax), context)).toThrow('folders inside each other');
    expect(applyOp(view, into(limits.pathDepthMax - 1), context).result).toBe('applied');
  });
});

describe('[C27] a policy of files', () => {
  const files = { fileBytesMax: 50, allowedExtensions: ['pdf', 'tar.gz'] };
  const pdf = { ...letter, name: 'a.PDF' as EntryName };
  const exe = { ...letter, name: 'a.exe' as EntryName };
  const under = (op: Op, entries: readonly EntryState[], sizeBytes = 50) => {
    const { result } = applyOp(viewOf([docs, ...entries]), op, { seq: 50, sizeOf: () => sizeBytes, files });
    return result;
  };

  test.each<[why: string, op: Op]>([
    ['a new file with a good ending', newFile(TOP, 'b.Tar.GZ')],
    ['new content of a file with a good ending', makeOp.write(pdf, content('b'))],
    ['a folder, whatever its name', makeOp.folder(NEW, TOP, 'b.exe')],
    ['another good name', makeOp.move(pdf, TOP, 'b.pdf')],
  ])('takes %s', (_, op) => expect(under(op, [pdf])).toBe('applied'));

  test.each<[why: string, op: Op, sizeBytes: number, sentence: RegExp]>([
    [
      'a new file with another ending',
      newFile(TOP, 'b.exe'),
      50,
      /no files like "b.exe", only .* \.pdf, \.tar\.gz/,
    ],
    ['a name that is nothing but the ending', newFile(TOP, '.pdf'), 50, /no files like/],
    ['new content of such a file', makeOp.write(exe, content('b')), 50, /no files like "a.exe"/],
    [
      'a good name changed into another',
      makeOp.move({ ...pdf, entryId: id(9) }, TOP, 'b.exe'),
      50,
      /no files like/,
    ],
    ['one byte too many', newFile(TOP, 'b.pdf'), 51, /has 51 B; this server takes files up to 50 B/],
  ])('refuses %s', (_, op, sizeBytes, sentence) => {
    expect(() => under(op, [exe, { ...pdf, entryId: id(9) }], sizeBytes)).toThrow(sentence);
  });

  test.each<[why: string, op: Op]>([
    ['moved', makeOp.move(exe, id(1), 'a.exe')],
    ['renamed', makeOp.move(exe, TOP, 'b.exe')],
    ['deleted', makeOp.remove(exe)],
    ['written with what it has', makeOp.write(exe, content('a'))],
    ['given other attributes', makeOp.attributes(exe, true)],
  ])('lets a file that was taken before be %s', (_, op) => expect(under(op, [exe], 51)).toBe('applied'));
});

describe('operations of one commit', () => {
  const run = (ops: readonly Op[], entries = all) =>
    applyOps(viewOf(entries), ops, { firstSeq: 50, sizeOf: () => 77, files: OPEN_POLICY });
  const ends = (ops: readonly Op[]) =>
    run(ops).results.map((one) => (one.result === 'conflict' ? one.reason : one.result));

  test('[C1] [C2] see what the ones before have left, and only applied ones take a seq', () => {
    const ops = [
      makeOp.folder(NEW, TOP, 'fresh'),
      makeOp.folder(id(97), TOP, 'letter'),
      makeOp.file(id(96), { parentId: NEW, name: 'inside', contentId: content('b') }),
      makeOp.file(id(95), { parentId: NEW, name: 'inside', contentId: content('b') }),
    ];
    expect(ends(ops)).toEqual(['applied', 'nameTaken', 'applied', 'nameTaken']);
    expect(run(ops).changes.map((change) => change.seq)).toEqual([50, 51]);
  });

  test('[C13] inside a folder that lost, lose too', () => {
    const ops = [makeOp.folder(NEW, TOP, 'letter'), newFile(TOP, 'x'), makeOp.folder(id(96), NEW, 'inside')];
    const inside = makeOp.folder(id(95), id(96), 'deeper');
    expect(ends([ops[0] as Op, ops[2] as Op, inside])).toEqual(['nameTaken', 'parent', 'parent']);
  });

  test('[C13] inside a folder that was adopted, wait for the winner’s id', () => {
    const ops = [makeOp.folder(NEW, TOP, 'docs'), makeOp.folder(id(96), NEW, 'inside')];
    expect(ends(ops)).toEqual(['adopted', 'parent']);
  });

  test('swap two names through a third', () => {
    const first = run([makeOp.move(letter, TOP, 'swap')]).changes[0]?.state as EntryState;
    const ops = [
      makeOp.move(letter, TOP, 'swap'),
      makeOp.move(alias, TOP, 'letter'),
      makeOp.move(first, TOP, 'alias'),
    ];
    expect(ends(ops)).toEqual(['applied', 'applied', 'applied']);
  });

  test('[C14] delete a tree bottom-up', () => {
    expect(ends([makeOp.remove(note), makeOp.remove(deep), makeOp.remove(docs)])).toEqual([
      'applied',
      'applied',
      'applied',
    ]);
    expect(ends([makeOp.remove(deep), makeOp.remove(note)])).toEqual(['notEmpty', 'applied']);
  });

  test('[C15] cannot make a ring of two moves', () => {
    const ops = [makeOp.move(docs, id(6), 'docs'), makeOp.move(empty, id(2), 'empty')];
    expect(ends(ops)).toEqual(['applied', 'cycle']);
  });

  test('[C16] revive a folder and fill it', () => {
    const ops = [makeOp.folder(id(8), TOP, 'old'), newFile(id(8), 'in'), makeOp.remove(gone(goneFolder))];
    expect(ends(ops)).toEqual(['applied', 'applied', 'version']);
  });
});
