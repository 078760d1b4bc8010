import type { TroubleCode } from '@tidesync/engine/core/trouble';
import { catalogueFaults } from '@tidesync/ui/words/catalogue-check';
import { expect, test } from 'vitest';
import { desktopAr } from './desktop-ar.ts';
import { desktopDe } from './desktop-de.ts';
import { desktopEn } from './desktop-en.ts';
import { troublesEn } from './troubles-en.ts';

test.each([
  ['de', desktopDe],
  ['ar', desktopAr],
] as const)('the screens are complete in %s', (language, catalogue) => {
  expect(catalogueFaults(desktopEn, catalogue, language)).toEqual([]);
});

test('every trouble of a path has its words', () => {
  // The compiler asks for those that are missing.
  const troubles: Record<TroubleCode, { title: string; cure: string }> = troublesEn;
  expect(Object.values(troubles).filter(({ title, cure }) => title === '' || cure === '')).toEqual([]);
});
