import { fileRevision } from '@tidesync/shared/chunk-list';
import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { mayHideSave } from '../core/coarse-times.ts';
import type { LocalPresent, Stamp } from '../core/entry.ts';
import type { DiskNode } from '../ports/disk.ts';
import type { RootParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import { expectNode, MovedUnderUs, putBack, sameBytes, takeAside } from './safe-moves.ts';

/** What it takes to tell one file from another. */
export type Telling = Pick<RootParts, 'disk' | 'cutter' | 'sha256' | 'clock'>;

/**
 * Takes a file out of everybody's way, and answers where it is once it is sure that it is the one that was meant.
 * RACE: a save between look and rename; what came out is somebody's work and goes back. Where that fails, it is found
 * aside and goes back before the next look at the disk.
 */
export async function takeExpected(
  parts: Telling & Pick<RootParts, 'deviceName'>,
  { id, path, local }: { id: EntryId; path: RelPath; local: LocalPresent },
): Promise<RelPath> {
  const { disk, clock } = parts;
  const label = labelOf(parts);
  const sinceMs = clock.nowMs();
  await expectNode(disk, path, { kind: local.body.kind, stamp: local.stamp });
  const { aside, node } = await takeAside(disk, { id, path, label });
  if (await isAsExpected(parts, { own: aside, node, expected: local, sinceMs })) return aside;
  await putBack(disk, aside, { path, label });
  throw new MovedUnderUs(path);
}

/**
 * Whether what lies in a place of our own is what was expected. Where its times are too coarse to show a save since
 * then, its bytes are hashed. Rejects with DiskError.
 */
export async function isAsExpected(
  { disk, cutter, sha256 }: Telling,
  {
    own,
    node,
    expected: { body, stamp },
    sinceMs,
  }: { own: RelPath; node: DiskNode; expected: LocalPresent; sinceMs: number },
): Promise<boolean> {
  if (!sameBytes(node.stamp, stamp)) return false;
  if (!mayHideSave(node.stamp, sinceMs) || body.kind === 'folder') return true;
  if (body.kind === 'symlink') return node.kind === 'symlink' && (await disk.readLink(own)) === body.target;
  const read = await cutter.cut(own, new AbortController().signal);
  return read.is === 'cut' && fileRevision(read.chunks, sha256).revision.contentId === body.contentId;
}

/**
 * What was known of an entry, under the stamp that a step of ours has left. Its bytes have to be read again where they
 * are not the same, or where nothing would show that they are not.
 */
export function afterStep(local: LocalPresent, stamp: Stamp, sinceMs: number): LocalPresent {
  const isKnown = sameBytes(local.stamp, stamp) && !mayHideSave(stamp, sinceMs);
  const body = isKnown || local.body.kind !== 'file' ? local.body : { ...local.body, contentId: null };
  return { ...local, body, stamp };
}
