import type { DiskNode } from '../ports/disk.ts';

interface Common {
  readonly number: number;
  readonly birthtimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  /** Names it has; an open handle keeps it beyond the last. */
  links: number;
}
export interface FileInode extends Common {
  readonly kind: 'file';
  bytes: Uint8Array;
  executable: boolean;
}
export interface FolderInode extends Common {
  readonly kind: 'folder';
  readonly children: Map<string, Inode>;
}
export interface SymlinkInode extends Common {
  readonly kind: 'symlink';
  readonly target: string;
}
export type Inode = FileInode | FolderInode | SymlinkInode;

export const DEVICE = '1';
const NS_PER_MS = 1_000_000n;

export function nodeOfInode(inode: Inode): DiskNode {
  return {
    kind: inode.kind,
    stamp: {
      inode: String(inode.number),
      birthtimeNs: String(inode.birthtimeNs),
      sizeBytes: sizeOf(inode),
      mtimeNs: String(inode.mtimeNs),
      ctimeNs: String(inode.ctimeNs),
    },
    mtimeMs: Number((inode.mtimeNs - modulo(inode.mtimeNs)) / NS_PER_MS),
    executable: inode.kind === 'file' && inode.executable,
    links: inode.links,
    device: DEVICE,
  };
}

/** Never negative, so that times before 1970 round down as well. */
function modulo(ns: bigint): bigint {
  return ((ns % NS_PER_MS) + NS_PER_MS) % NS_PER_MS;
}

function sizeOf(inode: Inode): number {
  switch (inode.kind) {
    case 'file':
      return inode.bytes.length;
    case 'folder':
      return inode.children.size;
    case 'symlink':
      return inode.target.length;
    default:
      return inode satisfies never;
  }
}

export function nsOf(timeMs: number): bigint {
  return BigInt(timeMs) * NS_PER_MS;
}
