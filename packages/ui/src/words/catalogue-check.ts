import type { Catalogue, Language } from '@tidesync/shared/languages';

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Every word of a catalogue by its whole key. */
export function wordsOf(catalogue: Catalogue, before = ''): Map<string, string> {
  const words = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') words.set(before + key, value);
    else for (const [inner, word] of wordsOf(value, `${before}${key}.`)) words.set(inner, word);
  }
  return words;
}

/** What a catalogue lacks of the English one, has besides it, or leaves out of a sentence. */
export function catalogueFaults(english: Catalogue, other: Catalogue, language: Language): string[] {
  const [theirs, ours] = [wordsOf(english), wordsOf(other)];
  const wanted = wantedKeys([...theirs.keys()], language);
  const lacking = [...wanted.keys()].filter((key) => !ours.has(key)).map((key) => `${key} is missing`);
  const besides = [...ours.keys()].filter((key) => !wanted.has(key)).map((key) => `${key} is too much`);
  const unlike = [...wanted].flatMap(([key, source]) => {
    const [here, there] = [ours.get(key), theirs.get(source)];
    if (here === undefined || there === undefined) return [];
    if (here.trim() === '' && there.trim() !== '') return [`${key} is empty`];
    // "One file" and "two files" of some languages say the number in words.
    const free = PLURAL.test(key) && !/_(few|many|other)$/.test(key);
    const [has, needs] = [placeholdersOf(here, free), placeholdersOf(there, free)];
    return has === needs ? [] : [`${key} has {${has}}, not {${needs}}`];
  });
  return [...lacking, ...besides, ...unlike];
}

/** The keys that a language needs, each with the English key that it comes from. */
function wantedKeys(english: readonly string[], language: Language): Map<string, string> {
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  const wanted = new Map<string, string>();
  for (const key of english) {
    if (!PLURAL.test(key)) wanted.set(key, key);
    else if (key.endsWith('_other')) {
      for (const category of pluralCategories) wanted.set(key.replace(PLURAL, `_${category}`), key);
    }
  }
  return wanted;
}

function placeholdersOf(text: string, withoutCount: boolean): string {
  const names = [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
  return [...new Set(names)]
    .filter((name) => !(withoutCount && (name === 'count' || name === 'shown')))
    .sort()
    .join(', ');
}
