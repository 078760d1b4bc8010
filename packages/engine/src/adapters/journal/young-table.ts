import type { Buffer } from 'node:buffer';
import type { RootJournal } from '../../ports/journal.ts';
import { idBytes, idOf } from './tree-rows.ts';
import type { RootRows } from './tree-tables.ts';

export type YoungTable = Pick<RootJournal, 'noteYoung' | 'youngOfOtherBoots' | 'dropYoung' | 'forgetYoung'>;

export function youngTable({ db, root }: RootRows): YoungTable {
  const put = db.prepare<[number, Buffer, string, number]>(
    'INSERT OR REPLACE INTO young_entries (root, entry_id, boot_id, at_ms) VALUES (?, ?, ?, ?)',
  );
  const others = db.prepare<[number, string], { id: Buffer }>(
    'SELECT entry_id AS id FROM young_entries WHERE root = ? AND boot_id <> ? ORDER BY entry_id',
  );
  const drop = db.prepare<[number, Buffer]>('DELETE FROM young_entries WHERE root = ? AND entry_id = ?');
  const forget = db.prepare<[number, number, string]>(
    'DELETE FROM young_entries WHERE root = ? AND at_ms <= ? AND boot_id = ?',
  );
  return {
    noteYoung({ ids, bootId, atMs }) {
      for (const id of ids) put.run(root, idBytes(id), bootId, atMs);
    },
    youngOfOtherBoots: (bootId) => others.all(root, bootId).map(({ id }) => idOf(id)),
    dropYoung(ids) {
      for (const id of ids) drop.run(root, idBytes(id));
    },
    forgetYoung: ({ bootId, untilMs }) => void forget.run(root, untilMs, bootId),
  };
}
