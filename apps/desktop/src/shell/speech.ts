// How the shell speaks: the tray, its menu and its messages, in the language of the windows.

import type { Formats } from '@tidesync/shared/human-format';
import { formatsFor } from '@tidesync/shared/human-format';
import type { Language, Words } from '@tidesync/shared/languages';
import { wordsIn } from '@tidesync/shared/plain-words';
import type { StatusSpeech } from '@tidesync/shared/status-words';
import { STATUS_IN_ENGLISH } from '@tidesync/shared/status-words';
import type { Activity } from './activity-words.ts';
import { activityWords } from './activity-words.ts';
import { rootWords } from './folder-words.ts';
import { shellAr } from './words/shell-ar.ts';
import { shellDe } from './words/shell-de.ts';
import { shellEn } from './words/shell-en.ts';

const CATALOGUES = { en: shellEn, de: shellDe, ar: shellAr };

export type ShellWords = Words<typeof shellEn>;

export interface ShellSpeech {
  readonly language: Language;
  readonly words: ShellWords;
  readonly status: StatusSpeech;
  /** What was done, as a sentence. */
  change(change: Omit<Activity, 'rootId'>): string;
}

export function shellSpeech(language: Language): ShellSpeech {
  const words: ShellWords = wordsIn(CATALOGUES[language], language);
  if (language !== 'en') {
    const formats = formatsFor(language);
    const status = statusSpeech(words, formats);
    return { language, words, status, change: (change) => activityWords(change, words, formats) };
  }
  // As the commands have it: the engine's own sentences.
  return { language, words, status: STATUS_IN_ENGLISH, change: (change) => change.sentence };
}

function statusSpeech(words: ShellWords, formats: Formats): StatusSpeech {
  return {
    words: (key, values) => words(`status.${key}`, values),
    bytes: formats.bytes,
    speed: formats.speed,
    count: formats.count,
    folder: (root) => rootWords(root, { words, formats, nowMs: null }).replace(/[^.]$/, '$&.'),
    away: () => `${words('root.offline')}.`,
  };
}
