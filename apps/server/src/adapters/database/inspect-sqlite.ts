import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail } from '@tidesync/shared/problems';
import Database from 'better-sqlite3';
import type { DatabaseInspection } from '../../ports/database-inspection.ts';
import { readMigrations } from './migration-files.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../../drizzle/sqlite/', import.meta.url));

/** Errors: Failure `dataUnusable` for a file that is no database or cannot be read. */
export async function inspectSqlite(file: string): Promise<DatabaseInspection> {
  const formatKnown = readMigrations(MIGRATIONS).length;
  const empty = { formatKnown, clockAheadMs: null, complaints: [] };
  if (!existsSync(file)) {
    const what = `SQLite in ${file}`;
    return { ...empty, what, format: null, count: async () => 0, close: async () => undefined };
  }
  try {
    const database = new Database(file, { readonly: true });
    const format = database.pragma('user_version', { simple: true }) as number;
    const version = database.prepare('SELECT sqlite_version()').pluck().get();
    const verdict = String(database.pragma('quick_check(1)', { simple: true }));
    return {
      ...empty,
      what: `SQLite ${version} in ${file}`,
      format,
      complaints: verdict === 'ok' ? [] : [`The database file is damaged: ${verdict}.`],
      count: async (query) => Number(database.prepare(query).pluck().get()),
      close: async () => void database.close(),
    };
  } catch (error) {
    const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return fail({ reason: 'dataUnusable', path: file, detail }, error);
  }
}
