import type { Buffer } from 'node:buffer';
import type { RootJournal } from '../../ports/journal.ts';
import { idBytes, idOf } from './tree-rows.ts';
import type { RootRows } from './tree-tables.ts';
import { restingEntries } from './tree-tables.ts';

export function excludedFolders({
  db,
  root,
}: RootRows): Pick<RootJournal, 'excludedFolders' | 'setExcluded'> {
  const all = db.prepare<[number], { id: Buffer }>(
    'SELECT entry_id AS id FROM excluded_folders WHERE root = ?',
  );
  const add = db.prepare<[number, Buffer]>(
    'INSERT INTO excluded_folders (root, entry_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const drop = db.prepare<[number, Buffer]>('DELETE FROM excluded_folders WHERE root = ? AND entry_id = ?');
  const { wakeAll } = restingEntries({ db, root });
  return {
    excludedFolders: () => all.all(root).map(({ id }) => idOf(id)),
    setExcluded(id, isExcluded) {
      (isExcluded ? add : drop).run(root, idBytes(id));
      wakeAll();
    },
  };
}
