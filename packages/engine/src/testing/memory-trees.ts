import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Place, Triple } from '../core/entry.ts';
import { localEqualsBase, NOWHERE, remoteEqualsBase } from '../core/entry.ts';
import type { Trees } from '../core/trees.ts';

export const TOP_ID = 'top' as EntryId;

/** The three trees in a Map: no index, no disk, nothing that could be wrong in the same way as the journal. */
export class MemoryTrees implements Trees {
  readonly topId = TOP_ID;
  readonly #triples = new Map<EntryId, Triple>();

  get(id: EntryId): Triple {
    return this.#triples.get(id) ?? NOWHERE;
  }

  set(id: EntryId, triple: Triple): void {
    const { base, local, remote } = triple;
    if (base === null && local.is === 'absent' && local.confirmed && remote.is === 'absent')
      this.#triples.delete(id);
    else this.#triples.set(id, triple);
  }

  /** The local entry `from` becomes the local side of `to`; whatever lay in `from` lies in `to`. */
  rename(from: EntryId, to: EntryId): void {
    const { base, local } = this.get(from);
    this.#triples.delete(from);
    this.set(to, { base, local, remote: this.get(to).remote });
    const moved = <P extends Place>(place: P): P =>
      place.parentId === from ? { ...place, parentId: to } : place;
    for (const [id, triple] of this.#triples) {
      this.#triples.set(id, {
        base: triple.base && moved(triple.base),
        local: triple.local.is === 'present' ? moved(triple.local) : triple.local,
        remote: triple.remote.is === 'present' ? moved(triple.remote) : triple.remote,
      });
    }
  }

  ids(): EntryId[] {
    return [...this.#triples.keys()];
  }

  dirtyIds(max = Number.POSITIVE_INFINITY): EntryId[] {
    return this.ids()
      .filter((id) => isDirty(this.get(id)))
      .slice(0, max);
  }

  absentIds(): EntryId[] {
    return this.ids().filter((id) => {
      const { base, local } = this.get(id);
      return base !== null && local.is === 'absent';
    });
  }

  localChildren(folder: EntryId): EntryId[] {
    return this.#children('local', folder).map(([id]) => id);
  }
  remoteChildren(folder: EntryId): EntryId[] {
    return this.#children('remote', folder).map(([id]) => id);
  }
  localAt(folder: EntryId, name: EntryName): EntryId | null {
    return this.#children('local', folder).find(([, found]) => found === name)?.[0] ?? null;
  }
  remoteAt(folder: EntryId, name: EntryName): EntryId | null {
    return this.#children('remote', folder).find(([, found]) => found === name)?.[0] ?? null;
  }

  #children(side: 'local' | 'remote', folder: EntryId): [EntryId, EntryName][] {
    const found: [EntryId, EntryName][] = [];
    for (const [id, triple] of this.#triples) {
      const state = triple[side];
      if (state.is === 'present' && state.parentId === folder) found.push([id, state.name]);
    }
    return found.sort(([, a], [, b]) => (a < b ? -1 : 1));
  }
}

export function isDirty({ base, local, remote }: Triple): boolean {
  return base === null || !localEqualsBase(local, base) || !remoteEqualsBase(remote, base);
}

/** The same trees for a planner that looks at everything. */
export function allDirty(trees: MemoryTrees): Trees {
  return {
    topId: trees.topId,
    get: (id) => trees.get(id),
    dirtyIds: (max) => trees.ids().slice(0, max),
    absentIds: () => trees.absentIds(),
    localChildren: (folder) => trees.localChildren(folder),
    remoteChildren: (folder) => trees.remoteChildren(folder),
    localAt: (folder, name) => trees.localAt(folder, name),
    remoteAt: (folder, name) => trees.remoteAt(folder, name),
  };
}
