import { expect, test } from 'vitest';
import type { UpdateFacts } from './update-rule.ts';
import { mayUpdateItself } from './update-rule.ts';

const facts: UpdateFacts = { isPackaged: true, hasSource: true, isOfSystem: false, env: {} };

test.each<[string, Partial<UpdateFacts>, boolean]>([
  ['a package that knows its source', {}, true],
  ['the repository', { isPackaged: false }, false],
  ['a package without a source', { hasSource: false }, false],
  ["a distribution's package", { isOfSystem: true }, false],
  ['where someone else looks after it', { env: { TIDESYNC_NO_UPDATES: '1' } }, false],
])('%s', (_what, some, may) => expect(mayUpdateItself({ ...facts, ...some })).toBe(may));
