import { describe, expect, test } from 'vitest';
import { TreeLaw } from './tree-law.ts';

const folder = (parentId: string, name: string) => ({ parentId, name, isFolder: true });
const file = (parentId: string, name: string) => ({ parentId, name, isFolder: false });

/** `a` with a file and a folder in it, and `b`. */
function madeTree(): TreeLaw {
  const law = new TreeLaw('a tree', 'top');
  law.put('a', folder('top', 'a'));
  law.put('b', folder('top', 'b'));
  law.put('inside', folder('a', 'inside'));
  law.put('file', file('a', 'file'));
  law.check();
  return law;
}

describe('I10 of a tree, by what was touched', () => {
  test.each<[string, (law: TreeLaw) => void, RegExp]>([
    ['a name twice', (law) => law.put('new', file('a', 'file')), /two entries named file/],
    ['a name twice, by a move', (law) => law.put('file', file('a', 'inside')), /two entries named inside/],
    ['nowhere', (law) => law.put('new', file('gone', 'new')), /new .* in no folder/],
    ['in a file', (law) => law.put('new', file('file', 'new')), /new .* in a file/],
    ['a folder that has gone, and was full', (law) => law.put('a', null), /\(inside\) in no folder/],
    ['a full folder that is a file now', (law) => law.put('a', file('top', 'a')), /\(inside\) in a file/],
    ['a folder in itself', (law) => law.put('a', folder('inside', 'a')), /a ring around a/],
    ['in an entry that was another one', (law) => law.reparent('a', 'gone'), /in no folder/],
  ])('%s is broken', (_, write, what) => {
    const law = madeTree();
    write(law);
    expect(() => law.check()).toThrow(what);
  });

  test('what passes within a transaction is not', () => {
    const law = madeTree();
    law.put('a', null);
    law.put('c', folder('b', 'c'));
    law.reparent('a', 'c');
    law.put('a', folder('c', 'a'));
    expect(() => law.check()).not.toThrow();
    expect(law.isTouched).toBe(false);
  });
});
