import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { localPathOf } from '../core/path-of.ts';
import type { Clock } from '../ports/environment.ts';
import type { OpenParts } from './root-parts.ts';
import { isUnproven, nearestPresent } from './scan.ts';

/** Between a first absence and the look that proves it: programs delete a file and make it again. */
const PROOF_DELAY_MS = 500;

/** What was seen absent, and in which folder: the lowest one above that was there. */
export interface Absence {
  readonly id: EntryId;
  readonly folder: EntryId;
}

/** Entries that were seen absent once and wait for the second look (S15). */
export class Absences {
  readonly #clock: Clock;
  /** Where each was seen absent, and when, or last looked for; monotonic. */
  readonly #seen = new Map<EntryId, { readonly atMs: number; readonly folder: EntryId }>();

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
    return this.#seen.size === 0;
  }

  /** When the next second look is due, monotonic; null if there is nothing to prove. */
  get nextLookAtMs(): number | null {
    let soonest: number | null = null;
    for (const { atMs } of this.#seen.values()) if (soonest === null || atMs < soonest) soonest = atMs;
    return soonest === null ? null : soonest + PROOF_DELAY_MS;
  }

  add(parts: OpenParts, ids: Iterable<EntryId>): void {
    for (const id of ids) {
      if (this.#seen.has(id)) continue;
      this.#newestMs = this.#clock.monotonicMs();
      this.#seen.set(id, { atMs: this.#newestMs, folder: nearestPresent(parts, id) });
    }
  }

  drop(absences: readonly Absence[]): void {
    for (const { id } of absences) this.#seen.delete(id);
  }

  /**
   * Those old enough for the second look, and the folders that it has to take in. Until they are dropped they
   * come again after the delay, so a look that failed is made again. What was gone with its folder begins anew where
   * that folder is there again: in it nobody has looked but once.
   */
  takeOld(parts: OpenParts): { absences: Absence[]; folders: RelPath[] } {
    const nowMs = this.#clock.monotonicMs();
    const old: Absence[] = [];
    for (const [id, { atMs, folder }] of this.#seen) {
      if (!isUnproven(parts, id)) this.#seen.delete(id);
      else if (nearestPresent(parts, id) !== folder)
        this.#seen.set(id, { atMs: nowMs, folder: nearestPresent(parts, id) });
      else if (atMs <= nowMs - PROOF_DELAY_MS) old.push({ id, folder });
    }
    for (const { id, folder } of old) this.#seen.set(id, { atMs: nowMs, folder });
    const folders = new Set(old.map(({ folder }) => localPathOf(parts.journal, folder) ?? TOP));
    return { absences: old, folders: [...folders] };
  }
}

/** After a second look: what is absent still, in the folder in which it was before, is proved so. */
export function proveAbsences(
  parts: OpenParts,
  absences: readonly Absence[],
  listed: ReadonlySet<EntryId>,
): void {
  const { journal } = parts;
  journal.transaction(() => {
    for (const { id, folder } of absences) {
      const isSeenAgain = isUnproven(parts, id) && listed.has(folder) && nearestPresent(parts, id) === folder;
      if (isSeenAgain) journal.set(id, { ...journal.get(id), local: { is: 'absent', confirmed: true } });
    }
  });
}
