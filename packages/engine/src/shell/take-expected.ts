import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { LocalPresent } from '../core/entry.ts';
import type { OpenParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import { expectNode, MovedUnderUs, putBack, sameBytes, takeAside } from './safe-moves.ts';

/**
 * Takes a file out of everybody's way, and answers where it is once it is sure that it is the one that was meant.
 * RACE: a save between look and rename; what came out is somebody's work and goes back. Where that fails, it is found
 * aside and goes back before the next look at the disk.
 */
export async function takeExpected(
  parts: Pick<OpenParts, 'disk' | 'clock' | 'deviceName'>,
  { id, path, local }: { id: EntryId; path: RelPath; local: LocalPresent },
): Promise<RelPath> {
  const { disk } = parts;
  const label = labelOf(parts);
  await expectNode(disk, path, { kind: local.body.kind, stamp: local.stamp });
  const { aside, node: cameOut } = await takeAside(disk, { id, path, label });
  if (sameBytes(cameOut.stamp, local.stamp)) return aside;
  await putBack(disk, aside, { path, label });
  throw new MovedUnderUs(path);
}
