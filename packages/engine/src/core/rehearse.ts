import type { EntryId } from '@tidesync/shared/ids';
import type { Place } from './entry.ts';
import type { EditedTree, OrderedEdit, TreeEdit } from './order-edits.ts';

export interface Rehearsed<E extends TreeEdit> {
  readonly done: OrderedEdit<E>[];
  readonly stuck: E[];
  /** Because of these, something that was parked for others found no place: to be arranged again without them. */
  readonly spoilers: E[];
}

/** Walks through edits in their order on paper, and leaves out those that a real tree would refuse. */
export function rehearse<E extends TreeEdit>(
  ordered: readonly OrderedEdit<E>[],
  tree: EditedTree,
): Rehearsed<E> {
  const draft = new Draft(tree);
  const done: OrderedEdit<E>[] = [];
  const stuck: E[] = [];
  const spoilers = new Set<E>();
  const parked = new Set<EntryId>();
  const placed = new Map<EntryId, E>();
  for (const one of ordered) {
    const { edit } = one;
    if (one.do === 'park') {
      parked.add(edit.id);
      draft.put(edit.id, one.to);
      done.push(one);
    } else if (draft.allows(edit)) {
      placed.set(edit.id, edit);
      draft.put(edit.id, edit.to);
      done.push(one);
    } else {
      stuck.push(edit);
      const holder = edit.to && draft.holder(edit.to);
      if (parked.has(edit.id)) spoilers.add((holder && placed.get(holder)) ?? edit);
    }
  }
  return { done, stuck, spoilers: [...spoilers] };
}

/** A tree with some entries at other places. */
class Draft {
  readonly #tree: EditedTree;
  readonly #places = new Map<EntryId, Place | null>();
  readonly #holders = new Map<string, EntryId>();
  readonly #arrivals = new Map<EntryId, Set<EntryId>>();

  constructor(tree: EditedTree) {
    this.#tree = tree;
  }

  allows({ id, from, to }: TreeEdit): boolean {
    if (to === null) return this.#isEmpty(id);
    if (to.parentId !== this.#tree.topId && this.#placeOf(to.parentId) === null) return false;
    const holder = this.holder(to);
    if (holder !== null && holder !== id) return false;
    return from === null || !this.#isWithin(to.parentId, id);
  }

  put(id: EntryId, to: Place | null): void {
    const from = this.#placeOf(id);
    if (from !== null) {
      this.#arrivals.get(from.parentId)?.delete(id);
      if (this.#holders.get(this.#key(from)) === id) this.#holders.delete(this.#key(from));
    }
    this.#places.set(id, to);
    if (to === null) return;
    this.#holders.set(this.#key(to), id);
    const arrived = this.#arrivals.get(to.parentId) ?? new Set();
    this.#arrivals.set(to.parentId, arrived.add(id));
  }

  #placeOf(id: EntryId): Place | null {
    const drafted = this.#places.get(id);
    return drafted === undefined ? this.#tree.placeOf(id) : drafted;
  }

  holder(place: Place): EntryId | null {
    const drafted = this.#holders.get(this.#key(place));
    if (drafted !== undefined) return drafted;
    const original = this.#tree.occupant(place);
    return original === null || this.#places.has(original) ? null : original;
  }

  #isEmpty(folder: EntryId): boolean {
    if ((this.#arrivals.get(folder)?.size ?? 0) > 0) return false;
    for (const child of this.#tree.children(folder)) if (!this.#places.has(child)) return false;
    return true;
  }

  #isWithin(inner: EntryId, outer: EntryId): boolean {
    let at: EntryId | undefined = inner;
    while (at !== undefined && at !== this.#tree.topId) {
      if (at === outer) return true;
      at = this.#placeOf(at)?.parentId;
    }
    return false;
  }

  #key({ parentId, name }: Place): string {
    return `${parentId}/${this.#tree.foldName(name)}`;
  }
}
