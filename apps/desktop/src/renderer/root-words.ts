import type { AppState } from '@tidesync/shared/app-state';
import { appStateOf, workloadOf } from '@tidesync/shared/app-state';
import type { Formats } from '@tidesync/shared/human-format';
import type { EngineStatus, RootStatus } from '@tidesync/shared/wire/engine';
import type { DesktopWords } from './words.ts';

/** One sentence on a folder, in the language that is shown: what the engine says in English. */
export function rootWords(root: RootStatus, words: DesktopWords, formats: Formats): string {
  const state = stateWords(root, words, formats);
  if (root.heldDeletes === 0 || !['offline', 'syncing', 'attention'].includes(root.state)) return state;
  return `${words('home.held', { count: root.heldDeletes, shown: formats.count(root.heldDeletes) })} ${state}.`;
}

function stateWords(root: RootStatus, words: DesktopWords, formats: Formats): string {
  const waiting = { count: root.waiting, shown: formats.count(root.waiting) };
  switch (root.state) {
    case 'halted':
      return root.halt === null ? words('root.halted') : words(`halts.${root.halt}.what`, haltValues(root));
    case 'paused':
      return root.pausedUntilMs === null
        ? words('root.paused')
        : words('root.pausedUntil', { time: formats.when(root.pausedUntilMs, Date.now()) });
    case 'offline':
      return root.waiting === 0 ? words('root.offline') : words('root.offlineWaiting', waiting);
    case 'syncing':
      return root.waiting === 0
        ? words('root.looking')
        : words('root.syncing', { ...waiting, left: formats.bytes(root.waitingBytes) });
    case 'attention':
      return root.troubles === 0
        ? words('root.rest')
        : words('root.attention', { count: root.troubles, shown: formats.count(root.troubles) });
    case 'upToDate':
      return words('root.upToDate');
  }
}

export function haltValues(root: RootStatus): { path: string; library: string } {
  return { path: root.path, library: root.libraryName };
}

/** What everything together is doing: the title of the first page. */
export function headline(status: EngineStatus, words: DesktopWords, formats: Formats): string {
  const state: AppState = appStateOf(status);
  if (state === 'syncing') {
    const { items, leftBytes } = workloadOf(status);
    if (items === 0) return words('root.looking');
    return words('headline.syncing', {
      count: items,
      shown: formats.count(items),
      left: formats.bytes(leftBytes),
    });
  }
  return words(`headline.${state}`);
}
