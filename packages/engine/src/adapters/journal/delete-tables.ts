import type { Buffer } from 'node:buffer';
import type { BatchId } from '@tidesync/shared/ids';
import type { DeleteThresholds } from '../../core/mass-delete.ts';
import { DEFAULT_THRESHOLDS } from '../../core/mass-delete.ts';
import type { DeleteApproval, RootJournal } from '../../ports/journal.ts';
import { idBytes, idOf } from './tree-rows.ts';
import type { RootRows } from './tree-tables.ts';

export type Deletes = Pick<
  RootJournal,
  | 'deleteThresholds'
  | 'setDeleteThresholds'
  | 'holdsDeletes'
  | 'setHoldsDeletes'
  | 'approveDelete'
  | 'approvalOf'
  | 'approvedIds'
  | 'dropApproval'
  | 'sentDeletes'
  | 'addSentDeletes'
  | 'forgetSentDeletes'
>;

export function deletes(rows: RootRows): Deletes {
  return { ...thresholds(rows), ...approvals(rows), ...sentDeletes(rows) };
}

type Thresholds = Pick<
  Deletes,
  'deleteThresholds' | 'setDeleteThresholds' | 'holdsDeletes' | 'setHoldsDeletes'
>;

function thresholds({ db, root }: RootRows): Thresholds {
  const get = db.prepare<[number], DeleteThresholds>(
    'SELECT files, percent FROM delete_thresholds WHERE root = ?',
  );
  const put = db.prepare<[number, number | null, number | null]>(
    'INSERT OR REPLACE INTO delete_thresholds (root, files, percent) VALUES (?, ?, ?)',
  );
  const holds = db.prepare<[number], { holds: number }>(
    'SELECT holds_deletes AS holds FROM roots WHERE root = ?',
  );
  const putHolds = db.prepare<[number, number]>('UPDATE roots SET holds_deletes = ? WHERE root = ?');
  const setBoth = db.transaction(({ files, percent }: DeleteThresholds) => {
    put.run(root, files, percent);
    putHolds.run(0, root);
  });
  return {
    deleteThresholds: () => get.get(root) ?? DEFAULT_THRESHOLDS,
    setDeleteThresholds: (set) => void setBoth.immediate(set),
    holdsDeletes: () => holds.get(root)?.holds === 1,
    setHoldsDeletes: (held) => void putHolds.run(held ? 1 : 0, root),
  };
}

type Approvals = Pick<Deletes, 'approveDelete' | 'approvalOf' | 'approvedIds' | 'dropApproval'>;

function approvals({ db, root }: RootRows): Approvals {
  const put = db.prepare<[number, Buffer, number, number, BatchId]>(
    `INSERT OR REPLACE INTO approved_deletes (root, entry_id, content_seq, place_seq, batch_id)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const get = db.prepare<[number, Buffer], DeleteApproval>(
    `SELECT content_seq AS contentSeq, place_seq AS placeSeq, batch_id AS batchId
     FROM approved_deletes WHERE root = ? AND entry_id = ?`,
  );
  const drop = db.prepare<[number, Buffer]>('DELETE FROM approved_deletes WHERE root = ? AND entry_id = ?');
  const ids = db.prepare<[number], { id: Buffer }>(
    'SELECT entry_id AS id FROM approved_deletes WHERE root = ?',
  );
  return {
    approveDelete: (id, { contentSeq, placeSeq, batchId }) =>
      void put.run(root, idBytes(id), contentSeq, placeSeq, batchId),
    approvalOf: (id) => get.get(root, idBytes(id)) ?? null,
    approvedIds: () => ids.all(root).map(({ id }) => idOf(id)),
    dropApproval: (id) => void drop.run(root, idBytes(id)),
  };
}

function sentDeletes({
  db,
  root,
}: RootRows): Pick<Deletes, 'sentDeletes' | 'addSentDeletes' | 'forgetSentDeletes'> {
  const sum = db.prepare<[number, number, number], { files: number }>(
    'SELECT coalesce(sum(files), 0) AS files FROM sent_deletes WHERE root = ? AND at_ms > ? AND at_ms <= ?',
  );
  const add = db.prepare<[number, number, number]>(
    'INSERT INTO sent_deletes (root, at_ms, files) VALUES (?, ?, ?)',
  );
  const forgetBefore = db.prepare<[number, number]>('DELETE FROM sent_deletes WHERE root = ? AND at_ms <= ?');
  const forgetAll = db.prepare<[number]>('DELETE FROM sent_deletes WHERE root = ?');
  return {
    sentDeletes: ({ afterMs, untilMs }) => sum.get(root, afterMs, untilMs)?.files ?? 0,
    addSentDeletes({ files, atMs, forgetUntilMs }) {
      forgetBefore.run(root, forgetUntilMs);
      add.run(root, atMs, files);
    },
    forgetSentDeletes: () => void forgetAll.run(root),
  };
}
