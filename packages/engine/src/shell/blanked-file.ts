import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { EntryId } from '@tidesync/shared/ids';
import { isReadByOrder } from '../core/check-entry.ts';
import { engineLimits } from '../core/engine-limits.ts';
import type { Triple } from '../core/entry.ts';
import { localOfBase, remoteEqualsBase, samePlace } from '../core/entry.ts';
import type { DiskNode } from '../ports/disk.ts';
import type { Sha256 } from '../ports/environment.ts';
import type { RootJournal } from '../ports/journal.ts';

export interface ReadFile {
  readonly node: DiskNode;
  readonly chunks: readonly ChunkRef[];
}

/**
 * Whether a file is what a crash makes of one whose bytes had not reached the disk: as long as the version that both
 * sides agreed on, which was not so, and nothing but zeros. No person writes that, or hardly ever.
 */
export function isBlanked(triple: Triple, { node, chunks }: ReadFile, sha256: Sha256): boolean {
  const { base, local, remote } = triple;
  if (base?.body.kind !== 'file' || local.is === 'absent' || isReadByOrder(triple)) return false;
  const { sizeBytes } = node.stamp;
  if (sizeBytes !== base.body.sizeBytes || sizeBytes < engineLimits.blankedBytesMin) return false;
  return samePlace(local, base) && remoteEqualsBase(remote, base) && areZeros(chunks, sha256);
}

/** Holds it as damaged: the server's version stays, this one is not sent, and a person decides. */
export function holdBlanked(
  journal: RootJournal,
  id: EntryId,
  {
    node,
    contentId,
    sinceMs,
  }: Pick<ReadFile, 'node'> & Pick<Parameters<RootJournal['putDamage']>[0], 'contentId' | 'sinceMs'>,
): void {
  const { base, remote } = journal.get(id);
  if (base === null) return;
  const held = { ...base, stamp: node.stamp };
  journal.set(id, { base: held, local: localOfBase(held), remote });
  journal.putDamage({ id, contentId, stamp: node.stamp, sinceMs });
}

function areZeros(chunks: readonly ChunkRef[], sha256: Sha256): boolean {
  const known = new Map<number, string>();
  for (const { id, sizeBytes } of chunks) {
    const zeros = known.get(sizeBytes) ?? sha256(new Uint8Array(sizeBytes));
    known.set(sizeBytes, zeros);
    if (id !== zeros) return false;
  }
  return chunks.length > 0;
}
