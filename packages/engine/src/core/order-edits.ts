import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Place } from './entry.ts';
import { rehearse } from './rehearse.ts';

/** A change of one entry's place in one tree: made (`from` null), removed (`to` null), or moved. */
export interface TreeEdit {
  readonly id: EntryId;
  readonly from: Place | null;
  readonly to: Place | null;
}

/** One tree before any edit. */
export interface EditedTree {
  readonly topId: EntryId;
  /** Null: not in this tree. */
  placeOf(id: EntryId): Place | null;
  /** Who has that name in that folder, as this tree compares names. */
  occupant(place: Place): EntryId | null;
  children(folder: EntryId): Iterable<EntryId>;
  /** Equal for names that this tree takes for the same. */
  foldName(name: EntryName): string;
}

export interface OrderInput<E extends TreeEdit> {
  readonly edits: readonly E[];
  readonly tree: EditedTree;
  /** What is parked is put in its place by a later edit of this list, or only when it is planned again. */
  readonly parkedUntil: 'placed' | 'nextPlan';
}

export type OrderedEdit<E extends TreeEdit> =
  | { readonly do: 'edit'; readonly edit: E }
  /** Out of the way first, because edits wait for each other in a ring (two names swapped, for one). */
  | { readonly do: 'park'; readonly edit: E; readonly to: Place };

export interface OrderedEdits<E extends TreeEdit> {
  /** Each finds its parent there, its name free and (for removals) its folder empty; so does every prefix. */
  readonly ordered: OrderedEdit<E>[];
  /** What cannot be done in any order: something that is not among the edits stands in the way. */
  readonly waiting: E[];
}

/**
 * Parents go before what moves into them, those who leave a name before those who take it, contents before their
 * folder's removal (S20). A ring is broken by parking one of its movers. No recursion: a chain of renames may be
 * as long as a folder is large.
 */
export function orderEdits<E extends TreeEdit>({ edits, tree, parkedUntil }: OrderInput<E>): OrderedEdits<E> {
  const waiting: E[] = [];
  for (let rest = edits; ; ) {
    const arranged = arrange({ edits: rest, tree, parkedUntil });
    const { done, stuck, spoilers } = rehearse(arranged, tree);
    if (spoilers.length === 0) return { ordered: done, waiting: [...waiting, ...stuck] };
    waiting.push(...spoilers);
    rest = rest.filter((edit) => !spoilers.includes(edit));
  }
}

const parkingName = (id: EntryId) => `.tidesync-moving-${id}`;

/** Whether an entry is parked under that name, in the top folder. */
export function isParkingNameOf(name: EntryName, id: EntryId): boolean {
  const rest = name.startsWith(parkingName(id)) ? name.slice(parkingName(id).length) : null;
  return rest !== null && /^(-\d+)?$/.test(rest);
}

/** In the top folder, which is never removed, under a name that nobody has and nobody is to get. */
function parkingPlace(id: EntryId, tree: EditedTree, edits: readonly TreeEdit[]): Place {
  for (let number = 1; ; number++) {
    const name = `${parkingName(id)}${number === 1 ? '' : `-${number}`}` as EntryName;
    const place = { parentId: tree.topId, name };
    const wanted = edits.some(({ to }) => to !== null && to.name === name);
    if (!wanted && tree.occupant(place) === null) return place;
  }
}

interface Visit<E extends TreeEdit> {
  readonly edit: E;
  readonly dependencies: readonly E[];
  next: number;
}

function arrange<E extends TreeEdit>({ edits, tree, parkedUntil }: OrderInput<E>): OrderedEdit<E>[] {
  const byId = new Map(edits.map((edit) => [edit.id, edit]));
  const done = new Set<EntryId>();
  const parked = new Set<EntryId>();
  const ordered: OrderedEdit<E>[] = [];

  const visit = (edit: E): Visit<E> => ({ edit, dependencies: dependencies(edit, tree, byId), next: 0 });
  const finish = (edit: E): void => {
    done.add(edit.id);
    if (parkedUntil === 'placed' || !parked.has(edit.id)) ordered.push({ do: 'edit', edit });
  };
  /** Parks the last mover of the ring that ends the path; the path goes on with whoever waited for it. */
  const breakRing = (path: Visit<E>[], ringStart: number): void => {
    const depth = path.findLastIndex(({ edit }, at) => at >= ringStart && isMove(edit));
    const mover = path[depth]?.edit;
    if (mover === undefined) return; // no real tree has such a ring; the rehearsal leaves it out
    parked.add(mover.id);
    ordered.push({ do: 'park', edit: mover, to: parkingPlace(mover.id, tree, edits) });
    path.length = depth;
  };

  /** Visits what an edit depends on, then the edit. Ends early when the edit itself had to be parked. */
  const settle = (first: E): void => {
    const path = [visit(first)];
    const depthOf = new Map([[first.id, 0]]);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const dependency = at.dependencies[at.next++];
      if (dependency === undefined) {
        finish(at.edit);
        path.pop();
        continue;
      }
      if (done.has(dependency.id) || parked.has(dependency.id)) continue;
      const depth = depthOf.get(dependency.id) ?? path.length;
      if (path[depth]?.edit === dependency) breakRing(path, depth);
      else {
        depthOf.set(dependency.id, path.length);
        path.push(visit(dependency));
      }
    }
  };

  for (const edit of edits) while (!done.has(edit.id)) settle(edit);
  return ordered;
}

function dependencies<E extends TreeEdit>(edit: E, tree: EditedTree, byId: Map<EntryId, E>): E[] {
  const found: (E | undefined)[] = [];
  if (edit.to !== null) {
    found.push(nearestEdited(edit.to.parentId, tree, byId));
    const holder = tree.occupant(edit.to);
    if (holder !== null && holder !== edit.id) found.push(byId.get(holder));
  } else {
    for (const child of tree.children(edit.id)) found.push(byId.get(child));
  }
  return found.filter((dependency) => dependency !== undefined && dependency.id !== edit.id) as E[];
}

/** The folder itself, or the first one above it that moves: before that, it may lie inside what is to go into it. */
function nearestEdited<E extends TreeEdit>(
  folder: EntryId,
  tree: EditedTree,
  byId: Map<EntryId, E>,
): E | undefined {
  for (let at: EntryId | undefined = folder; at !== undefined && at !== tree.topId; ) {
    const edit = byId.get(at);
    if (edit !== undefined && edit.to !== null) return edit;
    at = tree.placeOf(at)?.parentId;
  }
  return undefined;
}

function isMove(edit: TreeEdit): boolean {
  return edit.from !== null && edit.to !== null;
}
