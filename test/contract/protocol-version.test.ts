import { readFileSync } from 'node:fs';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import { expect, test } from 'vitest';

test('[W14] the log of versions ends with the one that is spoken', () => {
  const page = readFileSync(new URL('../../docs/spec/wire.md', import.meta.url), 'utf8');
  const versions = [...page.matchAll(/^\| (\d+) \| \d{4}-\d{2}-\d{2} \|/gm)].map((row) => Number(row[1]));
  expect(versions).toEqual(Array.from({ length: PROTOCOL_VERSION }, (_, index) => index + 1));
});
