import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
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
