import { readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogue } from '@tidesync/shared/problems';
import { expect, test } from 'vitest';
import { problemsPage } from '../tools/problems-page.ts';

const page = readFileSync(path.join(import.meta.dirname, '../docs/problems.md'), 'utf8');

test('the page of codes is as the words of the windows make it (npm run docs:problems)', () => {
  expect(page).toBe(problemsPage());
});

test('it has every way of failing', () => {
  expect(Object.keys(catalogue).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
