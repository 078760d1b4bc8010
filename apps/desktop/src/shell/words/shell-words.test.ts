import type { ActivityKind } from '@tidesync/engine/ports/journal';
import type { Catalogue, Language } from '@tidesync/shared/languages';
import { LANGUAGE_CODES } from '@tidesync/shared/languages';
import { catalogueFaults } from '@tidesync/ui/words/catalogue-check';
import { expect, test } from 'vitest';
import { shellAr } from './shell-ar.ts';
import { shellDe } from './shell-de.ts';
import { shellEn } from './shell-en.ts';

const catalogues: Readonly<Record<Language, Catalogue>> = { en: shellEn, de: shellDe, ar: shellAr };

test.each(LANGUAGE_CODES)('the tray and its messages are complete in %s', (language) => {
  expect(catalogueFaults(shellEn, catalogues[language], language)).toEqual([]);
});

test('every kind of activity has its words', () => {
  // The compiler asks for those that are missing.
  const kinds: Record<ActivityKind, string> = shellEn.activity;
  expect(Object.values(kinds).filter((sentence) => !sentence.includes('{{name}}'))).toEqual([]);
});
