import type { Buffer } from 'node:buffer';
import { decodeRefs, encodeRefs } from '@tidesync/shared/chunk-list';
import type { BatchId, OpId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { engineLimits } from '../../core/engine-limits.ts';
import type { ActivityRecord, RootJournal, SentCommit, TroubleRecord } from '../../ports/journal.ts';
import { hashBytes } from './tree-rows.ts';
import type { RootRows } from './tree-tables.ts';

export type Progress = Pick<
  RootJournal,
  | 'cursor'
  | 'setCursor'
  | 'answered'
  | 'setAnswered'
  | 'listing'
  | 'setListing'
  | 'tally'
  | 'setTally'
  | 'sent'
  | 'setSent'
>;
export type ContentMemory = Pick<RootJournal, 'chunksOf' | 'putChunks'>;
export type Troubles = Pick<RootJournal, 'troubles' | 'troubleAt' | 'putTrouble' | 'clearTrouble'>;
export type History = Pick<RootJournal, 'addActivity' | 'activity'>;
export type DetachedFolders = Pick<RootJournal, 'detachedFolders' | 'setDetachedFolders'>;

export function progress({ db, root }: RootRows): Progress {
  const state = db.prepare<
    [number],
    { cursor: string | null; answered: string | null; pageToken: string | null; from: string | null }
  >(
    'SELECT cursor, answered, listing_page_token AS pageToken, listing_cursor AS "from" FROM roots WHERE root = ?',
  );
  const setCursor = db.prepare<[string | null, number]>('UPDATE roots SET cursor = ? WHERE root = ?');
  const setAnswered = db.prepare<[string | null, number]>('UPDATE roots SET answered = ? WHERE root = ?');
  const setListing = db.prepare<[string | null, string | null, number]>(
    'UPDATE roots SET listing_page_token = ?, listing_cursor = ? WHERE root = ?',
  );
  const tally = db.prepare<[number], { now: EntryName | null; next: EntryName | null }>(
    'SELECT tally_now AS now, tally_next AS next FROM roots WHERE root = ?',
  );
  const setTally = db.prepare<[string | null, string | null, number]>(
    'UPDATE roots SET tally_now = ?, tally_next = ? WHERE root = ?',
  );
  const sent = db.prepare<[number], { opId: string; batchId: string | null; ops: string }>(
    'SELECT op_id AS opId, batch_id AS batchId, ops FROM sent WHERE root = ?',
  );
  const putSent = db.prepare<[number, string, string | null, string]>(
    `INSERT INTO sent (root, op_id, batch_id, ops) VALUES (?, ?, ?, ?)
     ON CONFLICT (root) DO UPDATE SET op_id = excluded.op_id, batch_id = excluded.batch_id, ops = excluded.ops`,
  );
  const dropSent = db.prepare<[number]>('DELETE FROM sent WHERE root = ?');
  return {
    cursor: () => state.get(root)?.cursor ?? null,
    setCursor: (cursor) => void setCursor.run(cursor, root),
    answered: () => state.get(root)?.answered ?? null,
    setAnswered: (cursor) => void setAnswered.run(cursor, root),
    listing() {
      const row = state.get(root);
      return row === undefined || row.from === null ? null : { pageToken: row.pageToken, cursor: row.from };
    },
    setListing: (listing) => void setListing.run(listing?.pageToken ?? null, listing?.cursor ?? null, root),
    tally() {
      const row = tally.get(root);
      return row === undefined || row.next === null ? null : { now: row.now, next: row.next };
    },
    setTally: (tally) => void setTally.run(tally?.now ?? null, tally?.next ?? null, root),
    sent() {
      const row = sent.get(root);
      if (row === undefined) return null;
      const ops = JSON.parse(row.ops) as SentCommit['ops'];
      return { opId: row.opId as OpId, batchId: row.batchId as BatchId | null, ops };
    },
    setSent(commit) {
      if (commit === null) dropSent.run(root);
      else putSent.run(root, commit.opId, commit.batchId, JSON.stringify(commit.ops));
    },
  };
}

export function contentMemory({ db, root }: RootRows): ContentMemory {
  const get = db.prepare<[number, Buffer], { refs: Buffer }>(
    'SELECT refs FROM chunks WHERE root = ? AND content_id = ?',
  );
  // Equal content has equal chunks; what is there already is replaced only where it is not right.
  const put = db.prepare<[number, Buffer, Uint8Array]>(
    `INSERT INTO chunks (root, content_id, refs) VALUES (?, ?, ?)
     ON CONFLICT (root, content_id) DO UPDATE SET refs = excluded.refs WHERE refs <> excluded.refs`,
  );
  return {
    chunksOf(contentId) {
      const row = get.get(root, hashBytes(contentId));
      if (row === undefined) return null;
      if (row.refs.length === 0) return [];
      // One that cannot be read is as good as none: the file is read once more.
      return decodeRefs(row.refs);
    },
    putChunks: (contentId, chunks) => void put.run(root, hashBytes(contentId), encodeRefs(chunks)),
  };
}

interface TroubleRow {
  path: string;
  trouble: string;
  sinceMs: number;
  tries: number;
  nextTryMs: number | null;
}

export function troubles({ db, root }: RootRows): Troubles {
  const select = `SELECT path, trouble, since_ms AS sinceMs, tries, next_try_ms AS nextTryMs
                  FROM troubles WHERE root = ?`;
  const all = db.prepare<[number], TroubleRow>(`${select} ORDER BY path`);
  const one = db.prepare<[number, string], TroubleRow>(`${select} AND path = ?`);
  const put = db.prepare<[number, string, string, number, number, number | null]>(
    `INSERT INTO troubles (root, path, trouble, since_ms, tries, next_try_ms) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (root, path) DO UPDATE SET trouble = excluded.trouble, since_ms = excluded.since_ms,
       tries = excluded.tries, next_try_ms = excluded.next_try_ms`,
  );
  const clear = db.prepare<[number, string]>('DELETE FROM troubles WHERE root = ? AND path = ?');
  return {
    troubles: () => all.all(root).map(troubleOf),
    troubleAt(path) {
      const row = one.get(root, path);
      return row === undefined ? null : troubleOf(row);
    },
    putTrouble({ path, trouble, sinceMs, tries, nextTryMs }) {
      put.run(root, path, JSON.stringify(trouble), sinceMs, tries, nextTryMs);
    },
    clearTrouble: (path) => void clear.run(root, path),
  };
}

function troubleOf(row: TroubleRow): TroubleRecord {
  return { ...row, path: row.path as RelPath, trouble: JSON.parse(row.trouble) as TroubleRecord['trouble'] };
}

export function history({ db, root }: RootRows): History {
  const { activityMax, activitySlack } = engineLimits;
  const addActivity = db.prepare<[number, number, string, string, string]>(
    'INSERT INTO activity (root, at_ms, kind, path, detail) VALUES (?, ?, ?, ?, ?)',
  );
  const activity = db.prepare<[number, number], ActivityRecord>(
    `SELECT at_ms AS atMs, kind, path, detail FROM activity WHERE root = ? ORDER BY activity_id DESC LIMIT ?`,
  );
  const prune = db.prepare<[number, number, number]>(
    `DELETE FROM activity WHERE root = ? AND activity_id <=
       (SELECT activity_id FROM activity WHERE root = ? ORDER BY activity_id DESC LIMIT 1 OFFSET ?)`,
  );
  // Counted from the last pruning, or from the start of this process, in which one is due at once.
  let addedSincePrune: number = activitySlack;
  return {
    addActivity({ atMs, kind, path, detail }) {
      addActivity.run(root, atMs, kind, path, detail);
      addedSincePrune++;
      if (addedSincePrune < activitySlack) return;
      prune.run(root, root, activityMax);
      addedSincePrune = 0;
    },
    activity: (limit) => activity.all(root, Math.min(limit, activityMax)),
  };
}

export function detachedFolders({ db, root }: RootRows): DetachedFolders {
  const all = db.prepare<[number], { path: RelPath }>(
    'SELECT path FROM detached_folders WHERE root = ? ORDER BY path',
  );
  const clear = db.prepare<[number]>('DELETE FROM detached_folders WHERE root = ?');
  const add = db.prepare<[number, string]>(
    'INSERT INTO detached_folders (root, path) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  return {
    detachedFolders: () => all.all(root).map(({ path }) => path),
    setDetachedFolders(paths) {
      clear.run(root);
      for (const path of paths) add.run(root, path);
    },
  };
}
