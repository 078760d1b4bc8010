import { Buffer, isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rmdir,
  statfs,
  symlink,
  unlink,
} from 'node:fs/promises';
import type { RelPath } from '@tidesync/shared/names';
import { lastName, parentPath, TOP } from '@tidesync/shared/names';
import type { Disk, ListedNode } from '../ports/disk.ts';
import { DiskError, isDiskError } from '../ports/disk.ts';
import type { Place } from './disk/confined-folder.ts';
import { ConfinedFolders } from './disk/confined-folder.ts';
import { asDisk, errorCode } from './disk/disk-faults.ts';
import { openPlainFile, readHandle, secondsOf, writeHandle } from './disk/file-handles.ts';
import { onceHandlesAreFree } from './disk/free-handles.ts';
import { MountPoints } from './disk/mount-points.ts';
import { nodeOf } from './disk/stat-node.ts';

/** 0 where the system has no such flag (Windows). */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
const STATS_AT_ONCE = 16;

export interface NodeDiskOptions {
  /** Whether folders can be held and named by handles; default: on Linux. */
  readonly byHandle?: boolean;
  /** Default: the process's. */
  readonly umask?: number;
}

/** A real disk below an absolute path; the folder need not be there yet. */
export function nodeDisk(rootPath: string, options: NodeDiskOptions = {}): Disk {
  const folders = new ConfinedFolders(rootPath, options.byHandle ?? process.platform === 'linux');
  const mounts = new MountPoints();
  const umask = options.umask ?? process.umask();
  /** Runs an operation with the absolute path of one name in its confined folder. */
  const at = <T>(path: RelPath, operation: (place: Place) => Promise<T>): Promise<T> =>
    onceHandlesAreFree(() => atOnce(path, operation));
  /** The same for a name whose folder is wanted together with another one's. */
  const atOnce = <T>(path: RelPath, operation: (place: Place) => Promise<T>): Promise<T> =>
    asDisk(path, () => {
      if (path === TOP) throw new DiskError('isFolder', path);
      return folders.within(parentPath(path), (folder) => operation(`${folder}/${lastName(path)}`));
    });
  const inside = <T>(path: RelPath, operation: (place: Place) => Promise<T>): Promise<T> =>
    asDisk(path, () => onceHandlesAreFree(() => folders.within(path, operation)));

  return {
    shownPath: rootPath,
    async root() {
      const node = await lookAtRoot(folders);
      mounts.refresh(await folders.root());
      return node;
    },
    async list(folder) {
      const listed = await inside(folder, listFolder);
      if (mounts.isEmpty) return listed;
      return listed.map((one) => ({ ...one, node: mounts.told(joined(folder, one.shown), one.node) }));
    },
    async look(path) {
      if (path === TOP) return lookAtRoot(folders);
      try {
        const node = await at(path, async (place) => nodeOf(await lstat(place, { bigint: true })));
        return mounts.told(path, node);
      } catch (error) {
        if (!isDiskError(error, 'missing', 'notFolder')) throw error;
        // Where the root itself is gone, nothing is known of what was in it.
        await lookAtRoot(folders);
        return null;
      }
    },
    readLink: (path) => at(path, (place) => readTarget(place, path)),
    openForRead: (path) => at(path, async (place) => readHandle(await openPlainFile(place, path), path)),
    createFile: (path) =>
      at(path, async (place) => writeHandle(await open(place, CREATE, 0o600), path, umask)),
    makeFolder: (path) => at(path, (place) => mkdir(place)),
    makeSymlink: (path, target) => at(path, (place) => symlink(target, place)),
    link: (from, to) => at(from, (source) => atOnce(to, (target) => link(source, target))),
    rename: (from, to) => at(from, (source) => atOnce(to, (target) => rename(source, target))),
    unlink: (path) => at(path, (place) => unlinkFile(place, path)),
    removeFolder: (path) => at(path, (place) => rmdir(place)),
    setAttributes: (path, attributes) =>
      at(path, (place) => setAttributes(place, path, { ...attributes, umask })),
    syncFolder: (folder) => inside(folder, syncFolder),
    freeBytes: () =>
      inside(TOP, async (place) => {
        const { bavail, bsize } = await statfs(place);
        return bavail * bsize;
      }),
  };
}

const joined = (folder: RelPath, name: string) => (folder === TOP ? name : `${folder}/${name}`);

async function lookAtRoot(folders: ConfinedFolders) {
  return asDisk(TOP, async () => {
    const node = nodeOf(await lstat(await folders.refreshRoot(), { bigint: true }));
    if (node.kind !== 'folder') throw new DiskError('notFolder', TOP);
    return node;
  });
}

/** As many workers as stats may run at once take the names one after the other. */
async function listFolder(place: Place): Promise<ListedNode[]> {
  const names = await readdir(place, { encoding: 'buffer' });
  const listed: ListedNode[] = [];
  const errors: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let raw = names[next++]; raw !== undefined && errors.length === 0; raw = names[next++]) {
      try {
        const node = await listOne(place, raw);
        if (node !== null) listed.push(node);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  // All have ended when this returns: the place is good only until then.
  await Promise.all(Array.from({ length: Math.min(STATS_AT_ONCE, names.length) }, worker));
  if (errors.length > 0) throw errors[0];
  return listed;
}

async function listOne(place: Place, raw: Buffer): Promise<ListedNode | null> {
  const shown = raw.toString('utf8');
  const whole = isUtf8(raw);
  const path = whole ? `${place}/${shown}` : Buffer.concat([Buffer.from(`${place}/`), raw]);
  try {
    return { name: whole ? shown : null, shown, node: nodeOf(await lstat(path, { bigint: true })) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A target that is no UTF-8 could not be made again elsewhere: `nameRefused`. */
async function readTarget(place: Place, path: RelPath): Promise<string> {
  const raw = await readlink(place, { encoding: 'buffer' }).catch((error: unknown) => {
    throw errorCode(error) === 'EINVAL' ? new DiskError('wrongKind', path, { cause: error }) : error;
  });
  if (!isUtf8(raw)) throw new DiskError('nameRefused', path);
  return raw.toString('utf8');
}

/** Systems differ in what they say of a folder. */
async function unlinkFile(place: Place, path: RelPath): Promise<void> {
  try {
    await unlink(place);
  } catch (error) {
    const isFolder = errorCode(error) === 'EPERM' && (await lstat(place)).isDirectory();
    throw isFolder ? new DiskError('isFolder', path, { cause: error }) : error;
  }
}

interface Attributes {
  readonly executable: boolean;
  readonly mtimeMs: number;
  readonly umask: number;
}

/**
 * Changes the executable bits and nothing else of the mode: who may read a file here was decided here. Whoever
 * may read it and is not masked may execute it, too.
 */
async function setAttributes(place: Place, path: RelPath, wanted: Attributes): Promise<void> {
  const file = await openPlainFile(place, path);
  try {
    const mode = (await file.stat()).mode & 0o7777;
    const readers = (mode & 0o444) >> 2;
    const next = wanted.executable ? mode | 0o100 | (readers & ~wanted.umask) : mode & ~0o111;
    const isExecutable = (mode & 0o100) !== 0;
    if (isExecutable !== wanted.executable) await file.chmod(next);
    await file.utimes(secondsOf(wanted.mtimeMs), secondsOf(wanted.mtimeMs));
  } finally {
    await file.close();
  }
}

/** Where a disk cannot sync a folder, its names are as durable as they get. */
async function syncFolder(place: Place): Promise<void> {
  const folder = await open(place, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
  try {
    await folder.sync();
  } catch (error) {
    if (!UNSYNCED.has(errorCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
/** Some network disks say EINVAL. Windows refuses, and its file system logs changes of names in their order. */
const UNSYNCED = new Set(process.platform === 'win32' ? ['EINVAL', 'EPERM', 'EACCES'] : ['EINVAL']);
