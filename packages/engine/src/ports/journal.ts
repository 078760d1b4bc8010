import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { BatchId, ContentId, EntryId, LibraryId, OpId, RootId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import type { DeviceSettings } from '@tidesync/shared/wire/device-settings';
import type { Op, OpResult } from '@tidesync/shared/wire/sync';
import type { LocalState, Stamp, Triple } from '../core/entry.ts';
import type { DeleteThresholds } from '../core/mass-delete.ts';
import type { Trees } from '../core/trees.ts';
import type { PathTrouble } from '../core/trouble.ts';

/** A commit that left this device and whose answer is not recorded yet, with the local state each op came from. */
export interface SentCommit {
  readonly opId: OpId;
  /** What it belongs to; null: it was sent by a program that knew no batches. */
  readonly batchId: BatchId | null;
  readonly ops: readonly { readonly op: Op; readonly local: LocalState }[];
}

/** See tally.ts. `now` null: the first one is only being made. */
export interface Tally {
  readonly now: EntryName | null;
  readonly next: EntryName;
}

/** What this device has changed in a boot of its system: a power cut may still take it from the disk (S58). */
export interface YoungEntries {
  readonly ids: readonly EntryId[];
  readonly bootId: string;
  readonly atMs: number;
}

/** A move, or a setting aside, of a file: from before it gets its second name until it is recorded (T20). */
export interface MoveUnderWay {
  readonly id: EntryId;
  readonly from: RelPath;
  readonly to: RelPath;
  /** The folder of `to`. */
  readonly into: EntryId;
  /** `park`: out of the way of others. `copyId`: the entry that a conflict copy becomes; null: it stays as it is. */
  readonly as: { readonly is: 'move' | 'park' } | { readonly is: 'copy'; readonly copyId: EntryId | null };
  /** Of the file, as it was before. */
  readonly inode: string;
  readonly birthtimeNs: string;
  /** How many names it had. */
  readonly links: number;
}

/** Trouble that keeps a path from being synced, as it is remembered between tries. */
export interface TroubleRecord {
  readonly path: RelPath;
  readonly trouble: PathTrouble;
  readonly sinceMs: number;
  readonly tries: number;
  /** Null: nothing is tried before the path changes. */
  readonly nextTryMs: number | null;
}

/** How far a root's checks have come. Positions are entries, walked in the order of their ids. */
export interface CheckState {
  /** Where the check in idle time goes on; null: at the start. */
  readonly idleAfter: EntryId | null;
  /** Whole walks so far. */
  readonly passes: number;
  /** In the walk that is under way. */
  readonly checked: number;
  readonly found: number;
  readonly last: { readonly endedMs: number; readonly checked: number; readonly found: number } | null;
  /** When the server's listing was last compared. */
  readonly comparedMs: number | null;
  /** Where a deep check that was stopped goes on; null: at the start. */
  readonly deepAfter: EntryId | null;
}

/** A file that holds other bytes than both sides agreed on, though its stamp shows no change. */
export interface DamageRecord {
  readonly id: EntryId;
  /** What was read. */
  readonly contentId: ContentId;
  /** Of the file when it was read: under another one this says nothing any more. */
  readonly stamp: Stamp;
  readonly sinceMs: number;
}

/** A person's yes to the delete of one entry, as it was then. */
export interface DeleteApproval {
  readonly contentSeq: number;
  readonly placeSeq: number;
  /** What the deletes that were approved together are sent as. */
  readonly batchId: BatchId;
}

export type ActivityKind =
  | 'uploaded'
  | 'downloaded'
  | 'movedHere'
  | 'movedThere'
  | 'deletedHere'
  | 'deletedThere'
  | 'madeHere'
  | 'madeThere'
  | 'conflict'
  | 'settled'
  | 'leftOut'
  | 'restored'
  | 'broughtBack';
export interface ActivityRecord {
  readonly atMs: number;
  readonly kind: ActivityKind;
  readonly path: RelPath;
  /** Bytes, an old path, a conflict copy's name, the version that was kept: as the kind calls for; else empty. */
  readonly detail: string;
}
export interface ConflictRecord {
  readonly atMs: number;
  readonly path: RelPath;
  readonly copyPath: RelPath;
}
/** What a person said about a conflict, for as long as it can be taken back. */
export interface ResolvedConflict extends ConflictRecord {
  readonly kept: 'both' | 'mine' | 'theirs';
  readonly resolvedMs: number;
  /** Where the version lies that was not kept, or is about to; null: both were kept. */
  readonly trashPath: RelPath | null;
}

/**
 * The engine's durable memory of one root (SQLite, synchronous=FULL). All methods are synchronous: nothing can
 * happen between a decision and its record. Every write outside `transaction` is a transaction of its own.
 *
 * `set` stores an entry's triple whole. Base is stored; local and remote only where they differ from it
 * (`localEqualsBase`, `remoteEqualsBase`; `NOWHERE`'s states where there is no base). What differs is dirty.
 */
export interface RootJournal extends Trees {
  transaction<T>(body: () => T): T;
  set(id: EntryId, triple: Triple): void;
  /**
   * Moves an entry's triple, and every place that names it as parent, to another id. Tree by tree: where `to`
   * is known already, it keeps what `from` has nothing to say about (no base; absent in local or remote).
   */
  rename(from: EntryId, to: EntryId): void;
  /** Entries of base with that inode and birthtime, for telling moves; usually none or one. */
  baseByInode(inode: string, birthtimeNs: string): EntryId[];
  /** Entries of base with that name, as this disk spells it; usually none or one. */
  baseByDiskName(folder: EntryId, localName: EntryName): EntryId[];
  /** Entries of base with that content. */
  baseByContent(contentId: ContentId, limit: number): EntryId[];
  /** The local entry under a name as this disk spells it. */
  localByDiskName(folder: EntryId, localName: EntryName): EntryId | null;
  countEntries(): { base: number; dirty: number };
  /** Entries of base that are no folders, at most `max`. Counted anew, which takes a look at so many. */
  countFiles(max: number): number;
  /** Every id in any tree, in any order; for full comparisons. */
  allIds(): Iterable<EntryId>;
  /**
   * Forgets the trees, the cursor, moves under way, what was sent, answered and approved: the next round merges and
   * deletes nothing.
   */
  forgetTrees(): void;

  cursor(): string | null;
  setCursor(cursor: string | null): void;
  /** The head that the last answer to a commit named, as a cursor; null: the cursor has been there since. */
  answered(): string | null;
  setAnswered(cursor: string | null): void;
  /** The paged first listing, while it is under way: next page token, and the cursor it began at. */
  listing(): { pageToken: string | null; cursor: string } | null;
  setListing(listing: { pageToken: string | null; cursor: string } | null): void;

  /** Names of the root's tally: the last one that it surely had, and the one that it was given then. Null: none yet. */
  tally(): Tally | null;
  setTally(tally: Tally | null): void;

  sent(): SentCommit | null;
  /** `young`: what of it is so. Noted with it, or neither is. */
  setSent(sent: SentCommit | null, young?: YoungEntries): void;

  noteYoung(young: YoungEntries): void;
  /** Those noted in other boots of the system than that one. */
  youngOfOtherBoots(bootId: string): EntryId[];
  dropYoung(ids: readonly EntryId[]): void;
  /** Those of that boot, up to that time: the system has written them back. */
  forgetYoung(old: { readonly bootId: string; readonly untilMs: number }): void;

  /** Noted before the file gets its second name; another one of the same entry to the same path gives way. */
  noteMove(move: MoveUnderWay): void;
  movesUnderWay(): MoveUnderWay[];
  dropMove(id: EntryId, to: RelPath): void;

  /** From when on deletes wait for a yes; the defaults until they are set. */
  deleteThresholds(): DeleteThresholds;
  setDeleteThresholds(thresholds: DeleteThresholds): void;
  approveDelete(id: EntryId, approval: DeleteApproval): void;
  approvalOf(id: EntryId): DeleteApproval | null;
  approvedIds(): EntryId[];
  dropApproval(id: EntryId): void;
  /** Whether some wait for a yes; setting the thresholds ends it. */
  holdsDeletes(): boolean;
  setHoldsDeletes(holds: boolean): void;
  /** Files whose deletes left in that time without a yes. */
  sentDeletes(between: { readonly afterMs: number; readonly untilMs: number }): number;
  /** Notes some more, and forgets those up to `forgetUntilMs`. */
  addSentDeletes(sent: {
    readonly files: number;
    readonly atMs: number;
    readonly forgetUntilMs: number;
  }): void;
  forgetSentDeletes(): void;

  /** Chunks of content that was read on this device; survives until pruned. */
  chunksOf(contentId: ContentId): ChunkRef[] | null;
  putChunks(contentId: ContentId, chunks: readonly ChunkRef[]): void;

  troubles(): TroubleRecord[];
  troubleAt(path: RelPath): TroubleRecord | null;
  putTrouble(record: TroubleRecord): void;
  clearTrouble(path: RelPath): void;

  /** Bounded: the oldest give way (activityMax). Newest first. */
  addActivity(record: ActivityRecord): void;
  activity(limit: number): ActivityRecord[];
  addConflict(record: ConflictRecord): void;
  conflicts(): ConflictRecord[];
  dropConflict(copyPath: RelPath): void;
  addResolvedConflict(record: ResolvedConflict): void;
  /** The latest first. */
  resolvedConflicts(): ResolvedConflict[];
  dropResolvedConflict(record: ConflictRecord): void;
  forgetResolvedConflicts(resolvedBeforeMs: number): void;

  /** How far the checks have come; null: none has begun. */
  checks(): CheckState | null;
  setChecks(state: CheckState): void;
  damages(): DamageRecord[];
  putDamage(record: DamageRecord): void;
  dropDamage(id: EntryId): void;
  /** Ids in any tree behind that one, in the order of their text. */
  idsAfter(id: EntryId | null, limit: number): EntryId[];
  dropChunks(contentId: ContentId): void;

  /** Folders that this device leaves out; an id stays until it is included again, whatever becomes of the trees. */
  excludedFolders(): EntryId[];
  setExcluded(id: EntryId, isExcluded: boolean): void;
  /**
   * These are left out and have nothing here: they are not dirty any more, until one of them or a folder among them is
   * set, or the choice of folders changes.
   */
  restExcluded(ids: readonly EntryId[]): void;

  /** Folders that went elsewhere, or are left out, and stay here only for ignored files inside: not new, not synced. */
  detachedFolders(): RelPath[];
  setDetachedFolders(paths: readonly RelPath[]): void;
}

export type RootPause =
  | { readonly is: 'running' }
  | { readonly is: 'paused'; readonly untilMs: number | null };

/** A root as the engine remembers it. */
export interface RootRecord {
  readonly rootId: RootId;
  readonly libraryId: LibraryId;
  readonly libraryName: string;
  /** Absolute path of the folder. */
  readonly path: string;
  /** The root folder's inode and birthtime when it was bound: with the marker file they recognise it. */
  readonly folderId: string;
  readonly pause: RootPause;
}

/** Session data; the token itself lies in its own 0600 file, not here. */
export interface SessionRecord {
  readonly serverUrl: string;
  readonly email: string;
  readonly accountId: string;
  readonly deviceId: string;
  readonly deviceName: string;
}

/** A time in which an engine ran here. */
export interface EngineRun {
  readonly startedMs: number;
  /** When it was last noted to run. */
  readonly seenMs: number;
}

/** The engine's one database file: session, settings, roots, and a journal for each root. */
export interface EngineJournal {
  session(): SessionRecord | null;
  setSession(session: SessionRecord | null): void;
  /** The defaults until some are set. They outlive the session. */
  deviceSettings(): DeviceSettings;
  setDeviceSettings(settings: DeviceSettings): void;
  roots(): RootRecord[];
  putRoot(root: RootRecord): void;
  /** Removes the root and all that its journal holds. */
  removeRoot(rootId: RootId): void;
  openRoot(root: RootRecord): RootJournal;
  /** Adds a run, or moves the end of the one that started then. Bounded: the oldest give way (runsMax). */
  noteRun(run: EngineRun): void;
  /** Newest first. */
  runs(): EngineRun[];
  close(): void;
}

export type { OpResult };
