import { languageOf } from '@tidesync/shared/languages';
import type { i18n } from 'i18next';
import { bridge } from './bridge.ts';

/** The tray speaks as the windows do: it hears of their language now, and whenever another one is chosen. */
export function tellShellLanguage(words: i18n): void {
  const tell = (language: string) => void bridge?.changeSettings({ language: languageOf(language) });
  tell(words.language);
  words.on('languageChanged', tell);
}
