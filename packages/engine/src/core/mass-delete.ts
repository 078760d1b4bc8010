import type { EntryId } from '@tidesync/shared/ids';
import { decide } from './decide.ts';
import { engineLimits } from './engine-limits.ts';
import type { Versions } from './entry.ts';
import type { Trees } from './trees.ts';

/** From how many on deletes wait for a yes; null: this one never holds. */
export interface DeleteThresholds {
  readonly files: number | null;
  /**
   * Of the library, where that is `engineLimits.massDeletePercentFilesMin` files or more, or where all files are gone:
   * more than `engineLimits.deletesAtOnce`, or `engineLimits.emptiedFilesMin` at once with nothing in their place.
   */
  readonly percent: number | null;
}

export const DEFAULT_THRESHOLDS: DeleteThresholds = {
  files: engineLimits.massDeleteFiles,
  percent: engineLimits.massDeletePercent,
};

/** What the judgement knows beside the trees. Symlinks count as files. */
export interface DeletesKnown {
  readonly thresholds: DeleteThresholds;
  /** Files whose deletes left within the window (`engineLimits.massDeleteWindowMs`) without a yes. */
  readonly sentFiles: number;
  /** Files on which both sides agree, those gone here among them, up to a bound; asked only where it matters. */
  readonly agreedFiles: (max: number) => number;
  /** Some of them wait already: nothing but a person ends that, whatever has become of the numbers. */
  readonly isHolding: boolean;
  /** How long nothing more was seen gone. */
  readonly quietMs: number;
  /** A person said yes to the delete of this entry in these versions. */
  readonly isApproved: (id: EntryId, versions: Versions) => boolean;
  readonly isMasked: (id: EntryId) => boolean;
  /** Its delete has left, and nobody knows yet whether it has arrived: it counts, and no person is asked about it. */
  readonly isOnItsWay: (id: EntryId) => boolean;
}

/** Deletes without a yes that this device wants to send. */
export interface WantedDeletes {
  /** Folders among them. */
  readonly ids: readonly EntryId[];
  readonly files: number;
  /** Some were seen gone twice, so this is no move whose other end was not seen yet. */
  readonly isProved: boolean;
}

/** `go`: they leave. `settling`: more may be coming, so they wait for each other. `held`: they wait for a yes. */
export type DeleteVerdict = { readonly is: 'go' } | ({ readonly is: 'settling' | 'held' } & WantedDeletes);

const GO: DeleteVerdict = { is: 'go' };

/**
 * Whether deletes of this device may leave (S28, S29): counted are those that wait, seen absent once or twice, and
 * those that left shortly before, so that many small portions weigh what one large one does. What was held once stays
 * so until a person has answered for it or nothing of it is gone any more (S33).
 */
export function judgeDeletes(trees: Trees, known: DeletesKnown): DeleteVerdict {
  const { thresholds, sentFiles, quietMs } = known;
  if (thresholds.files === null && thresholds.percent === null) return GO;
  const { onTheirWay, ...wanted } = wantedDeletes(trees, known);
  if (wanted.ids.length === 0) return GO;
  const isHeld = known.isHolding && wanted.files > 0;
  const isReplaced = () => hasNewFiles(trees, known);
  const leftFiles = sentFiles + onTheirWay;
  if (isHeld || isMassDelete({ ...known, sentFiles: leftFiles, files: wanted.files, isReplaced }))
    return { is: 'held', ...wanted };
  const isBurst = leftFiles + wanted.files > engineLimits.deletesAtOnce;
  const settles = isBurst && quietMs < engineLimits.deletesQuietMs;
  return settles ? { is: 'settling', ...wanted } : GO;
}

/** Also what was seen absent but once: a delete that is not proved yet is one of those that come. */
function wantedDeletes(
  trees: Trees,
  known: Pick<DeletesKnown, 'isApproved' | 'isMasked' | 'isOnItsWay'>,
): WantedDeletes & { readonly onTheirWay: number } {
  const ids: EntryId[] = [];
  let [files, onTheirWay] = [0, 0];
  let isProved = false;
  for (const id of trees.absentIds()) {
    const wish = wishFor(trees, id, known);
    if (wish === null) continue;
    const asFile = trees.get(id).base?.body.kind === 'folder' ? 0 : 1;
    if (known.isOnItsWay(id)) {
      onTheirWay += asFile;
      continue;
    }
    ids.push(id);
    isProved ||= wish === 'deleteThere';
    files += asFile;
  }
  return { ids, files, isProved, onTheirWay };
}

/** Null: no delete without a yes. */
function wishFor(
  trees: Trees,
  id: EntryId,
  { isApproved, isMasked }: Pick<DeletesKnown, 'isApproved' | 'isMasked'>,
): 'deleteThere' | 'prove' | null {
  const triple = trees.get(id);
  const { base, remote } = triple;
  if (base === null || remote.is === 'absent') return null;
  const wish = decide(triple).is;
  if (wish !== 'deleteThere' && wish !== 'prove') return null;
  return isApproved(id, remote.versions) || isMasked(id) ? null : wish;
}

/** Files here that no other device has yet. */
function hasNewFiles(trees: Trees, { isMasked }: DeletesKnown): boolean {
  return trees.dirtyIds().some((id) => {
    const { base, local } = trees.get(id);
    return base === null && local.is === 'present' && local.body.kind !== 'folder' && !isMasked(id);
  });
}

interface Counted extends Pick<DeletesKnown, 'thresholds' | 'sentFiles' | 'agreedFiles'> {
  readonly files: number;
  /** Whether there are files here beside those on which both sides agree. */
  readonly isReplaced: () => boolean;
}

export function isMassDelete({ thresholds, sentFiles, agreedFiles, files, isReplaced }: Counted): boolean {
  const gone = sentFiles + files;
  if (files === 0) return false;
  if (thresholds.files !== null && gone >= thresholds.files) return true;
  if (thresholds.percent === null) return false;
  // However few they are: an empty folder is more often a slip, or a disk that is not what it was, than a wish.
  if (gone <= engineLimits.deletesAtOnce)
    return files >= engineLimits.emptiedFilesMin && agreedFiles(files + 1) <= files && !isReplaced();
  const agreed = agreedFiles(Number.MAX_SAFE_INTEGER) + sentFiles;
  if (gone >= agreed) return true;
  return gone >= engineLimits.massDeletePercentFilesMin && gone * 100 >= thresholds.percent * agreed;
}
