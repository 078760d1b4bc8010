import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EntryId, LibraryId, RootId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MoveUnderWay, RootRecord } from '../../ports/journal.ts';
import { openSqliteJournal } from '../sqlite-journal.ts';
import { openJournalFile } from './journal-file.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../../drizzle/journal', import.meta.url));
const BEFORE = '0011_young_entries.sql';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidesync-moves-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const record: RootRecord = {
  ...{ rootId: uuid(8) as RootId, libraryId: uuid(9) as LibraryId, libraryName: 'L' },
  ...{ path: '/l', folderId: '1:2', pause: { is: 'running' } },
};
const moveOf = (n: number, over: Partial<MoveUnderWay> = {}): MoveUnderWay => ({
  ...{
    id: uuid(n) as EntryId,
    from: `a ${n}` as RelPath,
    to: `x/b ${n}` as RelPath,
    into: uuid(7) as EntryId,
  },
  ...{ as: { is: 'move' }, inode: '18446744073709551615', birthtimeNs: '1700000000123456789', links: 1 },
  ...over,
});

test('[T20] a move is noted until it is dropped, also over a restart, and goes with the trees', () => {
  const file = path.join(folder, 'journal.db');
  const first = openSqliteJournal(file, 0).journal;
  first.putRoot(record);
  const moves = [
    moveOf(1),
    moveOf(1, { to: 'ü' as RelPath, as: { is: 'park' } }),
    moveOf(2, { as: { is: 'copy', copyId: null }, links: 3 }),
    moveOf(3, { as: { is: 'copy', copyId: uuid(4) as EntryId } }),
  ];
  const before = first.openRoot(record);
  for (const move of [moveOf(1, { links: 5 }), ...moves]) before.noteMove(move);
  first.close();
  const again = openSqliteJournal(file, 0).journal;
  const root = again.openRoot(record);
  expect(root.movesUnderWay()).toEqual([moves[0], moves[1], moves[2], moves[3]]);
  root.dropMove(uuid(1) as EntryId, 'ü' as RelPath);
  root.dropMove(uuid(2) as EntryId, 'elsewhere' as RelPath);
  expect(root.movesUnderWay()).toEqual([moves[0], moves[2], moves[3]]);
  root.forgetTrees();
  expect(root.movesUnderWay()).toEqual([]);
  root.noteMove(moveOf(1));
  again.removeRoot(record.rootId);
  again.putRoot(record);
  expect(again.openRoot(record).movesUnderWay()).toEqual([]);
  again.close();
});

test('[T20] a journal of the program before keeps all that it has, and notes moves from then on', async () => {
  const file = path.join(folder, 'journal.db');
  const earlier = path.join(folder, 'earlier');
  await mkdir(earlier);
  for (const name of (await readdir(MIGRATIONS)).filter((name) => name <= BEFORE))
    await copyFile(path.join(MIGRATIONS, name), path.join(earlier, name));
  const { db } = openJournalFile(file, earlier, 0);
  expect(db.pragma('user_version', { simple: true })).toBe(11);
  db.exec(`INSERT INTO roots (root, root_id, library_id, library_name, path, folder_id, paused, cursor)
           VALUES (1, '${record.rootId}', '${record.libraryId}', 'L', '/l', '1:2', 0, 'head.5')`);
  db.exec(`INSERT INTO base (root, entry_id, parent_id, name, local_name, kind, mtime_ms, content_seq, place_seq,
             attributes_seq, inode, birthtime_ns, stamp_size_bytes, stamp_mtime_ns, stamp_ctime_ns)
           VALUES (1, x'${uuid(1).replaceAll('-', '')}', x'${uuid(9).replaceAll('-', '')}', 'd', 'd', 'folder', 5, 1, 2,
             3, '10', '20', 0, '30', '40')`);
  db.close();
  const { journal, setAside } = openSqliteJournal(file, 0);
  expect([setAside, journal.roots()]).toEqual([null, [record]]);
  const root = journal.openRoot(record);
  expect([root.cursor(), root.movesUnderWay()]).toEqual(['head.5', []]);
  expect(root.get(uuid(1) as EntryId).base).toMatchObject({
    name: 'd' as EntryName,
    body: { kind: 'folder' },
  });
  root.noteMove(moveOf(1));
  journal.close();
  const again = openSqliteJournal(file, 0).journal;
  expect(again.openRoot(record).movesUnderWay()).toEqual([moveOf(1)]);
  again.close();
});
