import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { localPathOf } from '../core/path-of.ts';
import type { Clock } from '../ports/environment.ts';
import type { RootJournal } from '../ports/journal.ts';
import type { Absence, LastIn } from './observe.ts';
import { detach } from './observe.ts';
import type { OpenParts } from './root-parts.ts';
import type { ScanReport } from './scan.ts';

/** Between a first absence and the look that proves it: programs delete a file and make it again. */
const PROOF_DELAY_MS = 500;

/** What the second look has to take in. */
export interface SecondLook {
  readonly ids: readonly EntryId[];
  readonly folders: ReadonlySet<RelPath> | 'all';
}

interface Missed {
  /** When it was seen absent; monotonic. */
  readonly atMs: number;
  /** The folder whose listing lacked it, or the way down to it. */
  readonly folder: EntryId | null;
  /** The look that missed it may have been at another folder than the root: it does not count. */
  readonly isDoubtful: boolean;
}

/** Entries that were seen absent once and wait for the second look (S15). */
export class Absences {
  readonly #clock: Clock;
  readonly #missed = new Map<EntryId, Missed>();
  /** Where each was seen last; of those that an earlier process has seen go nobody knows it. */
  readonly #lastIn = new Map<EntryId, LastIn>();
  /** Of these, folders: what was in them may still have to be proved. */
  readonly #folders = new Set<EntryId>();

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
    return this.#missed.size === 0;
  }

  /** When the next second look is due, monotonic; null if there is nothing to prove. */
  get nextLookAtMs(): number | null {
    let soonest: number | null = null;
    for (const { atMs } of this.#missed.values()) if (soonest === null || atMs < soonest) soonest = atMs;
    return soonest === null ? null : soonest + PROOF_DELAY_MS;
  }

  /** They were there until this look: it is the first that misses them, whatever was missed before. */
  vanished(parts: OpenParts, absences: readonly Absence[]): void {
    for (const { id, isFolder, lastIn } of absences) {
      this.#lastIn.set(id, lastIn);
      if (isFolder) this.#folders.add(id);
    }
    for (const { id } of absences) this.#miss(parts, id);
  }

  /** They have to be proved, whoever saw them go. */
  add(parts: OpenParts, ids: Iterable<EntryId>): void {
    for (const id of ids) if (!this.#missed.has(id)) this.#miss(parts, id);
  }

  /** The root was another folder just now. Whatever is missed has to be missed twice from here on. */
  doubt(): void {
    for (const [id, missed] of this.#missed) this.#missed.set(id, { ...missed, isDoubtful: true });
  }

  /**
   * Those old enough for the second look, and where it has to look. What was gone with its folder begins anew where
   * that folder is there again: in it nobody has looked but once.
   */
  takeOld(parts: OpenParts): SecondLook {
    const oldMs = this.#clock.monotonicMs() - PROOF_DELAY_MS;
    const ids: EntryId[] = [];
    for (const [id, { atMs, folder }] of this.#missed) {
      if (!isUnproven(parts, id)) this.#missed.delete(id);
      else if (folder !== this.#lastFolder(parts, id)) this.#miss(parts, id);
      else if (atMs <= oldMs) ids.push(id);
    }
    this.#forgetFound(parts);
    return { ids, folders: this.#foldersOf(parts, ids) };
  }

  /** After that look: what it missed as well is proved to be gone. What is not comes again by the next plan. */
  prove(parts: OpenParts, ids: readonly EntryId[], { listed, absent, isWhole }: ScanReport): void {
    const { journal } = parts;
    // What this very look has seen come back and go was missed by it for the first time.
    const sinceNow = new Set(absent.map(({ id }) => id));
    const old = ids.filter((id) => !sinceNow.has(id));
    const isDoubtful = (id: EntryId) => this.#missed.get(id)?.isDoubtful === true;
    const [doubtful, proving] = [old.filter(isDoubtful), old.filter((id) => !isDoubtful(id))];
    journal.transaction(() => {
      for (const id of proving) {
        if (!isUnproven(parts, id) || !(isWhole || this.#lastIn.has(id))) continue;
        const triple = journal.get(id);
        const folder = this.#lastFolder(parts, id);
        // Its last folder went out of sync with all that was in it (S19): nobody deleted it.
        if (folder === null) detach(journal, id);
        else if (listed.has(folder) && this.#missed.get(id)?.folder === folder)
          journal.set(id, { ...triple, local: { is: 'absent', confirmed: true } });
      }
    });
    for (const id of proving) this.#missed.delete(id);
    for (const id of doubtful) this.#miss(parts, id); // this look is the first that counts
  }

  #miss(parts: OpenParts, id: EntryId): void {
    this.#newestMs = this.#clock.monotonicMs();
    const folder = this.#lastFolder(parts, id);
    this.#missed.set(id, { atMs: this.#newestMs, folder, isDoubtful: false });
  }

  /** Where something was that is here again, or that nobody has to look for. */
  #forgetFound(parts: OpenParts): void {
    const mayHoldMore = (id: EntryId) =>
      this.#folders.has(id) && this.#missed.size > 0 && parts.journal.get(id).local.is === 'absent';
    for (const id of this.#lastIn.keys()) {
      if (isUnproven(parts, id) || mayHoldMore(id)) continue;
      this.#lastIn.delete(id);
      this.#folders.delete(id);
    }
  }

  #foldersOf(parts: OpenParts, ids: readonly EntryId[]): Set<RelPath> | 'all' {
    if (ids.some((id) => !this.#lastIn.has(id))) return 'all';
    const { journal } = parts;
    return new Set(
      ids.map((id) => localPathOf(journal, this.#lastFolder(parts, id) ?? journal.topId) ?? TOP),
    );
  }

  /**
   * The lowest folder that is there of those that the entry was last seen in: if its listing lacks the way down, all
   * below is absent. Null where there is none: the last one is here, but masked by ignore rules.
   */
  #lastFolder({ journal }: OpenParts, id: EntryId): EntryId | null {
    const been = new Set<EntryId>();
    for (let at = this.#wayUp(journal, id); at !== null && !been.has(at.folder); ) {
      const { folder } = at;
      if (folder === journal.topId || journal.get(folder).local.is === 'present') return folder;
      been.add(folder);
      at = at.above ?? this.#wayUp(journal, folder);
    }
    return null;
  }

  #wayUp(journal: RootJournal, id: EntryId): LastIn | null {
    const { base } = journal.get(id);
    return this.#lastIn.get(id) ?? (base === null ? null : { folder: base.parentId, above: null });
  }
}

/** Seen absent, and not proved so yet. */
function isUnproven({ journal }: OpenParts, id: EntryId): boolean {
  const { base, local } = journal.get(id);
  return base !== null && local.is === 'absent' && !local.confirmed;
}
