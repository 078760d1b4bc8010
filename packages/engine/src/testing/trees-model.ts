import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { BaseEntry, LocalState, RemoteState, Triple } from '../core/entry.ts';
import {
  LOCAL_ABSENT,
  localEqualsBase,
  localOfBase,
  REMOTE_ABSENT,
  remoteEqualsBase,
  remoteOfBase,
} from '../core/entry.ts';
import type { Trees } from '../core/trees.ts';

type Side = 'local' | 'remote';

/** The three trees as plainly as they can be written: whole triples in a map, every question a walk over it. */
export class TreesModel implements Trees {
  readonly topId: EntryId;
  readonly #triples = new Map<EntryId, Triple>();
  /** Insertion order is the order in which entries began to differ. */
  readonly #dirty = new Set<EntryId>();

  constructor(topId: EntryId) {
    this.topId = topId;
  }

  get(id: EntryId): Triple {
    return this.#triples.get(id) ?? { base: null, local: LOCAL_ABSENT, remote: REMOTE_ABSENT };
  }

  set(id: EntryId, { base, local, remote }: Triple): void {
    const localAgrees = base === null ? isGone(local) : localEqualsBase(local, base);
    const remoteAgrees = base === null ? remote.is === 'absent' : remoteEqualsBase(remote, base);
    this.#triples.set(id, {
      base,
      local: localAgrees ? agreedLocal(base) : local,
      remote: remoteAgrees ? agreedRemote(base) : remote,
    });
    if (localAgrees && remoteAgrees) this.#dirty.delete(id);
    else this.#dirty.add(id);
    if (base === null && localAgrees && remoteAgrees) this.#triples.delete(id);
  }

  rename(from: EntryId, to: EntryId): void {
    if (from === to) return;
    const old = this.get(from);
    const known = this.get(to);
    this.set(from, { base: null, local: LOCAL_ABSENT, remote: REMOTE_ABSENT });
    this.set(to, {
      base: old.base ?? known.base,
      local: old.local.is === 'present' ? old.local : known.local,
      remote: old.remote.is === 'present' ? old.remote : known.remote,
    });
    const moved = <T extends { parentId: EntryId }>(state: T): T =>
      state.parentId === from ? { ...state, parentId: to } : state;
    for (const [id, { base, local, remote }] of this.#triples) {
      this.#triples.set(id, {
        base: base === null ? null : moved(base),
        local: local.is === 'present' ? moved(local) : local,
        remote: remote.is === 'present' ? moved(remote) : remote,
      });
    }
  }

  dirtyIds(): EntryId[] {
    return [...this.#dirty];
  }
  absentIds(): EntryId[] {
    return this.#where(({ base, local }) => base !== null && local.is === 'absent');
  }
  allIds(): EntryId[] {
    return [...this.#triples.keys()];
  }
  countEntries(): { base: number; dirty: number } {
    const base = [...this.#triples.values()].filter((triple) => triple.base !== null).length;
    return { base, dirty: this.#dirty.size };
  }
  localChildren(folder: EntryId): EntryId[] {
    return this.#childrenOf(folder, 'local');
  }
  remoteChildren(folder: EntryId): EntryId[] {
    return this.#childrenOf(folder, 'remote');
  }
  localAt(folder: EntryId, name: EntryName): EntryId | null {
    return this.#first(
      ({ local }) => local.is === 'present' && local.parentId === folder && local.name === name,
    );
  }
  remoteAt(folder: EntryId, name: EntryName): EntryId | null {
    return this.#first(
      ({ remote }) => remote.is === 'present' && remote.parentId === folder && remote.name === name,
    );
  }
  localByDiskName(folder: EntryId, localName: EntryName): EntryId | null {
    return this.#first(
      ({ local }) => local.is === 'present' && local.parentId === folder && local.localName === localName,
    );
  }
  baseByInode(inode: string, birthtimeNs: string): EntryId[] {
    return this.#where(
      ({ base }) => base !== null && base.stamp.inode === inode && base.stamp.birthtimeNs === birthtimeNs,
    );
  }
  baseByDiskName(folder: EntryId, localName: EntryName): EntryId[] {
    return this.#where(({ base }) => base?.parentId === folder && base.localName === localName);
  }
  baseByContent(contentId: string, limit: number): EntryId[] {
    const holds = (base: BaseEntry | null) => base?.body.kind === 'file' && base.body.contentId === contentId;
    return this.#where(({ base }) => holds(base)).slice(0, limit);
  }

  #childrenOf(folder: EntryId, side: Side): EntryId[] {
    const named = [...this.#triples].flatMap(([id, triple]) => {
      const state = triple[side];
      return state.is === 'present' && state.parentId === folder ? [{ id, name: state.name }] : [];
    });
    return named.sort((a, b) => byBytes(a.name, b.name) || byBytes(a.id, b.id)).map(({ id }) => id);
  }
  #where(holds: (triple: Triple) => boolean): EntryId[] {
    return [...this.#triples].flatMap(([id, triple]) => (holds(triple) ? [id] : [])).sort();
  }
  #first(holds: (triple: Triple) => boolean): EntryId | null {
    return this.#where(holds)[0] ?? null;
  }
}

const isGone = (local: LocalState): boolean => local.is === 'absent' && local.confirmed;
const agreedLocal = (base: BaseEntry | null): LocalState =>
  base === null ? LOCAL_ABSENT : localOfBase(base);
const agreedRemote = (base: BaseEntry | null): RemoteState =>
  base === null ? REMOTE_ABSENT : remoteOfBase(base);

/** UTF-8 order is the order of code points. */
function byBytes(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
