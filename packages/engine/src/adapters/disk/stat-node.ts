import type { BigIntStats } from 'node:fs';
import type { DiskNode } from '../../ports/disk.ts';

const OWNER_EXECUTES = 0o100n;

export function nodeOf(stats: BigIntStats): DiskNode {
  const kind = kindOf(stats);
  return {
    kind,
    stamp: {
      inode: String(stats.ino),
      birthtimeNs: String(stats.birthtimeNs),
      sizeBytes: Number(stats.size),
      mtimeNs: String(stats.mtimeNs),
      ctimeNs: String(stats.ctimeNs),
    },
    mtimeMs: millisecondsOf(stats.mtimeNs),
    executable: kind === 'file' && (stats.mode & OWNER_EXECUTES) !== 0n,
    links: Number(stats.nlink),
    device: String(stats.dev),
  };
}

function kindOf(stats: BigIntStats): DiskNode['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

/** Rounded down, before 1970 too, where division alone rounds up. */
function millisecondsOf(ns: bigint): number {
  const rest = ((ns % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return Number((ns - rest) / 1_000_000n);
}
