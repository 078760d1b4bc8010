import { utf8Bytes } from '@tidesync/shared/names';
import type { DiskNode } from '../ports/disk.ts';
import type { OwnChange, SafeFile, SafeTimes, Step } from './durable-layer.ts';

interface Common {
  readonly number: number;
  readonly device: string;
  readonly birthtimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  /** Names it has; an open handle keeps it beyond the last. */
  links: number;
  handles: number;
  /** Nobody may read what is in it. */
  isDenied: boolean;
  /** What ends in `io`. */
  damage: 'none' | 'read' | 'sync';
  /** Of the last change that concerned it. */
  lastSeq: number;
  /** Changes of its names that are not safe yet. */
  unsyncedLinks: number;
  /** Whose number it has got, while the end of that one is not safe. */
  predecessor: Inode | null;
}
export interface FileInode extends Common {
  readonly kind: 'file';
  bytes: Uint8Array;
  /** Whether somebody remembers these bytes, so that the next change has to be made to a copy. */
  areBytesShared: boolean;
  executable: boolean;
  safe: SafeFile | null;
  readonly unsyncedChanges: OwnChange[];
  /** A sync failed: the system dropped what was to be written and calls it clean, so no later sync writes it. */
  hasLostPages: boolean;
}
export interface FolderInode extends Common {
  readonly kind: 'folder';
  /** By what the disk takes for the same name. */
  readonly children: Map<string, Entry>;
  safe: SafeTimes | null;
  /** Changes of names in it, by key, in their order. */
  readonly unsyncedNames: Map<string, Step[]>;
  /** Set as long as its first name may be lost. */
  madeBy: Step['change'] | null;
}
export interface SymlinkInode extends Common {
  readonly kind: 'symlink';
  readonly target: string;
  safe: SafeTimes | null;
}
/** A socket, device or fifo. */
export interface OtherInode extends Common {
  readonly kind: 'other';
  safe: SafeTimes | null;
}
export type Inode = FileInode | FolderInode | SymlinkInode | OtherInode;

/** A name in a folder, as the disk spells it. */
export interface Entry {
  /** Null if it is no well-formed UTF-8. */
  readonly name: string | null;
  readonly shown: string;
  readonly inode: Inode;
}

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
    mtimeMs: Number(roundedDown(inode.mtimeNs, NS_PER_MS) / NS_PER_MS),
    executable: inode.kind === 'file' && inode.executable,
    links: inode.links,
    device: inode.device,
  };
}

/** To a whole number of steps, before 1970 as well. */
export function roundedDown(ns: bigint, stepNs: bigint): bigint {
  return ns - (((ns % stepNs) + stepNs) % stepNs);
}

function sizeOf(inode: Inode): number {
  switch (inode.kind) {
    case 'file':
      return inode.bytes.length;
    case 'folder':
      return inode.children.size;
    case 'symlink':
      return utf8Bytes(inode.target);
    case 'other':
      return 0;
    default:
      return inode satisfies never;
  }
}

export function nsOf(timeMs: number): bigint {
  return BigInt(timeMs) * NS_PER_MS;
}
