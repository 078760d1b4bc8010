import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Many {
  readonly folders: number;
  readonly filesPerFolder: number;
}

/**
 * Makes folders full of small files below `top`, as fast as one process can, and answers with how long it took.
 * Nothing else runs in this process meanwhile. No two files have the same bytes.
 */
export function makeMany(top: string, { folders, filesPerFolder }: Many): { readonly tookMs: number } {
  const startMs = performance.now();
  for (let folder = 0; folder < folders; folder++) {
    const place = path.join(top, `folder-${folder}`);
    mkdirSync(place);
    for (let n = 0; n < filesPerFolder; n++)
      writeFileSync(`${place}/file-${n}`, `file ${n} of folder ${folder}\n`);
  }
  return { tookMs: performance.now() - startMs };
}
