import { fileURLToPath } from 'node:url';
import { assert } from '@tidesync/shared/brand';
import type { LibraryId, RootId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import Sqlite from 'better-sqlite3';
import type { EngineJournal, RootJournal, RootPause, RootRecord, SessionRecord } from '../ports/journal.ts';
import { checks } from './journal/check-tables.ts';
import { conflicts } from './journal/conflict-tables.ts';
import { deletes } from './journal/delete-tables.ts';
import { deviceSettings } from './journal/device-table.ts';
import { excludedFolders } from './journal/excluded-table.ts';
import { openJournalFile } from './journal/journal-file.ts';
import { moveTable } from './journal/move-table.ts';
import { contentMemory, detachedFolders, history, progress, troubles } from './journal/record-tables.ts';
import { engineRuns } from './journal/run-table.ts';
import { treeReads, treeSearches, treeWrites } from './journal/tree-tables.ts';
import { youngTable } from './journal/young-table.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../drizzle/journal', import.meta.url));

export interface OpenedJournal {
  readonly journal: EngineJournal;
  /**
   * Null, or where the old file lies because it was corrupt: the journal is empty, and every root has to be
   * added again and merged.
   */
  readonly setAside: string | null;
}

/**
 * The journal in one SQLite file, which must be held by one process only (see home-folder.ts).
 * `nowMs` names a corrupt file that is set aside. Fails with `dataTooNew`, or `ownDataFailed` where the disk
 * refuses.
 */
export function openSqliteJournal(file: string, nowMs: number): OpenedJournal {
  return translated(file, () => {
    const { db, setAside } = openJournalFile(file, MIGRATIONS, nowMs);
    return { journal: guarded(file, engineJournal(db, file)), setAside };
  });
}

function engineJournal(db: Sqlite.Database, file: string): EngineJournal {
  const key = db.prepare<[string], { root: number; libraryId: string }>(
    'SELECT root, library_id AS libraryId FROM roots WHERE root_id = ?',
  );
  return {
    ...sessionTable(db),
    ...deviceSettings(db),
    ...rootsTable(db),
    ...engineRuns(db),
    openRoot({ rootId, libraryId }) {
      const row = key.get(rootId);
      assert(row !== undefined, 'a root is put before it is opened');
      assert(row.libraryId === libraryId, 'a root stays with its library');
      return guarded(file, rootJournal(db, row.root, libraryId));
    },
    close: () => void db.close(),
  };
}

function rootJournal(db: Sqlite.Database, root: number, libraryId: LibraryId): RootJournal {
  const rows = { db, root };
  const reads = treeReads(rows);
  const writes = treeWrites(rows, reads);
  const detached = detachedFolders(rows);
  const young = youngTable(rows);
  const state = progress(rows);
  const run = db.transaction((body: () => unknown) => body());
  // Inside another transaction this is a savepoint: a part that throws leaves nothing of itself.
  const transaction = <T>(body: () => T): T => run.immediate(body) as T;
  const within = (body: () => void): void => (db.inTransaction ? body() : void transaction(body));
  const forgetTrees = OF_THE_TREES.map((table) =>
    db.prepare<[number]>(`DELETE FROM ${table} WHERE root = ?`),
  );
  return {
    topId: topFolderOf(libraryId),
    transaction,
    ...reads,
    ...treeSearches(rows),
    set: (id, triple) => within(() => writes.set(id, triple)),
    rename: (from, to) => within(() => writes.rename(from, to)),
    restExcluded: (ids) => within(() => writes.restExcluded(ids)),
    forgetTrees() {
      within(() => {
        for (const statement of forgetTrees) statement.run(root);
        state.setCursor(null);
        state.setAnswered(null);
        state.setListing(null);
      });
    },
    ...state,
    setSent: (sent, youngToo) =>
      within(() => {
        state.setSent(sent);
        if (youngToo !== undefined) young.noteYoung(youngToo);
      }),
    ...moveTable(rows),
    ...young,
    noteYoung: (noted) => within(() => young.noteYoung(noted)),
    dropYoung: (ids) => within(() => young.dropYoung(ids)),
    ...contentMemory(rows),
    ...troubles(rows),
    ...history(rows),
    ...conflicts(rows),
    ...deletes(rows),
    ...detached,
    ...checks(rows),
    ...excludedFolders(rows),
    setDetachedFolders: (paths) => within(() => detached.setDetachedFolders(paths)),
  };
}

/** What says nothing any more without the trees. */
const OF_THE_TREES = ['base', 'local', 'remote', 'dirty', 'sent', 'approved_deletes', 'moves_under_way'];

function sessionTable(db: Sqlite.Database): Pick<EngineJournal, 'session' | 'setSession'> {
  const get = db.prepare<[], SessionRecord>(
    `SELECT server_url AS serverUrl, email, account_id AS accountId, device_id AS deviceId,
            device_name AS deviceName FROM session`,
  );
  const put = db.prepare<[SessionRecord]>(
    `INSERT OR REPLACE INTO session (one_row, server_url, email, account_id, device_id, device_name)
     VALUES (1, @serverUrl, @email, @accountId, @deviceId, @deviceName)`,
  );
  const clear = db.prepare('DELETE FROM session');
  return {
    session: () => get.get() ?? null,
    setSession: (session) => void (session === null ? clear.run() : put.run(session)),
  };
}

interface RootRow {
  rootId: string;
  libraryId: string;
  libraryName: string;
  path: string;
  folderId: string;
  paused: number;
  pausedUntilMs: number | null;
}

function rootsTable(db: Sqlite.Database): Pick<EngineJournal, 'roots' | 'putRoot' | 'removeRoot'> {
  const all = db.prepare<[], RootRow>(
    `SELECT root_id AS rootId, library_id AS libraryId, library_name AS libraryName, path,
            folder_id AS folderId, paused, paused_until_ms AS pausedUntilMs FROM roots ORDER BY root`,
  );
  const put = db.prepare<[RootRow]>(
    `INSERT INTO roots (root_id, library_id, library_name, path, folder_id, paused, paused_until_ms)
     VALUES (@rootId, @libraryId, @libraryName, @path, @folderId, @paused, @pausedUntilMs)
     ON CONFLICT (root_id) DO UPDATE SET library_name = excluded.library_name, path = excluded.path,
       folder_id = excluded.folder_id, paused = excluded.paused, paused_until_ms = excluded.paused_until_ms`,
  );
  const remove = db.prepare<[string]>('DELETE FROM roots WHERE root_id = ?');
  return {
    roots: () => all.all().map(rootOf),
    putRoot({ rootId, libraryId, libraryName, path, folderId, pause }) {
      const pausedUntilMs = pause.is === 'paused' ? pause.untilMs : null;
      const paused = pause.is === 'paused' ? 1 : 0;
      put.run({ rootId, libraryId, libraryName, path, folderId, paused, pausedUntilMs });
    },
    removeRoot: (rootId) => void remove.run(rootId),
  };
}

function rootOf(row: RootRow): RootRecord {
  const pause: RootPause =
    row.paused === 0 ? { is: 'running' } : { is: 'paused', untilMs: row.pausedUntilMs };
  const { rootId, libraryId, libraryName, path, folderId } = row;
  return { rootId: rootId as RootId, libraryId: libraryId as LibraryId, libraryName, path, folderId, pause };
}

/** The same methods, with the database's own errors told as a failed operation. */
function guarded<T extends object>(file: string, methods: T): T {
  const entries = Object.entries(methods).map(([name, method]) => {
    if (typeof method !== 'function') return [name, method];
    return [name, (...given: unknown[]) => translated(file, () => method(...given))];
  });
  return Object.fromEntries(entries) as T;
}

function translated<T>(file: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return fail({ reason: 'ownDataFailed', path: file, detail: error.code }, error);
  }
}

/** Trouble of disk or file; a wrong statement or a broken constraint is a bug and stays one. */
function isStorageError(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  if (!(error instanceof Sqlite.SqliteError)) return /^E[A-Z]+$/.test(error.code);
  return /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PERM|AUTH)/.test(error.code);
}
