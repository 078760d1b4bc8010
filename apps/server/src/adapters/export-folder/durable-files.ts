import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@tidesync/shared/problems';
import { flushFolder } from '../disk/flush-folder.ts';

/** A name that is not finished; the next run removes what has it. */
export const PART = '.part';

/** Writes a file that is whole from the moment it has its name. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const part = `${path}${PART}`;
  const file = await open(part, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await nameWhole(part, path);
}

/** Gives a flushed file its name, durably. */
export async function nameWhole(part: string, path: string): Promise<void> {
  await rename(part, path);
  await flushFolder(dirname(path));
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await flushFolder(dirname(path));
}

export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
export const isAbsent = (error: unknown) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** Null for none, and for what is no plain file: a pipe or a device would be read without an end. */
export async function sizeOfFile(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full; make room and run the same command again',
  EDQUOT: 'its quota is used up; make room and run the same command again',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'its disk is read-only',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
};

/** Runs what touches the folder, and says errors of the file system as `exportFolderUnusable`. */
export async function inFolder<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === null || !/^E[A-Z0-9]+$/.test(code)) throw error;
    return fail({ reason: 'exportFolderUnusable', path, detail: words[code] ?? code }, error);
  }
}
