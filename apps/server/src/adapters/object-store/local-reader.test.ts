import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localReader } from './local-reader.ts';
import { openLocalStore } from './local-store.ts';
import { objectReaderContract } from './object-reader-contract.ts';

objectReaderContract('local', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidesync-reader-'));
  const { store } = await openLocalStore(dataDir);
  const close = () => rm(dataDir, { recursive: true, force: true });
  return { reader: localReader(dataDir), store, close };
});

test('a folder without objects has none', async () => {
  const reader = localReader('/no such folder');
  expect(await reader.list({ after: null, limit: 9 })).toEqual([]);
});
