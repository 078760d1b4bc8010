import type { TroubleCode } from '@tidesync/engine/core/trouble';
import type { ActivityKind } from '@tidesync/engine/ports/journal';
import { catalogueFaults } from '@tidesync/ui/words/catalogue-check';
import { expect, test } from 'vitest';
import { activityEn } from './activity-en.ts';
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

test('every trouble of a path and every kind of activity has its words', () => {
  // The compiler asks for those that are missing.
  const troubles: Record<TroubleCode, { title: string; cure: string }> = troublesEn;
  const kinds: Record<ActivityKind, string> = activityEn;
  expect(Object.values(troubles).filter(({ title, cure }) => title === '' || cure === '')).toEqual([]);
  expect(Object.values(kinds).filter((sentence) => !sentence.includes('{{name}}'))).toEqual([]);
});
