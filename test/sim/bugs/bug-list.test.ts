import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bugsByKind } from './bug-kinds.ts';
import { seededBugs } from './bug-list.ts';

const repository = path.resolve(import.meta.dirname, '../../..');

test('every bug on purpose changes one place of the product, which still is a program then', () => {
  const wrong = seededBugs.filter(({ file, from, to }) => {
    const source = readFileSync(path.join(repository, file), 'utf8');
    if (source.split(from).length !== 2) return true;
    return stripTypeScriptTypes(source.replace(from, () => to)) === '';
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
  expect(new Set(seededBugs.map(({ name }) => name)).size).toBe(seededBugs.length);
  expect(seededBugs.length).toBeGreaterThanOrEqual(60);
});

test('every bug on purpose has the kind of worlds in which it is looked for, and no other has one', () => {
  const named = Object.values(bugsByKind).flat();
  expect(named.toSorted()).toEqual(seededBugs.map(({ name }) => name).toSorted());
});
