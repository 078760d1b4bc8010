import { catalogueFaults } from '@tidesync/ui/words/catalogue-check';
import { expect, test } from 'vitest';
import { consoleAr } from './console-ar.ts';
import { consoleDe } from './console-de.ts';
import { consoleEn } from './console-en.ts';

test.each([
  ['de', consoleDe],
  ['ar', consoleAr],
] as const)('the console is complete in %s', (language, catalogue) => {
  expect(catalogueFaults(consoleEn, catalogue, language)).toEqual([]);
});
