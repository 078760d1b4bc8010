import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { OWN_FOLDER } from '@tidesync/shared/names';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op, OpBody } from '@tidesync/shared/wire/sync';
import type { Place } from '../../domain/library-view.ts';
import { keyOf, LibraryView } from '../../domain/library-view.ts';
import { restoredName } from '../../domain/restored-name.ts';
import type { Reads } from '../../ports/store.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';

/** Of what was deleted: its time in the trash is over. A delete is the latest change of a deleted entry's content. */
export function isGone({ deleted, contentSeq }: EntryState, trashEndedSeq: number): boolean {
  return deleted && contentSeq <= trashEndedSeq;
}

/** Where a restore begins to look for deleted entries. */
export interface RestoreRoots {
  readonly asked: readonly EntryState[];
  /** Folders that earlier parts of the same restore brought back: what is still deleted in them belongs to it. */
  readonly revived: readonly EntryId[];
}

/** The deleted ones among the entries and everything deleted inside them, each folder before its content. */
export async function deletedWithin(
  reads: Reads,
  libraryId: LibraryId,
  { asked, revived }: RestoreRoots,
): Promise<EntryId[]> {
  const found = new Map<EntryId, EntryState>();
  let open: EntryId[] = [...revived];
  let level = asked.filter((state) => state.deleted);
  while (level.length > 0 || open.length > 0) {
    for (const state of level) {
      if (found.has(state.entryId)) continue;
      found.set(state.entryId, state);
      if (state.kind === 'folder') open.push(state.entryId);
    }
    level = await reads.tree.deletedChildren(libraryId, open);
    open = [];
  }
  return parentsFirst(found);
}

/** A file and its folder may both be asked for, in any order: the folder has to live before the file does. */
function parentsFirst(states: ReadonlyMap<EntryId, EntryState>): EntryId[] {
  const ordered = new Set<EntryId>();
  for (const state of states.values()) {
    const lineage: EntryId[] = [];
    let next: EntryState | undefined = state;
    while (next !== undefined && !ordered.has(next.entryId) && !lineage.includes(next.entryId)) {
      lineage.unshift(next.entryId);
      next = states.get(next.parentId);
    }
    for (const id of lineage) ordered.add(id);
  }
  return [...ordered];
}

export interface RestorePlan {
  /** As the library stands before the restore. */
  readonly view: LibraryView;
  /** Folders before what lies in them. */
  readonly ops: readonly Extract<Op, { op: 'create' }>[];
}

/** Where the entries that are deleted now go; those that live again by now, or are gone, are left out. */
export async function planRestore(
  reads: Reads,
  libraryId: LibraryId,
  entryIds: readonly EntryId[],
): Promise<RestorePlan> {
  const loaded = await loadWithAncestors(reads, libraryId, entryIds);
  const ended = (await reads.libraries.byId(libraryId))?.trashEndedSeq ?? 0;
  const deleted = entryIds.flatMap((id) => {
    const state = loaded.get(id);
    return state?.deleted === true && !isGone(state, ended) ? [state] : [];
  });
  const entries = [...loaded.values()];
  const draft = new LibraryView(libraryId, { entries, occupants: [], childCounts: new Map() });
  const occupants = await Occupants.of(reads, { libraryId, deleted, draft });
  const ops = [];
  for (const state of deleted) {
    const { entryId, mtimeMs } = state;
    const parentId = nearestLiveFolder(draft, libraryId, state);
    const isFree = async (name: EntryName) =>
      !(name === OWN_FOLDER && draft.isTop(parentId)) && (await occupants.isFree({ parentId, name }));
    const place = { parentId, name: await freeName(state.name, isFree) };
    draft.put({ ...state, ...place, deleted: false });
    ops.push({ op: 'create' as const, entryId, ...place, mtimeMs, body: bodyOf(state) });
  }
  const view = new LibraryView(libraryId, { entries, occupants: occupants.met, childCounts: new Map() });
  return { view, ops };
}

interface OccupantsFrom {
  readonly libraryId: LibraryId;
  readonly deleted: readonly EntryState[];
  /** Gets what is planned while the plan grows. */
  readonly draft: LibraryView;
}

/** Who is at a place already. */
class Occupants {
  /** The stored ones that stood in the way of something. */
  readonly met: EntryState[] = [];
  readonly #reads: Reads;
  readonly #from: OccupantsFrom;
  readonly #returning: ReadonlySet<EntryId>;
  /** Whether a stored one is there, for places that were looked at. */
  readonly #isTaken = new Map<string, boolean>();

  private constructor(reads: Reads, from: OccupantsFrom) {
    this.#reads = reads;
    this.#from = from;
    this.#returning = new Set(from.deleted.map((state) => state.entryId));
  }

  /** Looks at the old place of each first, with one query for all. */
  static async of(reads: Reads, from: OccupantsFrom): Promise<Occupants> {
    const occupants = new Occupants(reads, from);
    await occupants.#look(from.deleted.filter(({ parentId }) => !occupants.#returning.has(parentId)));
    return occupants;
  }

  async isFree(place: Place): Promise<boolean> {
    if (this.#from.draft.occupant(place) !== null) return false;
    // A folder that only comes back now has nobody in it but what comes back with it.
    if (this.#returning.has(place.parentId)) return true;
    if (!this.#isTaken.has(keyOf(place))) await this.#look([place]);
    return this.#isTaken.get(keyOf(place)) === false;
  }

  async #look(places: readonly Place[]): Promise<void> {
    const stored = await this.#reads.tree.entriesAt(this.#from.libraryId, places);
    for (const place of places) this.#isTaken.set(keyOf(place), false);
    for (const state of stored) this.#isTaken.set(keyOf(state), true);
    this.met.push(...stored);
  }
}

function nearestLiveFolder(view: LibraryView, libraryId: LibraryId, state: EntryState): EntryId {
  let id = state.parentId;
  while (!view.isLiveFolder(id)) id = view.entry(id)?.parentId ?? topFolderOf(libraryId);
  return id;
}

async function freeName(
  wanted: EntryName,
  isFree: (name: EntryName) => Promise<boolean>,
): Promise<EntryName> {
  for (let attempt = 0; ; attempt++) {
    const name = restoredName(wanted, attempt);
    if (await isFree(name)) return name;
  }
}

function bodyOf(state: EntryState): OpBody {
  switch (state.kind) {
    case 'folder':
      return { kind: 'folder' };
    case 'file':
      return { kind: 'file', contentId: state.contentId, executable: state.executable };
    case 'symlink':
      return { kind: 'symlink', target: state.target };
  }
}
