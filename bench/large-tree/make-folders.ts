import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILES_PER_FOLDER = 1_000;
const FOLDERS_PER_PART = 1_000;

/** Makes so many small files, so many in each folder, a thousand folders in each above; no two have the same bytes. */
export function makeFolders(top: string, files: number, perFolder = FILES_PER_FOLDER): void {
  for (let n = 0; n < files; n++) {
    const folder = path.join(top, folderOf(Math.floor(n / perFolder)));
    if (n % perFolder === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `entry-${n}.txt`), `This is entry ${n}.\n`);
  }
}

/** How many folders that makes. */
export function foldersFor(files: number, perFolder = FILES_PER_FOLDER): number {
  const folders = Math.ceil(files / perFolder);
  return folders + Math.ceil(folders / FOLDERS_PER_PART);
}

function folderOf(folder: number): string {
  return path.join(`part-${Math.floor(folder / FOLDERS_PER_PART)}`, `folder-${folder}`);
}
