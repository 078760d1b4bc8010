import type { Formats } from '@tidesync/shared/human-format';
import { formatsFor, isRightToLeft } from '@tidesync/shared/human-format';
import type { Catalogue, Language, Words } from '@tidesync/shared/languages';
import { languageOf } from '@tidesync/shared/languages';
import type { i18n } from 'i18next';
import { createInstance } from 'i18next';
import type { ReactNode } from 'react';
import { createContext, useContext, useMemo } from 'react';
import { I18nextProvider, initReactI18next, useTranslation } from 'react-i18next';
import { kitAr } from './words/kit-ar.ts';
import { kitDe } from './words/kit-de.ts';
import { kitEn } from './words/kit-en.ts';

/** The words of one part of the screens, in every language. */
export type Catalogues = Readonly<Record<Language, Catalogue>>;

export interface WordsOptions {
  /** Each app's own words, by the name under which its screens ask for them. */
  readonly catalogues: Readonly<Record<string, Catalogues>>;
  /** As the system or the person says it: `de-AT`. */
  readonly language: string;
}

/** Sets the languages up, with the kit's own words and those of an app. */
export function createWords({ catalogues, language }: WordsOptions): i18n {
  const all: Readonly<Record<string, Catalogues>> = {
    kit: { en: kitEn, de: kitDe, ar: kitAr },
    ...catalogues,
  };
  const inLanguage = (one: Language) =>
    Object.fromEntries(Object.entries(all).map(([name, words]) => [name, words[one]]));
  const words = createInstance();
  void words.use(initReactI18next).init({
    lng: languageOf(language),
    fallbackLng: 'en',
    ns: Object.keys(all),
    defaultNS: 'kit',
    resources: { en: inLanguage('en'), de: inLanguage('de'), ar: inLanguage('ar') },
    // React escapes by itself. Names and paths of another direction would tear a sentence that runs from the right.
    interpolation: {
      escapeValue: true,
      escape: (value) => (isRightToLeft(words.language) ? isolated(value) : value),
    },
    initAsync: false,
    react: { useSuspense: false },
  });
  return words;
}

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

function isolated(text: string): string {
  return `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}`;
}

/** The words of an app: `useWordsOf<typeof desktopEn>('desktop')`. */
export function useWordsOf<C>(name: string): Words<C> {
  const { t } = useTranslation(name);
  return t as unknown as Words<C>;
}

export type KitWords = Words<typeof kitEn>;

export function useKitWords(): KitWords {
  return useWordsOf<typeof kitEn>('kit');
}

const FormatsContext = createContext<Formats>(formatsFor('en'));

/** How sizes, speeds and times are written in the language that is shown. */
export function useFormats(): Formats {
  return useContext(FormatsContext);
}

export function WordsProvider({ words, children }: { words: i18n; children: ReactNode }) {
  return (
    <I18nextProvider i18n={words}>
      <FormatsProvider>{children}</FormatsProvider>
    </I18nextProvider>
  );
}

function FormatsProvider({ children }: { children: ReactNode }) {
  const { i18n: words } = useTranslation();
  const language = languageOf(words.language);
  const formats = useMemo(() => formatsFor(language), [language]);
  return <FormatsContext value={formats}>{children}</FormatsContext>;
}

/** The language that is shown, its direction, and how to choose another one. */
export function useLanguage() {
  const { i18n: words } = useTranslation();
  const language = languageOf(words.language);
  return {
    language,
    direction: isRightToLeft(language) ? ('rtl' as const) : ('ltr' as const),
    choose: (next: Language) => void words.changeLanguage(next),
  };
}
