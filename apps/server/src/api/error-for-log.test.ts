import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, test } from 'vitest';
import { errorForLog } from './error-for-log.ts';

test('a failed query is logged with its cause and without its parameters', () => {
  const cause = new Error('disk I/O error');
  const failed = new DrizzleQueryError('select ? from accounts', ['s3cret', 'Holiday\n    plans.txt'], cause);
  const logged = errorForLog(new Error('the store failed', { cause: failed }));
  const text = JSON.stringify(logged);
  expect(text).not.toMatch(/s3cret|plans/);
  expect(text).toContain('select ? from accounts');
  expect(text).toContain('disk I/O error');
});
