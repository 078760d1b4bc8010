import type { ConflictRecord, ResolvedConflict, RootJournal } from '../../ports/journal.ts';
import type { RootRows } from './tree-tables.ts';

export type Conflicts = Pick<
  RootJournal,
  | 'addConflict'
  | 'conflicts'
  | 'dropConflict'
  | 'addResolvedConflict'
  | 'resolvedConflicts'
  | 'dropResolvedConflict'
  | 'forgetResolvedConflicts'
>;

export function conflicts(rows: RootRows): Conflicts {
  return { ...open(rows), ...resolved(rows) };
}

function open({ db, root }: RootRows): Pick<Conflicts, 'addConflict' | 'conflicts' | 'dropConflict'> {
  const add = db.prepare<[number, string, string, number]>(
    `INSERT INTO conflicts (root, copy_path, path, at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (root, copy_path) DO UPDATE SET path = excluded.path, at_ms = excluded.at_ms`,
  );
  const all = db.prepare<[number], ConflictRecord>(
    `SELECT at_ms AS atMs, path, copy_path AS copyPath FROM conflicts WHERE root = ?
     ORDER BY at_ms DESC, copy_path`,
  );
  const drop = db.prepare<[number, string]>('DELETE FROM conflicts WHERE root = ? AND copy_path = ?');
  return {
    addConflict: ({ atMs, path, copyPath }) => void add.run(root, copyPath, path, atMs),
    conflicts: () => all.all(root),
    dropConflict: (copyPath) => void drop.run(root, copyPath),
  };
}

function resolved({ db, root }: RootRows): Omit<Conflicts, 'addConflict' | 'conflicts' | 'dropConflict'> {
  const add = db.prepare<[ResolvedConflict & { root: number }]>(
    `INSERT OR REPLACE INTO resolved_conflicts (root, copy_path, path, at_ms, kept, resolved_ms, trash_path)
     VALUES (@root, @copyPath, @path, @atMs, @kept, @resolvedMs, @trashPath)`,
  );
  const all = db.prepare<[number], ResolvedConflict>(
    `SELECT copy_path AS copyPath, path, at_ms AS atMs, kept, resolved_ms AS resolvedMs, trash_path AS trashPath
     FROM resolved_conflicts WHERE root = ? ORDER BY resolved_ms DESC, copy_path`,
  );
  const drop = db.prepare<[number, string, number]>(
    'DELETE FROM resolved_conflicts WHERE root = ? AND copy_path = ? AND at_ms = ?',
  );
  const forget = db.prepare<[number, number]>(
    'DELETE FROM resolved_conflicts WHERE root = ? AND resolved_ms < ?',
  );
  return {
    addResolvedConflict: (record) => void add.run({ ...record, root }),
    resolvedConflicts: () => all.all(root),
    dropResolvedConflict: ({ copyPath, atMs }) => void drop.run(root, copyPath, atMs),
    forgetResolvedConflicts: (beforeMs) => void forget.run(root, beforeMs),
  };
}
