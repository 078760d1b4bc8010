import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/** The files of a SQLite database at one moment, by what their names end in. */
export interface DatabaseState {
  readonly at: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

const SUFFIXES = ['', '-journal', '-wal'];
const FRAME_BYTES = 4_096 + 24;

/**
 * Every state in which a process may leave a database that is killed while `work` changes it: before and after each
 * statement, and with any prefix of what was written to its log in between. The cache is too small for any change, so
 * that half of a transaction is in the files while it is open.
 */
export function statesDuring(file: string, work: () => void): DatabaseState[] {
  const seen: DatabaseState[] = [];
  const note = (at: string) => seen.push({ at, files: filesOf(file) });
  const { prototype } = Sqlite;
  const { exec, pragma } = prototype;
  prototype.exec = function (this: Sqlite.Database, text: string) {
    pragma.call(this, 'cache_size = 1');
    for (const statement of statementsIn(text)) {
      note(`before ${statement}`);
      exec.call(this, statement);
      note(`after ${statement}`);
    }
    return this;
  };
  prototype.pragma = function (this: Sqlite.Database, text: string, options) {
    note(`before pragma ${text}`);
    const result = pragma.call(this, text, options);
    note(`after pragma ${text}`);
    return result;
  };
  try {
    note('at the start');
    work();
    note('at the end');
  } finally {
    Object.assign(prototype, { exec, pragma });
  }
  return distinct(withTornLogs(seen));
}

/** Puts a database into that state. */
export function writeState({ files }: DatabaseState, file: string): void {
  for (const [suffix, bytes] of files) writeFileSync(file + suffix, bytes);
}

export interface DatabaseContents {
  readonly format: unknown;
  readonly indexes: readonly unknown[];
  readonly tables: Readonly<Record<string, { readonly sql: string; readonly rows: readonly unknown[] }>>;
}

/** Everything in a database: its format, its tables as they were made, its rows. */
export function contentsOf(file: string): DatabaseContents {
  const db = new Sqlite(file, { readonly: true });
  try {
    const made = db.prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    );
    const tables = made
      .all()
      .map(({ name, sql }) => [name, { sql, rows: db.prepare(`SELECT * FROM "${name}"`).all() }]);
    const indexes = db
      .prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name")
      .pluck()
      .all();
    const format = db.pragma('user_version', { simple: true });
    return { format, indexes, tables: Object.fromEntries(tables) };
  } finally {
    db.close();
  }
}

/** A row in every table that is there and has none, with a value of its type in every column. */
export function fillTables(db: Sqlite.Database): void {
  db.pragma('foreign_keys = OFF');
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  for (const table of tables) {
    const columns = db.pragma(`table_info("${table}")`) as { name: string; type: string }[];
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const values = columns.map(({ type }) => VALUES[type] ?? null);
    const marks = values.map(() => '?').join(', ');
    db.prepare(`INSERT OR IGNORE INTO "${table}" (${names}) VALUES (${marks})`).run(...values);
  }
}

const VALUES: Readonly<Record<string, unknown>> = { TEXT: 'text', INTEGER: 1, BLOB: Buffer.alloc(16, 7) };

/** The numbers of the migrations in a folder: each makes the format of its number. */
export function formatsIn(folder: string): number[] {
  return readdirSync(folder).map((_name, index) => index + 1);
}

/** Brings a database to an earlier format, as programs of that time did. */
export function makeFormat(file: string, folder: string, format: number): void {
  const db = new Sqlite(file);
  db.pragma('journal_mode = WAL');
  for (const name of readdirSync(folder).sort().slice(0, format)) {
    db.exec(readFileSync(path.join(folder, name), 'utf8'));
    fillTables(db);
  }
  db.pragma(`user_version = ${format}`);
  db.close();
}

function filesOf(file: string): Map<string, Buffer> {
  const there = SUFFIXES.filter((suffix) => existsSync(file + suffix));
  return new Map(there.map((suffix) => [suffix, readFileSync(file + suffix)]));
}

function withTornLogs(states: readonly DatabaseState[]): DatabaseState[] {
  return states.flatMap((state, index) => {
    const log = state.files.get('-wal');
    const before = states[index - 1]?.files;
    const knownBytes = before?.get('-wal')?.length ?? 0;
    if (log === undefined || before === undefined) return [state];
    const torn: DatabaseState[] = [];
    for (let bytes = knownBytes; bytes < log.length; bytes += FRAME_BYTES / 2) {
      const files = new Map([...before, ['-wal', log.subarray(0, bytes)]] as const);
      torn.push({ at: `${state.at}, of its log ${bytes} bytes`, files });
    }
    return [...torn, state];
  });
}

function distinct(states: readonly DatabaseState[]): DatabaseState[] {
  const known = new Map<string, DatabaseState>();
  for (const state of states) {
    const key = [...state.files].map(([suffix, bytes]) => suffix + bytes.toString('base64')).join('|');
    if (!known.has(key)) known.set(key, state);
  }
  return [...known.values()];
}

/** A statement ends its line, but for a comment. */
function statementsIn(text: string): string[] {
  return text
    .split(/;\s*(?:--.*)?(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
