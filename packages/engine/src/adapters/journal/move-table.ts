import type { Buffer } from 'node:buffer';
import type { RelPath } from '@tidesync/shared/names';
import type { MoveUnderWay, RootJournal } from '../../ports/journal.ts';
import { idBytes, idOf } from './tree-rows.ts';
import type { RootRows } from './tree-tables.ts';

export type MoveTable = Pick<RootJournal, 'noteMove' | 'movesUnderWay' | 'dropMove'>;

interface MoveRow {
  id: Buffer;
  fromPath: RelPath;
  toPath: RelPath;
  intoId: Buffer;
  kind: MoveUnderWay['as']['is'];
  copyId: Buffer | null;
  inode: string;
  birthtimeNs: string;
  links: number;
}

export function moveTable({ db, root }: RootRows): MoveTable {
  const put = db.prepare<[MoveRow & { root: number }]>(
    `INSERT OR REPLACE INTO moves_under_way
       (root, entry_id, from_path, to_path, into_id, kind, copy_id, inode, birthtime_ns, links)
     VALUES (@root, @id, @fromPath, @toPath, @intoId, @kind, @copyId, @inode, @birthtimeNs, @links)`,
  );
  const all = db.prepare<[number], MoveRow>(
    `SELECT entry_id AS id, from_path AS fromPath, to_path AS toPath, into_id AS intoId, kind, copy_id AS copyId,
            inode, birthtime_ns AS birthtimeNs, links
     FROM moves_under_way WHERE root = ? ORDER BY entry_id, to_path`,
  );
  const drop = db.prepare<[number, Buffer, RelPath]>(
    'DELETE FROM moves_under_way WHERE root = ? AND entry_id = ? AND to_path = ?',
  );
  return {
    noteMove({ id, from, to, into, as, inode, birthtimeNs, links }) {
      const copyId = as.is === 'copy' && as.copyId !== null ? idBytes(as.copyId) : null;
      const row = { id: idBytes(id), fromPath: from, toPath: to, intoId: idBytes(into), kind: as.is, copyId };
      put.run({ ...row, root, inode, birthtimeNs, links });
    },
    movesUnderWay: () => all.all(root).map(moveOf),
    dropMove: (id, to) => void drop.run(root, idBytes(id), to),
  };
}

function moveOf({ id, fromPath, toPath, intoId, kind, copyId, ...file }: MoveRow): MoveUnderWay {
  const as = kind === 'copy' ? { is: kind, copyId: copyId === null ? null : idOf(copyId) } : { is: kind };
  return { id: idOf(id), from: fromPath, to: toPath, into: idOf(intoId), as, ...file };
}
