import type { Buffer } from 'node:buffer';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Database, Statement } from 'better-sqlite3';
import { engineLimits } from '../../core/engine-limits.ts';
import type { BaseEntry, LocalState, RemoteState, Triple } from '../../core/entry.ts';
import {
  LOCAL_ABSENT,
  localEqualsBase,
  localOfBase,
  NOWHERE,
  REMOTE_ABSENT,
  remoteEqualsBase,
  remoteOfBase,
} from '../../core/entry.ts';
import type { RootJournal } from '../../ports/journal.ts';
import type { BaseRow, LocalRow, RemoteRow } from './tree-rows.ts';
import {
  baseOf,
  baseValues,
  hashBytes,
  idBytes,
  idOf,
  localOf,
  localValues,
  remoteOf,
  remoteValues,
  treeColumns,
} from './tree-rows.ts';

/** To SQLite. */
const NO_LIMIT = -1;
const IS_DIRTY = 'SELECT 1 FROM dirty WHERE root = ? AND entry_id = ?';

type Tree = keyof typeof treeColumns;
type Side = Exclude<Tree, 'base'>;
interface IdRow {
  id: Buffer;
}

/** A root's rows in one database: the key of its row in `roots` leads every key. */
export interface RootRows {
  readonly db: Database;
  readonly root: number;
}

export type TreeReads = Pick<
  RootJournal,
  'get' | 'dirtyIds' | 'absentIds' | 'countEntries' | 'countFiles' | 'allIds'
>;
export type TreeSearches = Pick<
  RootJournal,
  | 'localChildren'
  | 'remoteChildren'
  | 'localAt'
  | 'remoteAt'
  | 'localByDiskName'
  | 'baseByInode'
  | 'baseByDiskName'
  | 'baseByContent'
>;
export type TreeWrites = Pick<RootJournal, 'set' | 'rename' | 'restExcluded'>;

export function treeReads({ db, root }: RootRows): TreeReads {
  const base = db.prepare<[number, Buffer], BaseRow>(selectOne('base'));
  const local = db.prepare<[number, Buffer], LocalRow>(selectOne('local'));
  const remote = db.prepare<[number, Buffer], RemoteRow>(selectOne('remote'));
  const isDirty = db.prepare<[number, Buffer], object>(IS_DIRTY);
  const dirty = db.prepare<[number, number], IdRow>(
    'SELECT entry_id AS id FROM dirty WHERE root = ? AND resting = 0 ORDER BY dirty_seq LIMIT ?',
  );
  const counts = db.prepare<[number, number], { base: number; dirty: number }>(
    `SELECT (SELECT count(*) FROM base WHERE root = ?) AS base,
            (SELECT count(*) FROM dirty WHERE root = ? AND resting = 0) AS dirty`,
  );
  const absent = db.prepare<[number], IdRow>(
    `SELECT local.entry_id AS id FROM local
     JOIN base ON base.root = local.root AND base.entry_id = local.entry_id
     WHERE local.root = ? AND local.parent_id IS NULL`,
  );
  const files = db.prepare<[number, number], { files: number }>(
    "SELECT count(*) AS files FROM (SELECT 1 FROM base WHERE root = ? AND kind <> 'folder' LIMIT ?)",
  );
  return {
    get(id) {
      const key = idBytes(id);
      const baseRow = base.get(root, key);
      const differs = isDirty.get(root, key) !== undefined;
      const localRow = differs ? local.get(root, key) : undefined;
      const remoteRow = differs ? remote.get(root, key) : undefined;
      const agreed = baseRow === undefined ? null : baseOf(baseRow);
      if (agreed === null && localRow === undefined && remoteRow === undefined) return NOWHERE;
      return { base: agreed, local: localState(agreed, localRow), remote: remoteState(agreed, remoteRow) };
    },
    dirtyIds: (max = Number.POSITIVE_INFINITY) =>
      dirty.all(root, Number.isFinite(max) ? max : NO_LIMIT).map(({ id }) => idOf(id)),
    absentIds: () => absent.all(root).map(({ id }) => idOf(id)),
    countFiles: (max) => files.get(root, max)?.files ?? 0,
    countEntries: () => counts.get(root, root) ?? { base: 0, dirty: 0 },
    allIds: () => everyId(db, root),
  };
}

function localState(base: BaseEntry | null, row: LocalRow | undefined): LocalState {
  if (row !== undefined) return localOf(row);
  return base === null ? LOCAL_ABSENT : localOfBase(base);
}

function remoteState(base: BaseEntry | null, row: RemoteRow | undefined): RemoteState {
  if (row !== undefined) return remoteOf(row);
  return base === null ? REMOTE_ABSENT : remoteOfBase(base);
}

/** By pages, so that the caller may write meanwhile: an open cursor would lock the connection. */
function* everyId(db: Database, root: number): Generator<EntryId> {
  const page = db.prepare<[number, Buffer, number, Buffer, number], IdRow>(
    `SELECT entry_id AS id FROM base WHERE root = ? AND entry_id > ?
     UNION SELECT entry_id FROM dirty WHERE root = ? AND entry_id > ?
     ORDER BY id LIMIT ?`,
  );
  const first = db.prepare<[number, number], IdRow>(
    `SELECT entry_id AS id FROM base WHERE root = ? UNION SELECT entry_id FROM dirty WHERE root = ?
     ORDER BY id LIMIT 1`,
  );
  let last = first.get(root, root)?.id;
  if (last === undefined) return;
  yield idOf(last);
  for (;;) {
    const rows = page.all(root, last, root, last, engineLimits.idsPerPage);
    for (const { id } of rows) yield idOf(id);
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}

export function treeSearches({ db, root }: RootRows): TreeSearches {
  const byInode = db.prepare<[number, string, string], IdRow>(
    'SELECT entry_id AS id FROM base WHERE root = ? AND inode = ? AND birthtime_ns = ?',
  );
  const byDiskName = db.prepare<[number, Buffer, string], IdRow>(
    'SELECT entry_id AS id FROM base WHERE root = ? AND parent_id = ? AND local_name = ?',
  );
  const byContent = db.prepare<[number, Buffer, number], IdRow>(
    'SELECT entry_id AS id FROM base WHERE root = ? AND content_id = ? LIMIT ?',
  );
  return {
    localChildren: childrenIn({ db, root }, 'local'),
    remoteChildren: childrenIn({ db, root }, 'remote'),
    localAt: entryAt({ db, root }, 'local', 'name'),
    remoteAt: entryAt({ db, root }, 'remote', 'name'),
    localByDiskName: entryAt({ db, root }, 'local', 'local_name'),
    baseByInode: (inode, birthtimeNs) =>
      byInode
        .all(root, inode, birthtimeNs)
        .map(({ id }) => idOf(id))
        .sort(),
    baseByDiskName: (folder, localName) =>
      byDiskName
        .all(root, idBytes(folder), localName)
        .map(({ id }) => idOf(id))
        .sort(),
    baseByContent: (contentId: ContentId, limit) =>
      byContent.all(root, hashBytes(contentId), limit).map(({ id }) => idOf(id)),
  };
}

/** What a side's tree holds: its own rows, and those of base that it has no row for. */
const unlessOn = (side: Side): string =>
  `NOT EXISTS (SELECT 1 FROM ${side} s WHERE s.root = base.root AND s.entry_id = base.entry_id)`;

function childrenIn({ db, root }: RootRows, side: Side): (folder: EntryId) => EntryId[] {
  const statement = db.prepare<[number, Buffer, number, Buffer], IdRow>(
    `SELECT entry_id AS id, name FROM ${side} WHERE root = ? AND parent_id = ?
     UNION ALL SELECT entry_id, name FROM base WHERE root = ? AND parent_id = ? AND ${unlessOn(side)}
     ORDER BY name, id`,
  );
  return (folder) => {
    const parent = idBytes(folder);
    return statement.all(root, parent, root, parent).map(({ id }) => idOf(id));
  };
}

/**
 * Where two have the name, which only an unfinished change can bring about: the smaller id. Sorted here, because
 * ORDER BY costs each of these small queries 5 µs, six times what the search does.
 */
function entryAt({ db, root }: RootRows, side: Side, column: 'name' | 'local_name') {
  type Place = [number, Buffer, string];
  const at = `root = ? AND parent_id = ? AND ${column} = ?`;
  const own = db.prepare<Place, IdRow>(`SELECT entry_id AS id FROM ${side} WHERE ${at}`);
  const agreed = db.prepare<Place, IdRow>(
    `SELECT entry_id AS id FROM base WHERE ${at} AND ${unlessOn(side)}`,
  );
  return (folder: EntryId, name: EntryName): EntryId | null => {
    const parent = idBytes(folder);
    const rows = [...own.all(root, parent, name), ...agreed.all(root, parent, name)];
    return rows.map(({ id }) => idOf(id)).sort()[0] ?? null;
  };
}

export function treeWrites({ db, root }: RootRows, reads: TreeReads): TreeWrites {
  const trees = { base: writerOf(db, 'base'), local: writerOf(db, 'local'), remote: writerOf(db, 'remote') };
  const isDirty = db.prepare<[number, Buffer], object>(IS_DIRTY);
  const makeDirty = db.prepare<[number, Buffer]>('INSERT INTO dirty (root, entry_id) VALUES (?, ?)');
  const makeClean = db.prepare<[number, Buffer]>('DELETE FROM dirty WHERE root = ? AND entry_id = ?');
  const rest = restingEntries({ db, root });
  const reparent = (['base', 'local', 'remote'] as const).map((tree) =>
    db.prepare<[Buffer, number, Buffer]>(`UPDATE ${tree} SET parent_id = ? WHERE root = ? AND parent_id = ?`),
  );

  const mark = (key: Buffer, wasDirty: boolean, dirty: boolean): void => {
    if (dirty !== wasDirty) (dirty ? makeDirty : makeClean).run(root, key);
  };

  const set = (id: EntryId, triple: Triple): void => {
    const key = idBytes(id);
    const wasDirty = isDirty.get(root, key) !== undefined;
    const rows = rowsOf(triple);
    const dirty = rows.local !== null || rows.remote !== null;
    for (const tree of ['base', 'local', 'remote'] as const) {
      const values = rows[tree];
      if (values !== null) trees[tree].put.run(root, key, ...values);
      else if (tree === 'base' || wasDirty) trees[tree].remove.run(root, key);
    }
    if (wasDirty) rest.isSet(key, triple);
    mark(key, wasDirty, dirty);
  };

  const rename = (from: EntryId, to: EntryId): void => {
    if (from === to) return;
    const merged = mergeOf(reads.get(from), reads.get(to));
    set(from, NOWHERE);
    set(to, merged);
    for (const statement of reparent) statement.run(idBytes(to), root, idBytes(from));
  };
  return { set, rename, restExcluded: rest.restExcluded };
}

/** Dirty entries that no plan looks at, because they are left out and have nothing here. */
export function restingEntries({ db, root }: RootRows) {
  const one = db.prepare<[number, Buffer]>('UPDATE dirty SET resting = 1 WHERE root = ? AND entry_id = ?');
  const wake = db.prepare<[number, Buffer]>(
    'UPDATE dirty SET resting = 0 WHERE root = ? AND entry_id = ? AND resting = 1',
  );
  const all = db.prepare<[number]>('UPDATE dirty SET resting = 0 WHERE root = ? AND resting = 1');
  const wakeAll = (): void => void all.run(root);
  return {
    restExcluded: (ids: readonly EntryId[]): void => {
      for (const id of ids) one.run(root, idBytes(id));
    },
    wakeAll,
    /** Where a folder lies decides about all that lies in it. */
    isSet(key: Buffer, { remote }: Triple): void {
      const isFile = remote.is === 'present' && remote.body.kind !== 'folder';
      if (wake.run(root, key).changes > 0 && !isFile) wakeAll();
    },
  };
}

/** What each tree's table holds of an entry; null: no row. */
function rowsOf({ base, local, remote }: Triple): Record<Tree, ReturnType<typeof baseValues> | null> {
  const localDiffers = base === null ? differsFromNowhere(local) : !localEqualsBase(local, base);
  const remoteDiffers = base === null ? remote.is === 'present' : !remoteEqualsBase(remote, base);
  return {
    base: base === null ? null : baseValues(base),
    local: localDiffers ? localValues(local) : null,
    remote: remoteDiffers ? remoteValues(remote) : null,
  };
}

function mergeOf(from: Triple, to: Triple): Triple {
  return {
    base: from.base ?? to.base,
    local: from.local.is === 'present' ? from.local : to.local,
    remote: from.remote.is === 'present' ? from.remote : to.remote,
  };
}

/** An absence that is not confirmed is news, even where nothing was agreed on. */
function differsFromNowhere(local: LocalState): boolean {
  return local.is === 'present' || !local.confirmed;
}

interface TreeWriter {
  readonly put: Statement<unknown[]>;
  readonly remove: Statement<[number, Buffer]>;
}

function writerOf(db: Database, tree: Tree): TreeWriter {
  const columns = treeColumns[tree];
  const places = columns.map(() => '?').join(', ');
  const updates = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  const given = columns.map((column) => `excluded.${column}`).join(', ');
  return {
    // Most of what a scan sets is there already, and writing it again into every index would be most of its time.
    put: db.prepare<unknown[]>(
      `INSERT INTO ${tree} (root, entry_id, ${columns.join(', ')}) VALUES (?, ?, ${places})
       ON CONFLICT (root, entry_id) DO UPDATE SET ${updates} WHERE (${columns.join(', ')}) IS NOT (${given})`,
    ),
    remove: db.prepare<[number, Buffer]>(`DELETE FROM ${tree} WHERE root = ? AND entry_id = ?`),
  };
}

function selectOne(tree: Tree): string {
  const columns = treeColumns[tree].map((column) => `${column} AS ${camelCase(column)}`).join(', ');
  return `SELECT ${columns} FROM ${tree} WHERE root = ? AND entry_id = ?`;
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
