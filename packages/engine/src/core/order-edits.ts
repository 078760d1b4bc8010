import type { EntryId } from '@tidesync/shared/ids';
import type { Place } from './entry.ts';

/** A change of one entry's place in one tree: made (`from` null), removed (`to` null), or moved. */
export interface TreeEdit {
  readonly id: EntryId;
  readonly from: Place | null;
  readonly to: Place | null;
}

export interface OrderInput<E extends TreeEdit> {
  readonly edits: readonly E[];
  /** Who is at a place of the tree before any edit. */
  occupant(place: Place): EntryId | null;
  /** Who is in a folder of the tree before any edit. */
  children(folder: EntryId): Iterable<EntryId>;
}

export type OrderedEdit<E extends TreeEdit> =
  | { readonly do: 'edit'; readonly edit: E }
  /** Out of the way first, because edits wait for each other in a ring (two names swapped, for one). */
  | { readonly do: 'park'; readonly edit: E };

/**
 * An order in which every edit finds its parent there, its name free and (for removals) its folder empty.
 * Parents go before what moves into them, those who leave a name before those who take it, contents before
 * their folder's removal. A ring is broken by parking one of its movers.
 */
export function orderEdits<E extends TreeEdit>({
  edits,
  occupant,
  children,
}: OrderInput<E>): OrderedEdit<E>[] {
  const byId = new Map(edits.map((edit) => [edit.id, edit]));
  const state = new Map<EntryId, 'open' | 'done'>();
  const waitingFor = new Map<EntryId, E[]>();
  const ordered: OrderedEdit<E>[] = [];

  const emit = (edit: E): void => {
    ordered.push({ do: 'edit', edit });
    state.set(edit.id, 'done');
    for (const waiting of waitingFor.get(edit.id) ?? []) emit(waiting);
  };

  const visit = (edit: E): void => {
    if (state.has(edit.id)) return;
    state.set(edit.id, 'open');
    for (const dependency of dependencies(edit)) {
      visit(dependency);
      if (state.get(dependency.id) !== 'open') continue;
      // A ring: one of the two must step aside. What is being made cannot, so then this one waits for it.
      if (isMove(dependency)) ordered.push({ do: 'park', edit: dependency });
      else if (isMove(edit)) {
        ordered.push({ do: 'park', edit });
        waitingFor.set(dependency.id, [...(waitingFor.get(dependency.id) ?? []), edit]);
        return;
      }
    }
    emit(edit);
  };

  const dependencies = (edit: E): E[] => {
    const found: (E | undefined)[] = [];
    if (edit.to !== null) {
      found.push(byId.get(edit.to.parentId));
      const holder = occupant(edit.to);
      if (holder !== null && holder !== edit.id) found.push(byId.get(holder));
    } else {
      for (const child of children(edit.id)) found.push(byId.get(child));
    }
    return found.filter((dependency) => dependency !== undefined);
  };

  for (const edit of edits) visit(edit);
  return ordered;
}

function isMove(edit: TreeEdit): boolean {
  return edit.from !== null && edit.to !== null;
}
