// Words out of a catalogue without any library: for what has to be small, and what runs beside the windows.

import { isRightToLeft } from './human-format.ts';
import type { Catalogue, Language, Words } from './languages.ts';

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Says the words of a catalogue that is complete; a key that it lacks is said as it is. */
export function wordsIn<C>(catalogue: Catalogue, language: Language): Words<C> {
  const plurals = new Intl.PluralRules(language);
  // Names and paths of another direction would tear a sentence that runs from the right.
  const shown = isRightToLeft(language)
    ? (value: string | number) => `${FIRST_STRONG_ISOLATE}${value}${POP_ISOLATE}`
    : String;
  return (key, values = {}) => {
    const { count } = values;
    const plural = typeof count === 'number' ? wordAt(catalogue, `${key}_${plurals.select(count)}`) : null;
    const word = plural ?? wordAt(catalogue, key) ?? key;
    return word.replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => shown(values[name] ?? ''));
  };
}

function wordAt(catalogue: Catalogue, key: string): string | null {
  let at: string | Catalogue | undefined = catalogue;
  for (const part of key.split('.')) {
    if (typeof at !== 'object' || !Object.hasOwn(at, part)) return null;
    at = at[part];
  }
  return typeof at === 'string' ? at : null;
}
