/** The languages that are complete, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const;
export type Language = keyof typeof LANGUAGES;
export const LANGUAGE_CODES = Object.keys(LANGUAGES) as readonly Language[];

/** The nearest language that there is: `de` for `de-AT`, English for what is not known. */
export function languageOf(tag: string): Language {
  const short = tag.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(LANGUAGES, short) ? (short as Language) : 'en';
}

/** Words by key, in groups. What a word stands in for is `{{named}}`; plurals end in `_one`, `_other` and so on. */
export interface Catalogue {
  readonly [key: string]: string | Catalogue;
}

type PluralEnd = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Stem<K extends string> = K extends `${infer S}_${PluralEnd}` ? S : K;

/** Every key of a catalogue, as it is asked for: `states.syncing`. */
export type WordKey<C> = {
  [K in keyof C & string]: C[K] extends string ? Stem<K> : `${K}.${WordKey<C[K]>}`;
}[keyof C & string];

export type WordValues = Readonly<Record<string, string | number>>;

/** Says what stands under a key. Sizes and times are to be formatted before; a plural takes `count`. */
export type Words<C> = (key: WordKey<C>, values?: WordValues) => string;
