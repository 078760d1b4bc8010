import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { openSqliteStore } from '../../adapters/database/store-sqlite.ts';
import { quotasContract } from '../../testing/quotas-contract.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'tidesync-quotas-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

quotasContract('SQLite', async () => openSqliteStore({ file: path.join(folder, 'server.sqlite') }));
