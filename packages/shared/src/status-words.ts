// What Tidesync says about itself in one line: `tidesync status`, the tray's tooltip and its menu say the same words.

import type { AppState } from './app-state.ts';
import { appStateOf, SHAPE_OF_ROOT, workloadOf } from './app-state.ts';
import { formatBytes } from './format.ts';
import type { Words } from './languages.ts';
import { wordsIn } from './plain-words.ts';
import type { DeviceSettings } from './wire/device-settings.ts';
import type { EngineStatus, RootStateName, RootStatus } from './wire/engine.ts';
import type { Quota } from './wire/people.ts';
import { statusEn } from './words/status-en.ts';

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

/** How all this is said in one language. */
export interface StatusSpeech {
  readonly words: Words<typeof statusEn>;
  bytes(sizeBytes: number): string;
  speed(bytesPerSecond: number): string;
  count(n: number): string;
  /** How one folder is, as a sentence. */
  folder(root: RootStatus): string;
  /** Why the server is away, which the engine says in English. */
  away(sentence: string): string;
}

/** The language of the commands and of the engine itself. */
export const STATUS_IN_ENGLISH: StatusSpeech = {
  words: wordsIn(statusEn, 'en'),
  bytes: formatBytes,
  speed: (bytesPerSecond) => `${formatBytes(bytesPerSecond)}/s`,
  count: (n) => n.toLocaleString('en-US'),
  folder: (root) => root.sentence,
  away: (sentence) => sentence,
};

/** What it is doing as a whole, as one sentence. `null`: no engine answers. */
export function headlineOf(status: EngineStatus | null, speech: StatusSpeech = STATUS_IN_ENGLISH): string {
  const { words } = speech;
  const state = appStateOf(status);
  if (status === null) return words('engineDown');
  switch (state) {
    case 'engineDown':
    case 'signedOut':
      return signedOutWords(status.session, speech);
    case 'error':
      return namedSentence(speech, status, (root) => root.state === 'halted');
    case 'attention':
      return attentionWords(status, speech);
    case 'quotaFull':
      return words('quotaFull', { quota: quotaShort(status.quota, speech) });
    case 'paused':
      return namedSentence(speech, status, (root) => root.state === 'paused');
    case 'offline':
      return offlineWords(status, speech);
    case 'syncing':
      return syncingWords(status, speech);
    case 'upToDate':
      return words(status.roots.length === 0 ? 'noFolder' : 'upToDate');
  }
}

/** Sign and sentence, as the first line of `tidesync status` has it. */
export function statusLine(status: EngineStatus | null): string {
  return `${STATE_SIGNS[appStateOf(status)]} ${headlineOf(status)}`;
}

/** `42 of 50 GB`; the unit is said once where both have the same, and the language reads from the left. */
export function quotaShort(quota: Quota | null, speech: StatusSpeech = STATUS_IN_ENGLISH): string {
  if (quota === null) return '';
  const [used, limit] = [speech.bytes(quota.usedBytes), speech.bytes(quota.limitBytes)];
  const [, number = '', unit = ''] = /^([\d.,]+) (\w+)$/.exec(used) ?? [];
  const isSaidTwice = unit !== '' && limit.endsWith(` ${unit}`);
  return speech.words('quota', { used: isSaidTwice ? number : used, limit });
}

export function signedOutWords(
  session: EngineStatus['session'],
  { words }: StatusSpeech = STATUS_IN_ENGLISH,
): string {
  return session.is === 'signedIn' ? '' : words(`signedOut.${session.why}`);
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

/** The folder's name is said where there are several folders. */
function namedSentence(
  { words, folder, count }: StatusSpeech,
  status: EngineStatus,
  concerns: (root: RootStatus) => boolean,
): string {
  const concerned = status.roots.filter(concerns);
  const first = concerned[0];
  if (first === undefined) return '';
  const sentence = folder(first);
  if (concerned.every((root) => folder(root) === sentence)) return sentence;
  const more = concerned.length - 1;
  return words('ofFolders', { library: first.libraryName, sentence, count: more, shown: count(more) });
}

function attentionWords(status: EngineStatus, speech: StatusSpeech): string {
  const counts = troubleCounts(status);
  const parts = (['held', 'problems', 'conflicts'] as const)
    .filter((key) => counts[key] > 0)
    .map((key) => speech.words(key, { count: counts[key], shown: speech.count(counts[key]) }));
  return parts.length === 0
    ? namedSentence(speech, status, (root) => root.state === 'attention')
    : `${parts.join(speech.words('comma'))}.`;
}

function offlineWords(status: EngineStatus, speech: StatusSpeech): string {
  if (status.session.is === 'signedIn' && status.session.offlineSentence !== null) {
    return speech.away(status.session.offlineSentence);
  }
  return namedSentence(speech, status, (root) => root.state === 'offline') || speech.words('offline');
}

/** Which speed limits hold; null: none. A direction that is left out is not spoken of. */
export function limitWords(
  { uploadLimit, downloadLimit }: Pick<DeviceSettings, 'uploadLimit' | 'downloadLimit'>,
  { words, speed }: StatusSpeech = STATUS_IN_ENGLISH,
): string | null {
  const up = uploadLimit === null ? null : speed(uploadLimit);
  const down = downloadLimit === null ? null : speed(downloadLimit);
  if (up !== null && down !== null) return words('limitedBoth', { up, down });
  if (up !== null) return words('limitedUp', { up });
  return down === null ? null : words('limitedDown', { down });
}

/** Of those directions in which something moves now. */
function limitsThatHold({ roots, device }: EngineStatus, speech: StatusSpeech): string | null {
  const moves = (way: 'up' | 'down') =>
    roots.some(({ transfers }) => transfers.some(({ direction }) => direction === way));
  return limitWords(
    {
      uploadLimit: moves('up') ? device.uploadLimit : null,
      downloadLimit: moves('down') ? device.downloadLimit : null,
    },
    speech,
  );
}

function syncingWords(status: EngineStatus, speech: StatusSpeech): string {
  const limited = limitsThatHold(status, speech);
  const moving = movingWords(status, speech);
  return limited === null ? moving : `${moving} ${limited}`;
}

function movingWords(status: EngineStatus, { words, bytes, speed, count }: StatusSpeech): string {
  const { items, leftBytes } = workloadOf(status);
  if (items === 0) return words('looking');
  const bytesPerSecond = status.roots.reduce(
    (sum, root) => sum + (root.upBytesPerSecond ?? 0) + (root.downBytesPerSecond ?? 0),
    0,
  );
  const values = { count: items, shown: count(items), left: bytes(leftBytes) };
  return bytesPerSecond === 0
    ? words('syncing', values)
    : words('syncingFast', { ...values, speed: speed(bytesPerSecond) });
}
