import type { Stamp } from '@tidesync/engine/core/entry';
import type { Disk, DiskNode } from '@tidesync/engine/ports/disk';
import { DiskError } from '@tidesync/engine/ports/disk';
import type { RelPath } from '@tidesync/shared/names';
import type { MadeContent } from '../made-content.ts';

export const UPLOADED = 'upload' as RelPath;
export const DOWNLOADED = '.tidesync/tmp/download' as RelPath;

const FREE_BYTES = 1e12;

export interface MadeDisk extends Disk {
  /** Of the one file that can be read. */
  readonly stamp: Stamp;
  /** Bytes written so far that were what the content has in their place. */
  rightBytes(): number;
}

/**
 * A device's disk with one file of made content to read, and room for one to write, whose bytes are compared with
 * the content and then forgotten. So neither memory nor the disk of this machine counts into the figures.
 */
export function madeDisk(content: MadeContent): MadeDisk {
  const stamp: Stamp = {
    inode: '1',
    birthtimeNs: '1',
    sizeBytes: content.sizeBytes,
    mtimeNs: '1',
    ctimeNs: '1',
  };
  const node: DiskNode = { kind: 'file', stamp, mtimeMs: 1, executable: false, links: 1, device: '1' };
  const refuse = async (path: RelPath): Promise<never> => {
    throw new DiskError('missing', path);
  };
  const done = async () => undefined;
  let rightBytes = 0;
  return {
    stamp,
    rightBytes: () => rightBytes,
    shownPath: '/made',
    root: async () => ({ ...node, kind: 'folder' }),
    list: async () => [],
    look: async (path) => (path === UPLOADED ? node : null),
    openForRead: async (path) => {
      if (path !== UPLOADED) return refuse(path);
      const read = async (buffer: Uint8Array, position: number) => {
        const bytes = content.read(position, buffer.length);
        buffer.set(bytes);
        return bytes.length;
      };
      return { stat: async () => node, read, close: done };
    },
    createFile: async () => ({
      async write(bytes, position) {
        const right = content.read(position, bytes.length).equals(bytes);
        if (!right) throw new Error(`other bytes arrived at ${position} of ${content.seed}`);
        rightBytes += bytes.length;
      },
      setAttributes: done,
      sync: done,
      stat: async () => node,
      close: done,
    }),
    freeBytes: async () => FREE_BYTES,
    unlink: done,
    rename: done,
    syncFolder: done,
    readLink: refuse,
    makeFolder: refuse,
    makeSymlink: refuse,
    link: refuse,
    removeFolder: refuse,
    setAttributes: refuse,
  };
}
