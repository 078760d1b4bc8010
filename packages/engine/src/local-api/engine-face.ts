import type { RootId } from '@tidesync/shared/ids';
import type { DeviceSettingsChange } from '@tidesync/shared/wire/device-settings';
import type {
  ConflictAnswer,
  EngineStatus,
  HeldBatch,
  HeldBatchPaths,
  ListedEntry,
  VerifiedFolder,
  WhyAnswer,
} from '@tidesync/shared/wire/engine';
import type { SelectionChange, SelectionTree } from '@tidesync/shared/wire/selection';
import type { DeleteThresholds } from '../core/mass-delete.ts';
import type {
  ActivityView,
  ConflictView,
  Engine,
  FolderAdded,
  LoginInput,
  PathTroubleView,
  ResolvedConflictView,
  VerifyOrder,
} from '../shell/face.ts';
import type { ScreensFace } from '../shell/screens-face.ts';

/**
 * The engine as a program beside it sees it: the methods of `Engine`, all asynchronous, so that it is the same
 * whether the engine runs in this process (`faceOf`) or in another one (`connectEngine`).
 * Every method rejects with Failure; `engineDown` when the other process is gone.
 * Folders are named by an absolute path; `'all'` means every folder.
 */
export interface EngineFace {
  status(): Promise<EngineStatus>;
  /** The status now, then after every visible change; ends when the signal fires. */
  watch(signal: AbortSignal): AsyncIterable<EngineStatus>;
  login(input: LoginInput): Promise<void>;
  logout(): Promise<void>;
  addFolder(input: { path: string; library: string }): Promise<FolderAdded>;
  removeFolder(path: string): Promise<void>;
  moveFolder(from: string, to: string): Promise<void>;
  pause(path: string, untilMs: number | null): Promise<void>;
  resume(path: string): Promise<void>;
  rescan(path: string): Promise<void>;
  /** True: settled (see `Engine.settle`). False: the signal fired before. */
  settle(signal: AbortSignal): Promise<boolean>;
  why(path: string): Promise<WhyAnswer>;
  /** Null: the signal fired before the folders were through. */
  verify(order: VerifyOrder): Promise<VerifiedFolder[] | null>;
  decideDamage(path: string, take: 'local' | 'server'): Promise<void>;
  list(path: string): Promise<ListedEntry[]>;
  selectionTree(path: string): Promise<SelectionTree>;
  exclude(path: string, dryRun: boolean): Promise<SelectionChange>;
  include(path: string, dryRun: boolean): Promise<SelectionChange>;
  troubles(rootId: RootId | null): Promise<PathTroubleView[]>;
  activity(limit: number): Promise<ActivityView[]>;
  conflicts(): Promise<ConflictView[]>;
  resolvedConflicts(): Promise<ResolvedConflictView[]>;
  resolveConflict(answer: ConflictAnswer): Promise<ResolvedConflictView>;
  undoConflict(conflictId: string): Promise<ConflictView>;
  heldBatches(): Promise<HeldBatch[]>;
  heldBatch(batchId: string): Promise<HeldBatchPaths>;
  approveHeld(batchId: string): Promise<HeldBatch>;
  undoHeld(batchId: string): Promise<HeldBatch>;
  deleteThresholds(path: string): Promise<DeleteThresholds>;
  setDeleteThresholds(path: string, thresholds: DeleteThresholds): Promise<void>;
  changeDeviceSettings(change: DeviceSettingsChange): Promise<void>;
  syncAnyway(): Promise<void>;
  lookAround(): Promise<void>;
  /** What the screens ask beyond all that. */
  readonly screens: ScreensFace;
  /** Asks the process that holds the engine to stop; in this process, stops it. */
  shutdown(): Promise<void>;
}

export interface FaceParts {
  readonly engine: Engine;
  readonly shutdown: () => Promise<void>;
}

/** The face of an engine in this process. */
export function faceOf({ engine, shutdown }: FaceParts): EngineFace {
  return {
    status: async () => engine.status(),
    watch: (signal) => statusesOf(engine, signal),
    login: (input) => engine.login(input),
    logout: () => engine.logout(),
    addFolder: (input) => engine.addFolder(input),
    removeFolder: (path) => engine.removeFolder(path),
    moveFolder: (from, to) => engine.moveFolder(from, to),
    pause: (path, untilMs) => engine.pause(path, untilMs),
    resume: (path) => engine.resume(path),
    rescan: (path) => engine.rescan(path),
    settle: (signal) => settleUntil(engine, signal),
    why: (path) => engine.why(path),
    verify: (order) => engine.verify(order),
    decideDamage: (path, take) => engine.decideDamage(path, take),
    list: (path) => engine.list(path),
    selectionTree: (path) => engine.selectionTree(path),
    exclude: (path, dryRun) => engine.exclude(path, dryRun),
    include: (path, dryRun) => engine.include(path, dryRun),
    troubles: async (rootId) => (rootId === null ? engine.troubles() : engine.troubles(rootId)),
    activity: async (limit) => engine.activity(limit),
    conflicts: () => engine.conflicts(),
    resolvedConflicts: async () => engine.resolvedConflicts(),
    resolveConflict: (answer) => engine.resolveConflict(answer),
    undoConflict: (conflictId) => engine.undoConflict(conflictId),
    heldBatches: () => engine.heldBatches(),
    heldBatch: (batchId) => engine.heldBatch(batchId),
    approveHeld: (batchId) => engine.approveHeld(batchId),
    undoHeld: (batchId) => engine.undoHeld(batchId),
    deleteThresholds: (path) => engine.deleteThresholds(path),
    setDeleteThresholds: (path, thresholds) => engine.setDeleteThresholds(path, thresholds),
    changeDeviceSettings: (change) => engine.changeDeviceSettings(change),
    syncAnyway: () => engine.syncAnyway(),
    lookAround: () => engine.lookAround(),
    screens: engine.screens,
    shutdown,
  };
}

async function settleUntil(engine: Engine, signal: AbortSignal): Promise<boolean> {
  try {
    await engine.settle(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}

/** Changes that come while a status is being consumed fold into one. */
async function* statusesOf(engine: Engine, signal: AbortSignal): AsyncGenerator<EngineStatus> {
  let wake = Promise.withResolvers<void>();
  const stop = engine.onChange(() => wake.resolve());
  const onAbort = () => wake.resolve();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      yield engine.status();
      await wake.promise;
      wake = Promise.withResolvers();
    }
  } finally {
    stop();
    signal.removeEventListener('abort', onAbort);
  }
}
