import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ConsoleFile, ConsoleFiles } from '../../ports/console-files.ts';
import { CONSOLE_PAGE } from '../../ports/console-files.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
/** Where the build puts what has its hash in its name. */
const HASHED_FOLDER = 'assets/';

/**
 * Reads the built console into memory, once: a few MB. Null if it was not built. Files of a kind that the console does
 * not use are left out.
 */
export async function readConsoleFiles(folder: string): Promise<ConsoleFiles | null> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, ConsoleFile>();
  for (const entry of found) {
    const mediaType = mediaTypes[path.extname(entry.name)];
    if (!entry.isFile() || mediaType === undefined) continue;
    const full = path.join(entry.parentPath, entry.name);
    const key = path.relative(folder, full).split(path.sep).join('/');
    files.set(key, await readOne(full, { mediaType, hashed: key.startsWith(HASHED_FOLDER) }));
  }
  return files.has(CONSOLE_PAGE) ? files : null;
}

async function readOne(file: string, facts: Pick<ConsoleFile, 'mediaType' | 'hashed'>): Promise<ConsoleFile> {
  const bytes = await readFile(file);
  const gzipped = await promisify(gzip)(bytes);
  return { ...facts, bytes, gzipped: gzipped.length < bytes.length ? gzipped : null };
}
