import type { Formats } from '@tidesync/shared/human-format';
import type { WordKey, WordValues } from '@tidesync/shared/languages';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import type { haltsEn, rootEn } from './words/folder-en.ts';

/** Said by the windows and the tray, each with words of its own besides. */
export type FolderWords = (
  key: WordKey<{ root: typeof rootEn; halts: typeof haltsEn }>,
  values?: WordValues,
) => string;

export interface FolderSpeech {
  readonly words: FolderWords;
  readonly formats: Formats;
  /** Leaves the day out of a time today; null: never. */
  readonly nowMs: number | null;
}

/** One sentence on a folder, in the language that is shown: what the engine says in English. */
export function rootWords(root: RootStatus, speech: FolderSpeech): string {
  const { words, formats } = speech;
  const state = stateWords(root, speech);
  if (root.heldDeletes === 0 || !['offline', 'syncing', 'attention'].includes(root.state)) return state;
  return `${words('root.held', { count: root.heldDeletes, shown: formats.count(root.heldDeletes) })} ${state}.`;
}

function stateWords(root: RootStatus, speech: FolderSpeech): string {
  const { words, formats } = speech;
  const waiting = { count: root.waiting, shown: formats.count(root.waiting) };
  switch (root.state) {
    case 'halted':
      return root.halt === null ? words('root.halted') : words(`halts.${root.halt}.what`, haltValues(root));
    case 'paused':
      return pausedWords(root, speech);
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

function pausedWords(
  { restsFor, pausedUntilMs }: RootStatus,
  { words, formats, nowMs }: FolderSpeech,
): string {
  if (restsFor !== null) return words(restsFor === 'battery' ? 'root.onBattery' : 'root.onMetered');
  if (pausedUntilMs === null) return words('root.paused');
  const time = nowMs === null ? formats.dateTime(pausedUntilMs) : formats.when(pausedUntilMs, nowMs);
  return words('root.pausedUntil', { time });
}

export function haltValues(root: RootStatus): { path: string; library: string } {
  return { path: root.path, library: root.libraryName };
}
