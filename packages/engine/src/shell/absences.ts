import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { Clock } from '../ports/environment.ts';
import type { OpenParts } from './root-parts.ts';
import { isUnproven, proveAbsences } from './scan.ts';

/** Between a first absence and the look that proves it: programs delete a file and make it again. */
const PROOF_DELAY_MS = 500;

/** Entries that were seen absent once and wait for the second look (S15). */
export class Absences {
  readonly #clock: Clock;
  /** When each was seen absent, or last looked for; monotonic. */
  readonly #seenAtMs = new Map<EntryId, number>();

  /** When something was last seen gone that was there before; monotonic. */
  #newestMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long nothing more was seen gone. */
  get quietMs(): number {
    return this.#clock.monotonicMs() - this.#newestMs;
  }

  get isEmpty(): boolean {
    return this.#seenAtMs.size === 0;
  }

  /** When the next second look is due, monotonic; null if there is nothing to prove. */
  get nextLookAtMs(): number | null {
    let soonest: number | null = null;
    for (const seenMs of this.#seenAtMs.values()) if (soonest === null || seenMs < soonest) soonest = seenMs;
    return soonest === null ? null : soonest + PROOF_DELAY_MS;
  }

  add(ids: Iterable<EntryId>): void {
    for (const id of ids) {
      if (this.#seenAtMs.has(id)) continue;
      this.#newestMs = this.#clock.monotonicMs();
      this.#seenAtMs.set(id, this.#newestMs);
    }
  }

  drop(ids: Iterable<EntryId>): void {
    for (const id of ids) this.#seenAtMs.delete(id);
  }

  /**
   * Those old enough for the second look, and the folders that it has to take in. Until they are dropped they
   * come again after the delay, so a look that failed is made again.
   */
  takeOld(parts: OpenParts): { ids: EntryId[]; folders: RelPath[] } {
    const nowMs = this.#clock.monotonicMs();
    const ids: EntryId[] = [];
    for (const [id, seenMs] of this.#seenAtMs) {
      if (!isUnproven(parts, id)) this.#seenAtMs.delete(id);
      else if (seenMs <= nowMs - PROOF_DELAY_MS) ids.push(id);
    }
    for (const id of ids) this.#seenAtMs.set(id, nowMs);
    return { ids, folders: proveAbsences(parts, ids, new Set()) };
  }
}
