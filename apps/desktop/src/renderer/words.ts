import type { Words } from '@tidesync/shared/languages';
import { useWordsOf } from '@tidesync/ui/words.tsx';
import type { desktopEn } from './words/desktop-en.ts';

export type DesktopWords = Words<typeof desktopEn>;

/** The words of the desktop's screens. */
export function useWords(): DesktopWords {
  return useWordsOf<typeof desktopEn>('desktop');
}
