import type { EngineStatus, RootStateName } from './wire/engine.ts';

/** What the whole of Tidesync is doing on this device, in the order in which a person has to know it. */
export const APP_STATES = [
  'engineDown',
  'signedOut',
  'error',
  'attention',
  'quotaFull',
  'paused',
  'offline',
  'syncing',
  'upToDate',
] as const;
export type AppState = (typeof APP_STATES)[number];

/** How a folder's own state is shown: with the same nine shapes. */
export const SHAPE_OF_ROOT: Readonly<Record<RootStateName, AppState>> = {
  halted: 'error',
  paused: 'paused',
  offline: 'offline',
  syncing: 'syncing',
  attention: 'attention',
  upToDate: 'upToDate',
};

/** @param status null: no engine answers. */
export function appStateOf(status: EngineStatus | null): AppState {
  if (status === null) return 'engineDown';
  if (status.session.is === 'signedOut') return 'signedOut';
  const { roots, quota } = status;
  const some = (state: RootStateName) => roots.some((root) => root.state === state);
  if (some('halted')) return 'error';
  if (roots.some(needsSomeone)) return 'attention';
  if (quota !== null && quota.limitBytes > 0 && quota.usedBytes >= quota.limitBytes) return 'quotaFull';
  if (roots.length > 0 && roots.every((root) => root.state === 'paused')) return 'paused';
  if (!status.session.online || some('offline')) return 'offline';
  return some('syncing') ? 'syncing' : 'upToDate';
}

function needsSomeone(root: EngineStatus['roots'][number]): boolean {
  return root.state === 'attention' || root.conflicts > 0 || root.heldDeletes > 0;
}

/** What all folders together still have to do. */
export interface Workload {
  readonly items: number;
  readonly leftBytes: number;
}

export function workloadOf(status: EngineStatus): Workload {
  return {
    items: status.roots.reduce((sum, root) => sum + root.waiting, 0),
    leftBytes: status.roots.reduce((sum, root) => sum + root.waitingBytes, 0),
  };
}
