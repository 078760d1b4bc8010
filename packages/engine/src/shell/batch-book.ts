import type { BatchId, EntryId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import type { Op } from '@tidesync/shared/wire/sync';
import { engineLimits } from '../core/engine-limits.ts';
import type { DeletesKnown, DeleteVerdict, WantedDeletes } from '../core/mass-delete.ts';
import { judgeDeletes } from '../core/mass-delete.ts';
import type { Trees } from '../core/trees.ts';
import type { Clock, Random } from '../ports/environment.ts';
import type { RootJournal } from '../ports/journal.ts';

interface BookParts {
  readonly journal: RootJournal;
  readonly clock: Clock;
  readonly random: Random;
}

/** What the journal knows about deletes, for the judgement. */
export function deletesKnown(
  { journal, clock }: Pick<BookParts, 'journal' | 'clock'>,
  seen: Pick<DeletesKnown, 'isMasked' | 'quietMs'>,
): DeletesKnown {
  const untilMs = clock.nowMs();
  const sent = journal.sent()?.ops.filter(({ op }) => op.op === 'delete') ?? [];
  const onTheirWay = new Set(sent.map(({ op }) => op.entryId));
  return {
    ...seen,
    thresholds: journal.deleteThresholds(),
    sentFiles: journal.sentDeletes({ afterMs: untilMs - engineLimits.massDeleteWindowMs, untilMs }),
    agreedFiles: (max) => journal.countFiles(max),
    isHolding: journal.holdsDeletes(),
    isOnItsWay: (id) => onTheirWay.has(id),
    isApproved(id, { contentSeq, placeSeq }) {
      const approval = journal.approvalOf(id);
      return approval?.contentSeq === contentSeq && approval.placeSeq === placeSeq;
    },
  };
}

export function newBatchId(random: Random): BatchId {
  return uuidFromBytes(random.bytes(16)) as BatchId;
}

/**
 * Which batch an operation belongs to, and which deletes may not leave. Both start anew with the engine: what waits
 * follows from the trees, and what a person said about it is in the journal.
 */
export class BatchBook {
  readonly #parts: BookParts;
  #verdict: DeleteVerdict = { is: 'go' };
  #waiting: ReadonlySet<EntryId> = new Set();
  #quietMs = 0;
  #heldSinceMs: number | null = null;
  /** What is being sent since the last rest. */
  #current: { readonly batchId: BatchId; readonly sinceMs: number } | null = null;

  constructor({ journal, clock, random }: BookParts) {
    this.#parts = { journal, clock, random };
  }

  /** Looks at the deletes that these trees call for; before each plan. */
  judge(trees: Trees, seen: Pick<DeletesKnown, 'isMasked' | 'quietMs'>): void {
    this.#verdict = judgeDeletes(trees, deletesKnown(this.#parts, seen));
    this.#waiting = new Set(this.#verdict.is === 'go' ? [] : this.#verdict.ids);
    this.#quietMs = seen.quietMs;
    this.#noteHold();
    if (this.held === null) this.#heldSinceMs = null;
    else this.#heldSinceMs ??= this.#parts.clock.nowMs();
  }

  /** Before anything can leave. What was seen gone but once may still turn out to have moved, and holds nothing yet. */
  #noteHold(): void {
    const { journal } = this.#parts;
    const wasHeld = journal.holdsDeletes();
    const isHeld = this.#verdict.is === 'held' && (wasHeld || this.#verdict.isProved);
    if (isHeld !== wasHeld) journal.setHoldsDeletes(isHeld);
  }

  mayDelete(id: EntryId): boolean {
    return !this.#waiting.has(id);
  }

  /** What waits for a yes; null: nothing does. */
  get held(): WantedDeletes | null {
    return this.#verdict.is === 'held' && this.#verdict.isProved ? this.#verdict : null;
  }
  get heldSinceMs(): number | null {
    return this.#heldSinceMs;
  }
  isHeld(id: EntryId): boolean {
    return this.held !== null && this.#waiting.has(id);
  }

  /** How long deletes wait for each other from now; null: they do not. */
  get settlesInMs(): number | null {
    return this.#verdict.is === 'settling' ? Math.max(0, engineLimits.deletesQuietMs - this.#quietMs) : null;
  }

  batchOf(op: Op): BatchId {
    const approval = op.op === 'delete' ? this.#parts.journal.approvalOf(op.entryId) : null;
    return approval?.batchId ?? this.#currentBatch();
  }

  #currentBatch(): BatchId {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#current === null || nowMs - this.#current.sinceMs > engineLimits.batchMsMax)
      this.#current = { batchId: newBatchId(this.#parts.random), sinceMs: nowMs };
    return this.#current.batchId;
  }

  /** Nothing is left to send: the batch ends, and so does every yes to the delete of what is here again. */
  rested(): void {
    this.#current = null;
    const { journal } = this.#parts;
    for (const id of journal.approvedIds()) {
      const { base, local } = journal.get(id);
      if (base === null || local.is === 'present') journal.dropApproval(id);
    }
  }
}
