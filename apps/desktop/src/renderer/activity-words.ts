import type { Formats } from '@tidesync/shared/human-format';
import type { activityView } from '@tidesync/shared/wire/engine';
import type { z } from 'zod';
import { activityEn } from './words/activity-en.ts';
import type { DesktopWords } from './words.ts';

export type Activity = z.infer<typeof activityView>;

/** What was done, in one sentence; in the engine's own if the kind is not known here. */
export function activityWords(
  { kind, path, detail, sentence }: Activity,
  words: DesktopWords,
  formats: Formats,
): string {
  if (!isKnown(kind)) return sentence;
  const name = lastName(path);
  if (kind === 'downloaded') {
    return detail === ''
      ? words('activity.downloaded', { name })
      : words('activity.downloadedSize', { name, size: formats.bytes(Number(detail)) });
  }
  return words(`activity.${kind}`, { name, other: lastName(detail) });
}

function isKnown(kind: string): kind is Exclude<keyof typeof activityEn, 'downloadedSize'> {
  return kind !== 'downloadedSize' && Object.hasOwn(activityEn, kind);
}

export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const SHOWN = {
  sent: ['uploaded', 'movedThere', 'deletedThere', 'madeThere'],
  received: ['downloaded', 'movedHere', 'madeHere', 'restored'],
  removed: ['deletedHere', 'deletedThere'],
} as const;
export type Show = 'all' | keyof typeof SHOWN;

export function isShown({ kind, path }: Activity, show: Show, find: string): boolean {
  const isKind = show === 'all' || SHOWN[show].some((one) => one === kind);
  return isKind && path.toLowerCase().includes(find.toLowerCase());
}
