import { Buffer } from 'node:buffer';
import { closeSync, constants, lstatSync, openSync, readlinkSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import type { RelPath } from '@tidesync/shared/names';
import { segments, TOP } from '@tidesync/shared/names';
import { DiskError } from '../../ports/disk.ts';
import { errorCode } from './disk-faults.ts';

/** Linux's O_PATH, which Node does not name: a handle that only marks a place, and wants no read permission. */
const O_PATH = 0o10000000;
const FOLDER = O_PATH | constants.O_DIRECTORY;
const FOLDER_ITSELF = FOLDER | constants.O_NOFOLLOW;
/** Linux takes no longer path in one call (PATH_MAX, with its closing NUL). */
const PATH_BYTES_MAX = 4_095;
const FROM_BEHIND_A_LINK: ReadonlySet<string> = new Set([
  ...['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENAMETOOLONG'],
]);

/** An absolute path that stands for a folder as long as the operation runs; names are appended after a `/`. */
export type Place = string;

/**
 * Runs operations inside a folder of a root, once it is sure that no parent on the way is a symlink.
 *
 * On Linux the folder is held by a handle and named through it, so nobody can put a symlink in its place between
 * the check and the operation, and a path longer than the system takes can still be walked. Elsewhere the check
 * comes before the operation: RACE: a parent that becomes a symlink just then is followed.
 */
export class ConfinedFolders {
  readonly #shownPath: string;
  readonly #byHandle: boolean;
  #realRoot: string | null = null;

  constructor(shownPath: string, byHandle: boolean) {
    this.#shownPath = shownPath;
    this.#byHandle = byHandle;
  }

  /** The root's path without symlinks, as it was looked up last. */
  async root(): Promise<string> {
    return this.#realRoot ?? (await this.refreshRoot());
  }

  /** The root's path without symlinks; looked up again each time this is called. */
  async refreshRoot(): Promise<string> {
    this.#realRoot = null;
    this.#realRoot = await realpath(this.#shownPath);
    return this.#realRoot;
  }

  /** Rejects with `linkedParent` where the folder or a parent is a symlink, else with the system's errors. */
  async within<T>(folder: RelPath, operation: (place: Place) => Promise<T>): Promise<T> {
    const root = await this.root();
    if (!this.#byHandle) {
      await checkParents(root, folder);
      return operation(absolute(root, folder));
    }
    const fd = openFolder(root, folder);
    try {
      return await operation(`/proc/self/fd/${fd}`);
    } finally {
      closeSync(fd);
    }
  }
}

/**
 * A handle to the folder. The common case is two calls; whatever is unusual about a path is walked by name.
 * Synchronous: such calls take 2 µs each, a trip through the thread pool takes 36 (measured).
 */
function openFolder(root: string, folder: RelPath): number {
  const wanted = absolute(root, folder);
  return openIfPlain(wanted) ?? walkTo(root, folder);
}

/**
 * Null unless the path led where it says. Another spelling can be innocent (a disk that does not tell case apart
 * shows its own), and an error may come from behind a symlink.
 */
function openIfPlain(wanted: string): number | null {
  if (Buffer.byteLength(wanted) > PATH_BYTES_MAX) return null;
  let fd: number | null = null;
  try {
    fd = openSync(wanted, FOLDER);
    if (readlinkSync(`/proc/self/fd/${fd}`) === wanted) return fd;
  } catch (error) {
    if (!FROM_BEHIND_A_LINK.has(errorCode(error))) throw error;
  }
  if (fd !== null) closeSync(fd);
  return null;
}

function walkTo(root: string, folder: RelPath): number {
  let fd = openSync(root, FOLDER_ITSELF);
  for (const name of segments(folder)) {
    const outer = fd;
    try {
      fd = openInner(`/proc/self/fd/${outer}/${name}`, folder);
    } finally {
      closeSync(outer);
    }
  }
  return fd;
}

function openInner(path: string, folder: RelPath): number {
  try {
    return openSync(path, FOLDER_ITSELF);
  } catch (error) {
    // A symlink is no folder either, and which of the two it is matters.
    if (errorCode(error) === 'ENOTDIR' && lstatSync(path).isSymbolicLink()) {
      throw new DiskError('linkedParent', folder, { cause: error });
    }
    throw error;
  }
}

async function checkParents(root: string, folder: RelPath): Promise<void> {
  const wanted = absolute(root, folder);
  const found = await realpath(wanted).catch((error: unknown) => {
    if (FROM_BEHIND_A_LINK.has(errorCode(error))) return null;
    throw error;
  });
  if (found === wanted) return;
  let path = root;
  for (const name of segments(folder)) {
    path += `/${name}`;
    if ((await lstat(path)).isSymbolicLink()) throw new DiskError('linkedParent', folder);
  }
}

function absolute(root: string, folder: RelPath): string {
  return folder === TOP ? root : `${root}/${folder}`;
}
