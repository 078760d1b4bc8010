import type { ChunkRef, Revision } from '@tidesync/shared/chunk-list';
import { contentIdInput, encodeRefs } from '@tidesync/shared/chunk-list';
import type { FilePolicy } from '@tidesync/shared/file-policy';
import { fileSizeFault } from '@tidesync/shared/file-policy';
import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Problem } from '@tidesync/shared/problems';

export interface StagedList {
  readonly id: ChunkId;
  readonly refs: readonly ChunkRef[];
}
interface StageRules {
  readonly sha256: (bytes: Uint8Array) => string;
  readonly files: FilePolicy;
}

export const sizeOfRefs = (refs: readonly ChunkRef[]) => refs.reduce((sum, ref) => sum + ref.sizeBytes, 0);

/** Why lists and revisions contradict themselves, whatever is stored; null if they do not. */
export function stageFault(
  lists: readonly StagedList[],
  revisions: readonly Revision[],
  rules: StageRules,
): Problem | null {
  const refs = [...lists, ...revisions].reduce((sum, one) => sum + one.refs.length, 0);
  if (refs > limits.refsPerStageCallMax) {
    return { reason: 'invalidInput', detail: `more than ${limits.refsPerStageCallMax} chunk references` };
  }
  const wrongList = lists.find((list) => rules.sha256(encodeRefs(list.refs)) !== list.id);
  if (wrongList) return { reason: 'chunkMismatch', detail: `chunk list ${wrongList.id} has another hash` };
  for (const revision of revisions) {
    const problem = revisionFault(revision, rules);
    if (problem !== null) return problem;
  }
  return null;
}

function revisionFault(revision: Revision, { sha256, files }: StageRules): Problem | null {
  const { contentId, depth, sizeBytes, refs } = revision;
  const tooLarge = fileSizeFault(files, sizeBytes);
  if (tooLarge !== null) return tooLarge;
  if (sha256(contentIdInput(revision)) !== contentId) {
    return { reason: 'chunkMismatch', detail: `content ${contentId} has another hash` };
  }
  if (depth === 0 && sizeOfRefs(refs) !== sizeBytes) {
    return { reason: 'chunkMismatch', detail: `content ${contentId} has another size` };
  }
  if (depth === 1 && refs.length === 0) {
    return { reason: 'invalidInput', detail: 'a list of chunk lists that names none' };
  }
  return null;
}

/**
 * Checks the revisions that are lists of lists against the lists that are known: each has to be there, and what
 * they stand for has to add up.
 */
export function depthFault(
  revisions: readonly Revision[],
  contentBytesOf: (listId: ChunkId) => number | null,
): Problem | null {
  let missing = 0;
  for (const { contentId, depth, refs, sizeBytes } of revisions) {
    if (depth === 0) continue;
    const sizes = refs.map((ref) => contentBytesOf(ref.id));
    missing += sizes.filter((size) => size === null).length;
    const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    if (!sizes.includes(null) && total !== sizeBytes) {
      return { reason: 'chunkMismatch', detail: `content ${contentId} has another size` };
    }
  }
  return missing > 0 ? { reason: 'chunksMissing', count: missing } : null;
}
