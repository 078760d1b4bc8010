import type { Words } from '@tidesync/shared/languages';
import { useWordsOf } from '@tidesync/ui/words.tsx';
import type { consoleEn } from './console-en.ts';

export type ConsoleWords = Words<typeof consoleEn>;

export function useConsoleWords(): ConsoleWords {
  return useWordsOf<typeof consoleEn>('console');
}
