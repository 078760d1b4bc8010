import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqliteStore } from '@tidesync/server/adapters/database/store-sqlite';
import type { Store } from '@tidesync/server/ports/store';
import Sqlite from 'better-sqlite3';
import { keepStatements } from './keep-statements.ts';

keepStatements();

/** In memory where there is such a folder: a database waits for its disk at every transaction. */
export const workFolder = mkdtempSync(
  path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tidesync-sim-'),
);
process.once('exit', () => rmSync(workFolder, { recursive: true, force: true }));

let opened = 0;

/**
 * The server's real database, used by one world after the other: opening and migrating one takes longer than most
 * worlds do.
 */
export class ServerDatabase {
  readonly #file: string;
  #store: Store;
  #look: Sqlite.Database;
  readonly #tables: string[];

  constructor() {
    this.#file = path.join(workFolder, `server-${++opened}.sqlite`);
    this.#store = openSqliteStore({ file: this.#file });
    this.#look = new Sqlite(this.#file);
    this.#tables = this.#look
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .pluck()
      .all() as string[];
    this.#look.pragma('foreign_keys = OFF');
    this.#look.pragma('synchronous = OFF');
  }

  get store(): Store {
    return this.#store;
  }

  /** As it is after its migrations. */
  empty(): void {
    this.#look.transaction(() => {
      for (const table of this.#tables) this.#look.exec(`DELETE FROM "${table}"`);
    })();
  }

  rows<T>(query: string, ...values: unknown[]): T[] {
    return this.#look.prepare(query).all(...values) as T[];
  }
  count(query: string): number {
    return Number(this.#look.prepare(query).pluck().get());
  }

  /** All of it as it is now, under a name. */
  save(name: string): void {
    rmSync(this.#savedAs(name), { force: true });
    this.#look.prepare('VACUUM INTO ?').run(this.#savedAs(name));
  }

  /** Puts back what was saved, as an administrator does: with no server running. */
  async restore(name: string): Promise<void> {
    await this.#store.close();
    this.#look.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.#file + suffix, { force: true });
    copyFileSync(this.#savedAs(name), this.#file);
    this.#store = openSqliteStore({ file: this.#file });
    this.#look = new Sqlite(this.#file);
    this.#look.pragma('foreign_keys = OFF');
    this.#look.pragma('synchronous = OFF');
  }

  #savedAs(name: string): string {
    return `${this.#file}.${name}`;
  }
}

let shared: ServerDatabase | null = null;
/** The one of this process: worlds run one after the other. */
export function sharedServerDatabase(): ServerDatabase {
  shared ??= new ServerDatabase();
  return shared;
}
