import { engineLimits } from '@tidesync/engine/core/engine-limits';
import type { Triple } from '@tidesync/engine/core/entry';
import type { RootJournal, SentCommit } from '@tidesync/engine/ports/journal';
import type { EntryId } from '@tidesync/shared/ids';
import type { CommitInput, CommitOutput, Op } from '@tidesync/shared/wire/sync';
import { Violation } from './violation.ts';

interface Parts {
  readonly device: string;
  readonly journal: RootJournal;
  readonly nowMs: () => number;
  /** From how many files on deletes wait for a yes; null: the law of numbers is not looked at. */
  readonly heldFrom: number | null;
}
interface Yes {
  readonly contentSeq: number;
  readonly placeSeq: number;
}
/** A delete that waits, in the version in which a person was shown it. */
export interface ShownDelete extends Yes {
  readonly id: EntryId;
}
type Delete = Extract<Op, { op: 'delete' }>;

/**
 * S28, S31 and S33, by what a person was shown and has said, and by what the server has answered: without a yes fewer
 * files than the threshold leave within ten minutes, and nothing leaves that was once said to wait.
 */
export class HeldProof {
  readonly #parts: Parts;
  readonly #waiting = new Set<EntryId>();
  readonly #yes = new Map<EntryId, Yes>();
  /** A no was said to their delete, and they are not back yet. */
  readonly #comeBack = new Set<EntryId>();
  /** Deletes of files that were applied without a yes. */
  #leftAtMs: number[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The engine says of these that they wait. */
  waits(ids: readonly EntryId[]): void {
    if (this.#parts.heldFrom === null) return;
    // What a no has undone is told until the next plan, and has no base any more.
    for (const id of ids)
      if (this.#parts.journal.get(id).base !== null && this.#isFile(id)) this.#waiting.add(id);
    // Every file was put back: what goes from then on is judged by itself.
    if (ids.length > 0) return;
    for (const id of this.#waiting)
      if (this.#parts.journal.get(id).local.is === 'present') this.#waiting.delete(id);
  }

  /** A person is asked about these: none of them has left already. */
  shown(deletes: readonly ShownDelete[]): void {
    const { journal } = this.#parts;
    const left = new Set(
      (journal.sent()?.ops ?? []).map(({ op }) => (op.op === 'delete' ? op.entryId : null)),
    );
    const gone = deletes.find(({ id }) => left.has(id));
    if (gone !== undefined)
      this.#broken('S31', `asks about the delete of ${gone.id}, which has left already`);
  }

  /** A yes to these, which may be refused yet. Answers those that had none: they would have none again then. */
  approve(deletes: readonly ShownDelete[]): readonly ShownDelete[] {
    const fresh = deletes.filter((one) => !isSameYes(this.#yes.get(one.id), one));
    for (const { id, contentSeq, placeSeq } of deletes) this.#yes.set(id, { contentSeq, placeSeq });
    return fresh;
  }
  refused(deletes: readonly ShownDelete[]): void {
    for (const { id } of deletes) this.#yes.delete(id);
  }
  /** With the yes, what left before counts no more. */
  approved(): void {
    this.#leftAtMs = [];
  }
  undone(deletes: readonly ShownDelete[]): void {
    for (const { id } of deletes) {
      this.#waiting.delete(id);
      if (this.#parts.journal.get(id).local.is === 'absent') this.#comeBack.add(id);
    }
  }
  noted(id: EntryId, { local }: Triple): void {
    if (local.is === 'present') this.#comeBack.delete(id);
  }
  /** The trees are forgotten, and merged anew: nothing is deleted by that. */
  forgotten(): void {
    this.#comeBack.clear();
  }

  sent({ ops }: SentCommit): void {
    const back = ops.find(({ op }) => op.op === 'delete' && this.#comeBack.has(op.entryId));
    if (back !== undefined)
      this.#broken(
        'S31',
        `sends the delete of ${back.op.entryId}, to which a no was said, before it is back`,
      );
    const unasked = ops.flatMap(({ op }) => (op.op === 'delete' && !this.#hasYes(op) ? [op] : []));
    for (const { entryId } of unasked) this.#mayGo(entryId);
    const { heldFrom } = this.#parts;
    const files = unasked.filter(({ entryId }) => this.#isFile(entryId)).length;
    if (heldFrom === null || files === 0) return;
    const left = this.#leftLately();
    if (files + left >= heldFrom)
      this.#broken(
        'S28',
        `sends deletes of ${files} files after ${left}, and waits for a yes from ${heldFrom} on`,
      );
  }

  answered({ ops }: CommitInput, { results }: CommitOutput): void {
    for (const [index, op] of ops.entries()) {
      const result = results[index];
      if (op.op !== 'delete' || result?.result !== 'applied') continue;
      if (!this.#hasYes(op) && result.state.kind !== 'folder') this.#leftAtMs.push(this.#parts.nowMs());
      this.#waiting.delete(op.entryId);
      this.#yes.delete(op.entryId);
    }
  }

  #mayGo(id: EntryId): void {
    if (!this.#waiting.has(id)) return;
    if (this.#parts.journal.get(id).local.is === 'present') this.#waiting.delete(id);
    else this.#broken('S33', `sends the delete of ${id}, which was said to wait and has no yes`);
  }

  #hasYes({ entryId, baseContentSeq, basePlaceSeq }: Delete): boolean {
    return isSameYes(this.#yes.get(entryId), { contentSeq: baseContentSeq, placeSeq: basePlaceSeq });
  }
  #isFile(id: EntryId): boolean {
    return this.#parts.journal.get(id).base?.body.kind !== 'folder';
  }
  #leftLately(): number {
    const fromMs = this.#parts.nowMs() - engineLimits.massDeleteWindowMs + SLACK_MS;
    this.#leftAtMs = this.#leftAtMs.filter((atMs) => atMs >= fromMs);
    return this.#leftAtMs.length;
  }
  #broken(rule: string, what: string): never {
    throw new Violation(rule, `${this.#parts.device} ${what}`);
  }
}

const isSameYes = (one: Yes | undefined, { contentSeq, placeSeq }: Yes) =>
  one?.contentSeq === contentSeq && one.placeSeq === placeSeq;

/** What left so much later than the window began may have been noted before it did. */
const SLACK_MS = 1_000;
