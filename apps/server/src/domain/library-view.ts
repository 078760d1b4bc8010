import { assert } from '@tidesync/shared/brand';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';

/** A place that an entry has or wants: one name in one folder. */
export interface Place {
  readonly parentId: EntryId;
  readonly name: EntryName;
}

/** What has to be loaded before operations can be judged. */
export interface Surroundings {
  /** Every entry that the operations name and every ancestor of the folders they name, deleted ones too. */
  readonly entries: readonly EntryState[];
  /** The live entries at the places that the operations want. */
  readonly occupants: readonly EntryState[];
  /** Live children of the folders that the operations delete. */
  readonly childCounts: ReadonlyMap<EntryId, number>;
}

/** The entries that operations name: their own and the folders they go to. */
export function entriesNamed(ops: readonly Op[]): EntryId[] {
  return [...new Set(ops.flatMap((op) => ('parentId' in op ? [op.entryId, op.parentId] : [op.entryId])))];
}

/** The places that operations want. */
export function placesWanted(ops: readonly Op[]): Place[] {
  return ops.flatMap((op) => ('parentId' in op ? [{ parentId: op.parentId, name: op.name }] : []));
}

/** The same for the same place, and for no other. */
export const keyOf = (place: Place) => `${place.parentId}/${place.name}`;

/**
 * The part of a library that a commit touches, as it stands between two of the commit's operations.
 * Reading something that was not loaded is a bug only where it could be: an id that is unknown here does not exist.
 */
export class LibraryView {
  readonly #topId: EntryId;
  readonly #entries: Map<EntryId, EntryState>;
  readonly #occupants: Map<string, EntryId>;
  readonly #childCounts: Map<EntryId, number>;

  constructor(libraryId: LibraryId, surroundings: Surroundings) {
    const { entries, occupants, childCounts } = surroundings;
    this.#topId = topFolderOf(libraryId);
    this.#entries = new Map([...entries, ...occupants].map((state) => [state.entryId, state]));
    const live = [...this.#entries.values()].filter((state) => !state.deleted);
    this.#occupants = new Map(live.map((state) => [keyOf(state), state.entryId]));
    this.#childCounts = new Map(childCounts);
  }

  /** The top folder has no state: it cannot change. */
  isTop(id: EntryId): boolean {
    return id === this.#topId;
  }

  entry(id: EntryId): EntryState | null {
    return this.#entries.get(id) ?? null;
  }

  isLiveFolder(id: EntryId): boolean {
    if (this.isTop(id)) return true;
    const state = this.entry(id);
    return state !== null && state.kind === 'folder' && !state.deleted;
  }

  /** The live entry at a place. */
  occupant(place: Place): EntryState | null {
    const id = this.#occupants.get(keyOf(place));
    return id === undefined ? null : this.entry(id);
  }

  hasChildren(folder: EntryId): boolean {
    return (this.#childCounts.get(folder) ?? 0) > 0;
  }

  /** Ids from a live folder up to the top, itself first, the top left out. */
  lineage(folder: EntryId): EntryId[] {
    const ids: EntryId[] = [];
    for (let id = folder; !this.isTop(id); ) {
      const state = this.entry(id);
      assert(state !== null && !ids.includes(id), 'live folders lead to the top');
      ids.push(id);
      id = state.parentId;
    }
    return ids;
  }

  /** An entry that is stored and was not loaded, as it lives; one that is known stays as it is in this view. */
  learn(state: EntryState): void {
    if (this.#entries.has(state.entryId)) return;
    this.#entries.set(state.entryId, state);
    this.#occupants.set(keyOf(state), state.entryId);
  }

  /** Takes over what an operation left of an entry. */
  put(next: EntryState): void {
    const former = this.entry(next.entryId);
    if (former !== null && !former.deleted) {
      this.#occupants.delete(keyOf(former));
      this.#count(former.parentId, -1);
    }
    this.#entries.set(next.entryId, next);
    if (!next.deleted) {
      this.#occupants.set(keyOf(next), next.entryId);
      this.#count(next.parentId, 1);
    }
  }

  #count(folder: EntryId, step: 1 | -1): void {
    this.#childCounts.set(folder, (this.#childCounts.get(folder) ?? 0) + step);
  }
}
