import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const FILES_PER_FOLDER = 1_000;

/** Makes so many small files, a thousand in each folder, a thousand folders in each above. */
export function makeFolders(top: string, files: number): void {
  for (let n = 0; n < files; n++) {
    const folder = path.join(top, folderOf(n));
    if (n % FILES_PER_FOLDER === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `entry-${n}.txt`), `This is entry ${n}.\n`);
  }
}

function folderOf(n: number): string {
  const folder = Math.floor(n / FILES_PER_FOLDER);
  return path.join(`part-${Math.floor(folder / 1_000)}`, `folder-${folder}`);
}
