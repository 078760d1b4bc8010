import type { Buffer } from 'node:buffer';
import type { EntryId } from '@tidesync/shared/ids';
import type { CheckState, DamageRecord, RootJournal } from '../../ports/journal.ts';
import { hashBytes, idBytes, idOf } from './tree-rows.ts';
import type { RootRows } from './tree-tables.ts';

export type Checks = Pick<
  RootJournal,
  'checks' | 'setChecks' | 'damages' | 'putDamage' | 'dropDamage' | 'idsAfter' | 'dropChunks'
>;

const FIRST = '00000000-0000-0000-0000-000000000000';

export function checks({ db, root }: RootRows): Checks {
  const get = db.prepare<[number], { state: string }>('SELECT state FROM checks WHERE root = ?');
  const put = db.prepare<[number, string]>(
    `INSERT INTO checks (root, state) VALUES (?, ?) ON CONFLICT (root) DO UPDATE SET state = excluded.state`,
  );
  const damages = db.prepare<[number], { id: Buffer; found: string }>(
    'SELECT entry_id AS id, found FROM damaged WHERE root = ? ORDER BY entry_id',
  );
  const putDamage = db.prepare<[number, Buffer, string]>(
    `INSERT INTO damaged (root, entry_id, found) VALUES (?, ?, ?)
     ON CONFLICT (root, entry_id) DO UPDATE SET found = excluded.found`,
  );
  const dropDamage = db.prepare<[number, Buffer]>('DELETE FROM damaged WHERE root = ? AND entry_id = ?');
  const dropChunks = db.prepare<[number, Buffer]>('DELETE FROM chunks WHERE root = ? AND content_id = ?');
  const after = db.prepare<[number, Buffer, number, Buffer, number], { id: Buffer }>(
    `SELECT entry_id AS id FROM base WHERE root = ? AND entry_id > ?
     UNION SELECT entry_id FROM dirty WHERE root = ? AND entry_id > ? ORDER BY id LIMIT ?`,
  );
  return {
    checks() {
      const row = get.get(root);
      return row === undefined ? null : (JSON.parse(row.state) as CheckState);
    },
    setChecks: (state) => void put.run(root, JSON.stringify(state)),
    damages: () =>
      damages.all(root).map(({ id, found }) => {
        return { id: idOf(id), ...(JSON.parse(found) as Omit<DamageRecord, 'id'>) };
      }),
    putDamage: ({ id, ...found }) => void putDamage.run(root, idBytes(id), JSON.stringify(found)),
    dropDamage: (id) => void dropDamage.run(root, idBytes(id)),
    dropChunks: (contentId) => void dropChunks.run(root, hashBytes(contentId)),
    idsAfter(id, limit) {
      const key = idBytes(id ?? (FIRST as EntryId));
      return after.all(root, key, root, key, limit).map((row) => idOf(row.id));
    },
  };
}
