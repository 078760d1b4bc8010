import path from 'node:path';
import Database from 'better-sqlite3';
import type { ServerWorld } from './server-world.ts';
import { runOnTidb } from './tidb-database.ts';

/** Runs a statement on a world's database past every rule of ours, as a broken disk or a careless hand would. */
export async function runStatement(world: ServerWorld, statement: string): Promise<void> {
  if (process.env.TIDESYNC_TEST_STORE === 'tidb') return runOnTidb(statement);
  const database = new Database(path.join(world.folder, 'server.sqlite'));
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}
