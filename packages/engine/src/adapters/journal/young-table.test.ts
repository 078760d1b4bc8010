import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { EntryId, LibraryId, OpId, RootId } from '@tidesync/shared/ids';
import { afterEach, expect, test } from 'vitest';
import type { RootRecord } from '../../ports/journal.ts';
import { openSqliteJournal } from '../sqlite-journal.ts';

let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [one, two, three, four] = [1, 2, 3, 4].map((n) => uuid(n) as EntryId) as [
  EntryId,
  EntryId,
  EntryId,
  EntryId,
];
const record: RootRecord = {
  ...{ rootId: uuid(8) as RootId, libraryId: uuid(9) as LibraryId, libraryName: 'L' },
  ...{ path: '/l', folderId: '1:2', pause: { is: 'running' } },
};

test('what is young is noted with what was sent, told by its boot and age, and remembered over a restart', async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidesync-young-'));
  const file = path.join(folder, 'journal.db');
  const first = openSqliteJournal(file, 0).journal;
  first.putRoot(record);
  const sent = { opId: uuid(7) as OpId, batchId: null, ops: [] };
  const before = first.openRoot(record);
  before.setSent(sent, { ids: [one, two], bootId: 'a', atMs: 10 });
  before.noteYoung({ ids: [two, three, four], bootId: 'b', atMs: 20 });
  first.close();
  const again = openSqliteJournal(file, 0).journal;
  const root = again.openRoot(record);
  expect(root.sent()).toEqual(sent);
  expect(root.youngOfOtherBoots('b')).toEqual([one]);
  expect(root.youngOfOtherBoots('a')).toEqual([two, three, four]);
  root.noteYoung({ ids: [three], bootId: 'b', atMs: 21 });
  root.forgetYoung({ bootId: 'b', untilMs: 20 });
  expect(root.youngOfOtherBoots('c')).toEqual([one, three]);
  root.dropYoung([one]);
  root.setSent(null);
  expect(root.youngOfOtherBoots('c')).toEqual([three]);
  again.removeRoot(record.rootId);
  again.putRoot(record);
  expect(again.openRoot(record).youngOfOtherBoots('c')).toEqual([]);
  again.close();
});
