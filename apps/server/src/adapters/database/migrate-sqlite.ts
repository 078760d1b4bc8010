import { fail } from '@tidesync/shared/problems';
import type Database from 'better-sqlite3';
import { readMigrations } from './migration-files.ts';

const versionOf = (database: Database.Database) =>
  database.pragma('user_version', { simple: true }) as number;

/**
 * Brings a database to the newest format. The format is SQLite's `user_version`: how many migrations it has seen.
 * Each migration is one transaction with its number, so none is ever half done, and whoever comes second waits
 * for the write lock and then finds it done.
 * Errors: Failure `dataTooNew`, before anything was written.
 */
export function migrate(database: Database.Database, folder: string): void {
  const migrations = readMigrations(folder);
  refuseNewerFormat(database, migrations.length);
  for (const migration of migrations) {
    if (versionOf(database) >= migration.version) continue;
    database
      .transaction(() => {
        refuseNewerFormat(database, migrations.length);
        if (versionOf(database) >= migration.version) return;
        database.exec(migration.statements);
        database.pragma(`user_version = ${migration.version}`);
      })
      .immediate();
  }
}

function refuseNewerFormat(database: Database.Database, known: number): void {
  const found = versionOf(database);
  if (found > known) fail({ reason: 'dataTooNew', what: 'The server database', found, known });
}
