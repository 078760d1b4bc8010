import type { RootId } from '@tidesync/shared/ids';
import type { DeviceSettingsChange } from '@tidesync/shared/wire/device-settings';
import type {
  activityView,
  ConflictAnswer,
  conflictView,
  EngineStatus,
  folderAddOutput,
  HeldBatch,
  HeldBatchPaths,
  ListedEntry,
  pathTroubleView,
  resolvedConflictView,
  VerifiedFolder,
  VerifyProgress,
  WhyAnswer,
} from '@tidesync/shared/wire/engine';
import type { SelectionChange, SelectionTree } from '@tidesync/shared/wire/selection';
import type { z } from 'zod';
import type { DeleteThresholds } from '../core/mass-delete.ts';
import type { ScreensFace } from './screens-face.ts';

export type ActivityView = z.infer<typeof activityView>;
export type ConflictView = z.infer<typeof conflictView>;
export type ResolvedConflictView = z.infer<typeof resolvedConflictView>;
export type PathTroubleView = z.infer<typeof pathTroubleView>;
export type FolderAdded = z.infer<typeof folderAddOutput>;

export interface LoginInput {
  readonly serverUrl: string;
  readonly email: string;
  readonly password: string;
  readonly deviceName: string;
}

export interface VerifyOrder {
  readonly path: string | 'all';
  readonly deep: boolean;
  readonly signal: AbortSignal;
  readonly progress: (now: VerifyProgress) => void;
}

/**
 * The engine as its faces see it (local API, CLI in its own process, tests). Every method rejects with Failure.
 * Folders are named by an absolute path of the root or of anything inside it.
 */
export interface Engine {
  status(): EngineStatus;
  /** Calls back after every visible change, at most a few times a second; returns how to stop. */
  onChange(listener: () => void): () => void;

  /** Signs in and stores session and token. `alreadySetUp` if signed in: log out first. */
  login(input: LoginInput): Promise<void>;
  /** Revokes this device on the server if it can be reached, and forgets the token. Folders and files stay. */
  logout(): Promise<void>;

  /** Binds a folder: own library of that name, else `OWNER/NAME`, else a new one is made. */
  addFolder(input: { path: string; library: string }): Promise<FolderAdded>;
  /** Files stay where they are, on both sides. */
  removeFolder(path: string): Promise<void>;
  /** The person has moved the folder: go on at the new place (its marker must be there). */
  moveFolder(from: string, to: string): Promise<void>;
  pause(path: string | 'all', untilMs: number | null): Promise<void>;
  resume(path: string | 'all'): Promise<void>;
  rescan(path: string | 'all'): Promise<void>;

  /** Begins to sync every root that is not paused; those added later start by themselves. */
  run(): void;
  /**
   * Runs, looks at everything once more, and resolves when every running root has nothing left but held or
   * attention paths, or is offline, halted or paused.
   */
  settle(signal: AbortSignal): Promise<void>;

  /**
   * Runs, and checks folders from end to end: disk, journal and server. What is wrong is made right where that needs
   * neither a delete nor a person. What was found until the signal fires is answered, too.
   */
  verify(order: VerifyOrder): Promise<VerifiedFolder[]>;
  /** What to do about a file that a check found damaged. `notDamaged` if it is not (any more). */
  decideDamage(path: string, take: 'local' | 'server'): Promise<void>;

  why(path: string): Promise<WhyAnswer>;
  /** What lies in a folder of a root, here or on the server (see core/list-folder.ts). `entryMissing` otherwise. */
  list(path: string): Promise<ListedEntry[]>;

  /** The folders that the server has in a folder of a root, and which of them are here. `entryMissing`. */
  selectionTree(path: string): Promise<SelectionTree>;
  /**
   * Leaves a folder out on this device, once all in it is proved to be on the server; `dryRun` only says what would go.
   * `entryMissing`, `notExcludable`, `folderResting`, `unreachable` …. Runs.
   */
  exclude(path: string, dryRun: boolean): Promise<SelectionChange>;
  /** Takes a folder in again. `entryMissing`. */
  include(path: string, dryRun: boolean): Promise<SelectionChange>;
  troubles(rootId?: RootId): PathTroubleView[];
  activity(limit: number): ActivityView[];
  /** Copies that this device has made and nobody has settled (docs/spec/conflicts.md). */
  conflicts(): Promise<ConflictView[]>;
  /** Those that `undoConflict` can take back. */
  resolvedConflicts(): ResolvedConflictView[];
  /** `conflictMissing`, `conflictChanged`, `conflictNotReady`, `conflictNotFiles`, `folderResting`. Runs. */
  resolveConflict(answer: ConflictAnswer): Promise<ResolvedConflictView>;
  /** `conflictMissing`, `conflictChanged`, `conflictNotUndoable`, `folderResting`. Runs. */
  undoConflict(conflictId: string): Promise<ConflictView>;

  /** Deletes that wait for a yes (docs/spec/batches.md). */
  heldBatches(): Promise<HeldBatch[]>;
  /** `batchMissing` if there is none of that name, or it holds something else by now; so are the next two. */
  heldBatch(batchId: string): Promise<HeldBatchPaths>;
  /** Lets exactly these deletes go on. */
  approveHeld(batchId: string): Promise<HeldBatch>;
  /** Brings the files back on this device. */
  undoHeld(batchId: string): Promise<HeldBatch>;
  deleteThresholds(path: string): Promise<DeleteThresholds>;
  setDeleteThresholds(path: string, thresholds: DeleteThresholds): Promise<void>;

  /** Of the device as a whole (docs/spec/runs.md). Holds when it resolves. */
  changeDeviceSettings(change: DeviceSettingsChange): Promise<void>;
  /** Syncs although a rule says to rest, until what it speaks of ends. */
  syncAnyway(): Promise<void>;
  /** Somebody has noticed that power or network changed: does now what the rules say. */
  lookAround(): Promise<void>;

  readonly screens: ScreensFace;

  /** Stops all work at a safe point; nothing is lost if the process is killed instead. */
  close(): Promise<void>;
}
