import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leasesContract } from './leases-contract.ts';
import { openSqliteStore } from './store-sqlite.ts';

leasesContract('the store on SQLite', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidesync-leases-'));
  const one = openSqliteStore({ file: path.join(folder, 'server.sqlite') });
  const dispose = async () => {
    await one.close();
    await rm(folder, { recursive: true, force: true });
  };
  // Two openings in one process would wait for each other: SQLite waits without letting anything else run.
  return { one, other: one, dispose };
});
