import type { FolderCheck, FolderFinding } from '@tidesync/shared/wire/engine-screens';
import { folderFinding } from '@tidesync/shared/wire/engine-screens';
import { expect, test } from 'vitest';
import { folderCheckLines } from './folder-check-lines.ts';

const measure = { files: 1, folders: 0, sizeBytes: 1_500, complete: true };
const CHECK: FolderCheck = {
  path: '/home/ada/Docs',
  exists: true,
  here: measure,
  onServer: { ...measure, files: 20_000, complete: false },
  libraryIs: 'own',
  freeBytes: 2_000_000,
  quota: { limitBytes: 100, usedBytes: 10, reservedBytes: 0 },
  findings: [],
};

test('what is here, what is there, and what there is room for', () => {
  expect(folderCheckLines(CHECK)).toEqual([
    'Here: /home/ada/Docs, 1 file with 1.5 kB.',
    'On the server: at least 20000 files with 1.5 kB.',
    'Free on the disk: 2 MB.',
    'Your storage on the server: 10 B of 100 B used, 90 B free.',
  ]);
  const offline: FolderCheck = { ...CHECK, exists: false, onServer: null, libraryIs: null, quota: null };
  expect(folderCheckLines({ ...offline, freeBytes: null })).toEqual([
    'Here: /home/ada/Docs, which would be made.',
    'The server could not be asked.',
  ]);
});

test('every finding says what is the matter and whether it can be', () => {
  const kinds = folderFinding.options.map((option) => option.shape.is.value);
  for (const is of kinds) {
    const finding = { is, other: '/other', neededBytes: 3_000, freeBytes: 1_000 } as FolderFinding;
    const says = (blocks: boolean) => folderCheckLines({ ...CHECK, findings: [{ finding, blocks }] }).at(-1);
    expect(says(true)).toMatch(/^Cannot be added: \S.*\.$/);
    expect(says(false)).toMatch(/^Mind: \S.*\.$/);
    expect(says(true)).not.toMatch(/undefined|NaN/);
  }
});
