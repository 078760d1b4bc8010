import { assert } from '@tidesync/shared/brand';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { OWN_FOLDER } from '@tidesync/shared/names';
import type { NotUndoneReason } from '@tidesync/shared/wire/batches';
import type { Change, EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { applyOp } from '../../domain/apply-op.ts';
import type { Place } from '../../domain/library-view.ts';
import { LibraryView } from '../../domain/library-view.ts';
import { restoredName } from '../../domain/restored-name.ts';
import type { EntryUndo, Inverse, PastChange, UndoCommits } from '../../domain/undo-changes.ts';
import { inverseOf, reasonOf, restoreOp, standingOf, undoOf } from '../../domain/undo-changes.ts';
import type { Reads } from '../../ports/store.ts';
import type { JournalRow } from '../../ports/store-tree.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';

interface DraftFrom {
  readonly libraryId: LibraryId;
  /** Those that are to be undone, the latest first. */
  readonly changes: readonly JournalRow[];
  readonly commits: UndoCommits;
  /** Of the first change that the undo makes. */
  readonly nextSeq: number;
}
interface Loaded {
  readonly entries: Map<EntryId, EntryState>;
  readonly undos: Map<EntryId, EntryUndo>;
  /** By the seq of the change that ended it: what an entry was before. */
  readonly formers: ReadonlyMap<number, EntryState>;
  readonly view: LibraryView;
  /** The contents, of those that entries had before, that are still kept. */
  readonly kept: ReadonlySet<ContentId>;
}

/** A part of an undo while it grows: the library as it will be, and the changes that make it so. */
export class UndoDraft {
  readonly made: Change[] = [];
  readonly notUndone = new Map<EntryId, NotUndoneReason>();
  undone = 0;
  readonly #reads: Reads;
  readonly #from: DraftFrom;
  readonly #loaded: Loaded;
  readonly #sizes = new Map<ContentId, number>();

  private constructor(reads: Reads, from: DraftFrom, loaded: Loaded) {
    this.#reads = reads;
    this.#from = from;
    this.#loaded = loaded;
    for (const state of [...loaded.formers.values(), ...loaded.entries.values()])
      if (state.kind === 'file') this.#sizes.set(state.contentId, state.sizeBytes);
  }

  /** Loads all that the undoing of these changes touches, but for other names that restored entries may need. */
  static async load(reads: Reads, from: DraftFrom): Promise<UndoDraft> {
    const { libraryId, changes, commits } = from;
    const ids = [...new Set(changes.map(({ state }) => state.entryId))];
    const history = await reads.batches.historySince(libraryId, ids, changes.at(-1)?.seq ?? 0);
    const byEntry = Map.groupBy(history, ({ state }) => state.entryId);
    const undos = new Map(ids.map((id) => [id, undoOf(byEntry.get(id) ?? [], commits)]));
    const formers = new Map(
      history.flatMap(({ endedSeq, state }) => (endedSeq === null ? [] : [[endedSeq, state] as const])),
    );
    const wanted = changes.flatMap(({ seq }) => formers.get(seq) ?? []);
    const named = [...ids, ...wanted.map(({ parentId }) => parentId)];
    const entries = await loadWithAncestors(reads, libraryId, [...new Set(named)]);
    const occupants = await reads.tree.entriesAt(libraryId, wanted);
    const folders = ids.filter((id) => entries.get(id)?.kind === 'folder');
    const childCounts = await reads.tree.childCounts(libraryId, folders);
    const view = new LibraryView(libraryId, { entries: [...entries.values()], occupants, childCounts });
    const contents = wanted.flatMap((state) => (state.kind === 'file' ? [state.contentId] : []));
    const kept = await reads.content.knownContents(libraryId, [...new Set(contents)]);
    return new UndoDraft(reads, from, { entries, undos, formers, view, kept });
  }

  /** The entries that the changes are about and the folders above them, as they are stored. */
  get entries(): ReadonlyMap<EntryId, EntryState> {
    return this.#loaded.entries;
  }

  /** Undoes one change, if it can be; only ever the latest that is left. */
  async undo({ seq, state: { entryId } }: JournalRow): Promise<void> {
    const { undos, formers, view } = this.#loaded;
    const undo = undos.get(entryId);
    assert(undo !== undefined, 'the history of what is undone was loaded');
    const standing = standingOf(undo, seq);
    if (standing === 'done') this.undone++;
    if (standing === 'changed' && !this.notUndone.has(entryId)) this.notUndone.set(entryId, 'changed');
    const change = undo.changes.find((one) => one.seq === seq);
    const current = view.entry(entryId);
    if (standing !== 'next' || change === undefined || current === null) return;
    const reason = await this.#invert(change, formers.get(seq) ?? null, current);
    if (reason !== null) this.notUndone.set(entryId, reason);
    else {
      undos.set(entryId, { ...undo, doneCount: undo.doneCount + 1 });
      this.undone++;
    }
  }

  async #invert(
    change: PastChange,
    former: EntryState | null,
    current: EntryState,
  ): Promise<NotUndoneReason | null> {
    const inverse = inverseOf(change, former, current);
    if (former !== null && setsContent(inverse) && !this.#isKept(former)) return 'expired';
    if (inverse.is === 'op') return this.#apply(inverse.op);
    return this.#apply(restoreOp(inverse.to, await this.#placeFor(inverse.to)));
  }

  #apply(op: Op): NotUndoneReason | null {
    const { view } = this.#loaded;
    if (op.op === 'move' && this.#isTooDeep(op)) return 'tooDeep';
    const seq = this.#from.nextSeq + this.made.length;
    const sizeOf = (contentId: ContentId) => this.#sizes.get(contentId) ?? 0;
    // What the server had it may have again, whatever files it takes now.
    const result = applyOp(view, op, { seq, sizeOf, files: OPEN_POLICY });
    if (result.result === 'conflict') return reasonOf(result.reason);
    if (result.result === 'adopted') return 'nameTaken';
    view.put(result.state);
    this.made.push({ seq, state: result.state });
    return null;
  }

  #isKept(former: EntryState): boolean {
    return former.kind !== 'file' || this.#loaded.kept.has(former.contentId);
  }

  #isTooDeep({ parentId }: Pick<Place, 'parentId'>): boolean {
    const { view } = this.#loaded;
    return view.isLiveFolder(parentId) && view.lineage(parentId).length >= limits.pathDepthMax;
  }

  /** Its old place; where the folder is gone, in the nearest one above that lives; where the name is taken, another. */
  async #placeFor({ parentId, name }: EntryState): Promise<Place> {
    const { view } = this.#loaded;
    let folder = parentId;
    while (!view.isLiveFolder(folder) || this.#isTooDeep({ parentId: folder })) {
      const gone = view.entry(folder);
      assert(gone !== null, 'every folder that ever was is known');
      folder = gone.parentId;
    }
    for (let attempt = 0; ; attempt++) {
      const place = { parentId: folder, name: restoredName(name, attempt) };
      const isOurs = view.isTop(folder) && place.name === OWN_FOLDER;
      if (!isOurs && (await this.#isFree(place, attempt === 0 && folder === parentId))) return place;
    }
  }

  async #isFree(place: Place, isLoaded: boolean): Promise<boolean> {
    const { view } = this.#loaded;
    if (!isLoaded) {
      const [stored] = await this.#reads.tree.entriesAt(this.#from.libraryId, [place]);
      if (stored !== undefined) view.learn(stored);
    }
    return view.occupant(place) === null;
  }
}

const setsContent = (inverse: Inverse) => inverse.is === 'restore' || inverse.op.op === 'write';
