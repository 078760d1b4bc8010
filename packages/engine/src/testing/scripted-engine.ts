import { rootId } from '@tidesync/shared/ids';
import { Failure, fail } from '@tidesync/shared/problems';
import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { Engine } from '../shell/face.ts';

export interface ScriptedEngine extends Engine {
  readonly calls: string[];
  /** Changes what `status` says, and tells listeners. */
  becomes(version: string): void;
  /** Lets `settle` resolve, now or later. */
  settles(): void;
  listeners(): number;
}

const nothing = () => Promise.reject(new Failure({ reason: 'signedOut' }));
const screensOfNothing: Engine['screens'] = {
  checkServer: (url) => Promise.reject(new Failure({ reason: 'notTidesync', url })),
  libraries: nothing,
  places: nothing,
  checkFolder: nothing,
  preview: async () => ({ is: 'none', why: 'missing' }),
  trash: nothing,
  restore: nothing,
  versions: nothing,
  restoreVersion: nothing,
  retention: nothing,
  setRetention: nothing,
  search: nothing,
  gaps: nothing,
  about: nothing,
};

const ROOT = rootId.parse('00000000-0000-4000-8000-000000000001');

/** An engine without folders, for tests of its faces: notes what it is asked, and changes when told. */
export function scriptedEngine(): ScriptedEngine {
  const calls: string[] = [];
  const listeners = new Set<() => void>();
  const settled = Promise.withResolvers<void>();
  let version = '1';
  const note = async (call: string) => {
    calls.push(call);
  };
  const status = (): EngineStatus => ({
    session: { is: 'signedOut', why: 'never' },
    quota: null,
    roots: [],
    device: DEVICE_SETTINGS_DEFAULT,
    secretsIn: 'file',
    version,
  });
  return {
    calls,
    listeners: () => listeners.size,
    becomes(next) {
      version = next;
      for (const listener of listeners) listener();
    },
    settles: () => settled.resolve(),
    run: () => void calls.push('run'),
    status,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    login: (input) => note(`login ${input.email}`),
    logout: () => note('logout'),
    addFolder: ({ library }) => Promise.reject(failure(library)),
    removeFolder: (path) => note(`remove ${path}`),
    moveFolder: (from, to) => note(`move ${from} ${to}`),
    pause: (path, untilMs) => note(`pause ${path} ${untilMs}`),
    resume: (path) => note(`resume ${path}`),
    rescan: (path) => note(`rescan ${path}`),
    settle: (signal) =>
      Promise.race([
        settled.promise,
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ]),
    verify: async ({ path, progress }) => {
      progress({ path, done: 1, total: 2 });
      await note(`verify ${path}`);
      return [];
    },
    decideDamage: (path, take) => note(`decide ${path} ${take}`),
    why: (path) => Promise.reject(new Error(`a bug at ${path}`)),
    list: async () => [],
    selectionTree: async (path) => ({ path, folders: [] }),
    exclude: (path) => Promise.reject(new Failure({ reason: 'notExcludable', path })),
    include: (path) => Promise.reject(new Failure({ reason: 'entryMissing', entry: path })),
    troubles: () => [],
    activity: (limit) =>
      [{ atMs: 1, rootId: ROOT, kind: 'uploaded', path: 'a', detail: '', sentence: '' }].slice(0, limit),
    conflicts: async () => [],
    resolvedConflicts: () => [],
    resolveConflict: ({ conflictId }) => Promise.reject(conflictMissing(conflictId)),
    undoConflict: (conflictId) => Promise.reject(conflictMissing(conflictId)),
    heldBatches: async () => [],
    heldBatch: (batchId) => Promise.reject(new Failure({ reason: 'batchMissing', batch: batchId })),
    approveHeld: (batchId) => Promise.reject(new Failure({ reason: 'batchMissing', batch: batchId })),
    undoHeld: (batchId) => Promise.reject(new Failure({ reason: 'batchMissing', batch: batchId })),
    deleteThresholds: async () => ({ files: 200, percent: 25 }),
    setDeleteThresholds: (path, { files, percent }) => note(`thresholds ${path} ${files} ${percent}`),
    changeDeviceSettings: (change) => note(`device ${JSON.stringify(change)}`),
    syncAnyway: () => note('sync anyway'),
    lookAround: () => note('look around'),
    screens: screensOfNothing,
    close: () => note('close'),
  };
}

function conflictMissing(conflict: string): Failure {
  return new Failure({ reason: 'conflictMissing', conflict });
}

function failure(library: string): unknown {
  try {
    return fail({ reason: 'libraryMissing', library });
  } catch (error) {
    return error;
  }
}
