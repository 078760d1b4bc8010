import type {
  Disk,
  DiskFault,
  DiskNode,
  ListedNode,
  ReadHandle,
  WriteHandle,
} from '@tidesync/engine/ports/disk';
import { DiskError, isDiskError } from '@tidesync/engine/ports/disk';
import type { RelPath } from '@tidesync/shared/names';
import { parentPath, TOP } from '@tidesync/shared/names';
import type { DiskGuards } from './disk-guards.ts';
import { isOwn } from './disk-texts.ts';
import type { Gate } from './gate.ts';

export interface SimDiskParts {
  /** The disk itself, on which people work as well. */
  readonly disk: Disk;
  readonly gate: Gate;
  readonly guards: DiskGuards;
  /** Asked before each call: the fault it ends in, if any. */
  readonly faultOf: (call: string) => DiskFault | null;
  /** Comes before each call about something of a person's, who may be working on it. */
  readonly meddle: (path: RelPath, at: 'change' | 'read' | 'look') => Promise<void>;
  /** What a listing of a folder has shown. */
  readonly listed: (folder: RelPath, nodes: readonly ListedNode[]) => void;
  /** A name in that folder has changed, or a file in it. */
  readonly touched: (folder: RelPath) => void;
  /** A call has failed because somebody else has that open. */
  readonly inUse: (path: RelPath) => void;
  /** A guard has found something; it must not get lost in the engine's own handling of errors. */
  readonly broken: (error: unknown) => void;
}

/** Whether a call, as it is named here, changes nothing. */
export const isLook = (call: string): boolean => looks.has(call.split(' ')[0] ?? '');
const looks = new Set(['root', 'list', 'look', 'readLink', 'open', 'read', 'stat', 'freeBytes']);
const ofOpenFiles = new Set(['read', 'stat']);

/** A disk as one engine process sees it: every call takes its turn, may fail, and is looked at. */
export function simDisk(parts: SimDiskParts): Disk {
  const { disk, guards, touched } = parts;
  /** Where a call of the engine has just changed something, and nothing has been looked at since. */
  const fresh = new Set<RelPath>();
  const kindOf = (what: string, path: RelPath) => {
    if (ofOpenFiles.has(what)) return 'read';
    return isLook(what) && !fresh.delete(path) ? 'look' : 'change';
  };
  const before = async (what: string, path: RelPath) => {
    await (isLook(what)
      ? parts.gate.look(`${what} ${path}`, 'disk')
      : parts.gate.pass(`${what} ${path}`, 'disk'));
    if (!isOwn(path) && path !== TOP) await parts.meddle(path, kindOf(what, path));
    const fault = parts.faultOf(`${what} ${path}`);
    if (fault !== null) throw new DiskError(fault, path);
  };
  const guarded = async (look: () => Promise<void> | void) => {
    try {
      await look();
    } catch (error) {
      parts.broken(error);
    }
  };
  /** A call that changes names in the folders of some paths. */
  const change = async (paths: readonly RelPath[], work: () => Promise<void>) => {
    await guarded(() => {
      for (const path of paths) guards.beforeChange(path);
    });
    await work().catch((error: unknown) => {
      if (isDiskError(error, 'busy')) parts.inUse(error.path);
      throw error;
    });
    for (const path of paths) {
      fresh.add(path);
      touched(parentPath(path));
    }
  };
  const handles = handlesOf(parts, before);

  return {
    shownPath: disk.shownPath,
    async root() {
      await before('root', TOP);
      return disk.root();
    },
    async list(folder) {
      await before('list', folder);
      const nodes = await disk.list(folder);
      parts.listed(folder, nodes);
      return nodes;
    },
    async look(path) {
      await before('look', path);
      return disk.look(path);
    },
    async readLink(path) {
      await before('readLink', path);
      return disk.readLink(path);
    },
    async openForRead(path) {
      await before('open', path);
      return handles.reading(path, await disk.openForRead(path));
    },
    async createFile(path) {
      await before('create', path);
      await guarded(() => guards.beforeCreate(path));
      return handles.writing(path, await disk.createFile(path));
    },
    async makeFolder(path) {
      await before('makeFolder', path);
      await change([path], () => disk.makeFolder(path));
    },
    async makeSymlink(path, target) {
      await before('makeSymlink', path);
      await change([path], () => disk.makeSymlink(path, target));
    },
    async link(from, to) {
      await before(`link ${from} →`, to);
      await change([to], () => disk.link(from, to));
      await guarded(() => guards.afterPlace(to));
    },
    async rename(from, to) {
      if (!isOwn(from)) await parts.meddle(from, 'change');
      await before(`rename ${from} →`, to);
      await guarded(() => guards.beforeRename(from, to));
      await change([from, to], () => disk.rename(from, to));
      await guarded(() => guards.afterPlace(to));
    },
    async unlink(path) {
      await before('unlink', path);
      await guarded(() => guards.beforeUnlink(path));
      await change([path], () => disk.unlink(path));
    },
    async removeFolder(path) {
      await before('removeFolder', path);
      await change([path], () => disk.removeFolder(path));
    },
    async setAttributes(path, attributes) {
      await before('setAttributes', path);
      await change([path], () => disk.setAttributes(path, attributes));
    },
    async syncFolder(folder) {
      await before('syncFolder', folder);
      await disk.syncFolder(folder);
    },
    async freeBytes() {
      await before('freeBytes', TOP);
      return disk.freeBytes();
    },
  };
}

type Before = (what: string, path: RelPath) => Promise<void>;

function handlesOf({ gate }: SimDiskParts, before: Before) {
  const common = (path: RelPath, handle: { stat(): Promise<DiskNode>; close(): Promise<void> }) => ({
    async stat() {
      await before('stat', path);
      return handle.stat();
    },
    async close() {
      if (gate.touch()) await handle.close();
    },
  });
  return {
    reading: (path: RelPath, handle: ReadHandle): ReadHandle => ({
      ...common(path, handle),
      async read(buffer, position) {
        await before('read', path);
        return handle.read(buffer, position);
      },
    }),
    writing: (path: RelPath, handle: WriteHandle): WriteHandle => ({
      ...common(path, handle),
      async write(bytes, position) {
        await before('write', path);
        await handle.write(bytes, position);
      },
      async setAttributes(attributes) {
        await before('setAttributes', path);
        await handle.setAttributes(attributes);
      },
      async sync() {
        await before('sync', path);
        await handle.sync();
      },
    }),
  };
}
