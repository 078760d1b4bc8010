// What Tidesync says about itself in one line: `tidesync status`, the tray's tooltip and its menu say the same words.

import type { AppState } from './app-state.ts';
import { appStateOf, SHAPE_OF_ROOT, workloadOf } from './app-state.ts';
import { formatBytes } from './format.ts';
import type { EngineStatus, RootStateName } from './wire/engine.ts';
import type { Quota } from './wire/people.ts';

/** The same shapes as in the tray and the windows, so that a state is never told by colour alone. */
export const STATE_SIGNS: Readonly<Record<AppState, string>> = {
  engineDown: '⊘',
  signedOut: '○',
  error: '✕',
  attention: '▲',
  quotaFull: '◉',
  paused: '‖',
  offline: '◌',
  syncing: '⟳',
  upToDate: '✓',
};

export function signOfRoot(state: RootStateName): string {
  return STATE_SIGNS[SHAPE_OF_ROOT[state]];
}

/** What it is doing as a whole, as one sentence. `null`: no engine answers. */
export function headlineOf(status: EngineStatus | null): string {
  const state = appStateOf(status);
  if (status === null) return 'The engine is not running, so nothing is synced now.';
  switch (state) {
    case 'engineDown':
    case 'signedOut':
      return signedOutWords(status.session);
    case 'error':
      return namedSentence(status, (root) => root.state === 'halted');
    case 'attention':
      return attentionWords(status);
    case 'quotaFull':
      return `${quotaShort(status.quota)}: uploads wait, downloads go on.`;
    case 'paused':
      return namedSentence(status, (root) => root.state === 'paused');
    case 'offline':
      return offlineWords(status);
    case 'syncing':
      return syncingWords(status);
    case 'upToDate':
      return status.roots.length === 0 ? 'No folder is synced yet.' : 'Up to date.';
  }
}

/** Sign and sentence, as the first line of `tidesync status` and the tray's tooltip have it. */
export function statusLine(status: EngineStatus | null): string {
  return `${STATE_SIGNS[appStateOf(status)]} ${headlineOf(status)}`;
}

/** `42 of 50 GB`; the unit is said once where both have the same. */
export function quotaShort(quota: Quota | null): string {
  if (quota === null) return '';
  const [used, limit] = [formatBytes(quota.usedBytes), formatBytes(quota.limitBytes)];
  const [usedNumber, usedUnit] = used.split(' ');
  return usedUnit === limit.split(' ')[1] ? `${usedNumber} of ${limit}` : `${used} of ${limit}`;
}

export function signedOutWords(session: EngineStatus['session']): string {
  if (session.is === 'signedIn') return '';
  return {
    never: 'Not signed in.',
    logout: 'Signed out.',
    revoked: 'This device was removed from the account.',
    interrupted: 'The last sign-in was interrupted.',
  }[session.why];
}

/** How many paths, files and folders are in the way, and how many conflict copies were kept. */
export function troubleCounts(status: EngineStatus): { problems: number; conflicts: number; held: number } {
  const sum = (of: (root: EngineStatus['roots'][number]) => number) =>
    status.roots.reduce((all, root) => all + of(root), 0);
  return {
    problems: sum((root) => root.troubles + (root.state === 'halted' ? 1 : 0)),
    conflicts: sum((root) => root.conflicts),
    held: sum((root) => root.heldDeletes),
  };
}

export function counted(n: number, one: string, many: string): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** The folder's name is said where there are several folders. */
function namedSentence(
  status: EngineStatus,
  concerns: (root: EngineStatus['roots'][number]) => boolean,
): string {
  const concerned = status.roots.filter(concerns);
  const first = concerned[0];
  if (first === undefined) return '';
  if (concerned.every((root) => root.sentence === first.sentence)) return first.sentence;
  const more = concerned.length - 1;
  const rest = more === 0 ? '' : ` (and ${counted(more, 'more folder', 'more folders')})`;
  return `${first.libraryName}: ${first.sentence}${rest}`;
}

function attentionWords(status: EngineStatus): string {
  const { problems, conflicts, held } = troubleCounts(status);
  const parts = [
    held > 0 ? counted(held, 'delete waits for your yes', 'deletes wait for your yes') : '',
    problems > 0 ? counted(problems, 'path needs attention', 'paths need attention') : '',
    conflicts > 0 ? counted(conflicts, 'conflict copy was kept', 'conflict copies were kept') : '',
  ].filter((part) => part !== '');
  return parts.length === 0
    ? namedSentence(status, (root) => root.state === 'attention')
    : `${parts.join(', ')}.`;
}

function offlineWords(status: EngineStatus): string {
  if (status.session.is === 'signedIn' && status.session.offlineSentence !== null) {
    return status.session.offlineSentence;
  }
  return namedSentence(status, (root) => root.state === 'offline') || 'Offline.';
}

function syncingWords(status: EngineStatus): string {
  const { items, leftBytes } = workloadOf(status);
  if (items === 0) return 'Looking for changes.';
  const bytesPerSecond = status.roots.reduce(
    (sum, root) => sum + (root.upBytesPerSecond ?? 0) + (root.downBytesPerSecond ?? 0),
    0,
  );
  const speed = bytesPerSecond === 0 ? '' : `, ${formatBytes(bytesPerSecond)}/s`;
  return `Syncing ${counted(items, 'item', 'items')}, ${formatBytes(leftBytes)} left${speed}.`;
}
