import type { Formats } from '@tidesync/shared/human-format';
import type { WordKey, WordValues } from '@tidesync/shared/languages';
import type { activityView } from '@tidesync/shared/wire/engine';
import type { z } from 'zod';
import { activityEn } from './words/activity-en.ts';

export type Activity = z.infer<typeof activityView>;
export type ActivityWords = (key: WordKey<{ activity: typeof activityEn }>, values?: WordValues) => string;

/** What was done, in one sentence; in the engine's own if the kind is not known here. */
export function activityWords(
  { kind, path, detail, sentence }: Omit<Activity, 'rootId'>,
  words: ActivityWords,
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
