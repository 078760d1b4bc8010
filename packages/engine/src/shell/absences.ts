import type { EntryId } from '@tidesync/shared/ids';
import type { Clock } from '../ports/environment.ts';
import type { OpenParts } from './root-parts.ts';
import { isUnproven, proveAbsences } from './scan.ts';
import type { WorkList } from './work-list.ts';

/** Between a first absence and the look that proves it: programs delete a file and make it again. */
const PROOF_DELAY_MS = 500;

/** Entries that were seen absent once and wait for the second look (S15). */
export class Absences {
  readonly #clock: Clock;
  readonly #work: WorkList;
  /** When each was seen absent first, monotonic. */
  readonly #seenAtMs = new Map<EntryId, number>();

  constructor(clock: Clock, work: WorkList) {
    this.#clock = clock;
    this.#work = work;
  }

  get isEmpty(): boolean {
    return this.#seenAtMs.size === 0;
  }

  add(ids: Iterable<EntryId>): void {
    for (const id of ids) {
      if (this.#seenAtMs.has(id)) continue;
      if (this.isEmpty) this.#work.at('proof', PROOF_DELAY_MS);
      this.#seenAtMs.set(id, this.#clock.monotonicMs());
    }
  }

  drop(ids: Iterable<EntryId>): void {
    for (const id of ids) this.#seenAtMs.delete(id);
  }

  /** Those old enough for the second look, whose folders the next scan takes in; the others keep the timer. */
  takeOld(parts: OpenParts): EntryId[] {
    const latestMs = this.#clock.monotonicMs() - PROOF_DELAY_MS;
    const old: EntryId[] = [];
    for (const [id, seenMs] of this.#seenAtMs) {
      if (!isUnproven(parts, id)) this.#seenAtMs.delete(id);
      else if (seenMs <= latestMs) old.push(id);
    }
    for (const folder of proveAbsences(parts, old, new Set())) this.#work.scan(folder);
    if (this.#seenAtMs.size > old.length) this.#work.at('proof', PROOF_DELAY_MS);
    return old;
  }
}
