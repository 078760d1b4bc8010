import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EntryId, RootId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { isFailure } from '@tidesync/shared/problems';
import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import Sqlite from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import type { BaseEntry } from '../core/entry.ts';
import { localOfBase, remoteOfBase } from '../core/entry.ts';
import type { EngineJournal, RootJournal, RootRecord } from '../ports/journal.ts';
import { journalContract } from '../testing/journal-contract.ts';
import { LIBRARY } from '../testing/memory-library.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

const ROOT: RootRecord = {
  ...{ rootId: '00000000-0000-4000-8000-000000000001' as RootId, libraryId: LIBRARY, libraryName: 'L' },
  ...{ path: '/r', folderId: '1', pause: { is: 'running' } },
};

const folders: string[] = [];
const journals: EngineJournal[] = [];
afterEach(() => {
  for (const journal of journals.splice(0)) journal.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function newFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidesync-journal-'));
  folders.push(folder);
  return path.join(folder, 'journal.db');
}
function open(file: string) {
  const opened = openSqliteJournal(file, 1_234);
  journals.push(opened.journal);
  return opened;
}

journalContract('SQLite journal', () => {
  const file = newFile();
  return { open: () => open(file).journal, dispose: () => undefined };
});

test('settings of the device begin as the defaults, and survive restart and session', () => {
  const file = newFile();
  const first = openSqliteJournal(file, 1).journal;
  expect(first.deviceSettings()).toEqual(DEVICE_SETTINGS_DEFAULT);
  const settings = {
    uploadLimit: 2_000_000,
    downloadLimit: null,
    onMetered: 'pause',
    onBattery: 'sync',
  } as const;
  first.setDeviceSettings({ ...settings, onBattery: 'pause' });
  first.setDeviceSettings(settings);
  first.setSession(null);
  first.close();
  expect(open(file).journal.deviceSettings()).toEqual(settings);
});

test('only its owner may read the file, its log included', () => {
  const file = newFile();
  writeFileSync(file, '', { mode: 0o644 });
  open(file).journal.setSession(null);
  for (const each of [file, `${file}-wal`]) expect(statSync(each).mode & 0o777).toBe(0o600);
});

test.each([
  ['no database at all', (file: string) => writeFileSync(file, 'x'.repeat(5_000))],
  ['a database with lost pages', (file: string) => truncateSync(file, 3 * 4_096)],
])('%s is set aside and an empty journal takes its place', (_what, damage) => {
  const file = newFile();
  const first = openSqliteJournal(file, 1);
  expect(first.setAside).toBeNull();
  first.journal.close();
  damage(file);
  const damaged = readFileSync(file);
  const { journal, setAside } = open(file);
  expect(setAside).toBe(`${file}.corrupt-1234`);
  expect(readFileSync(`${file}.corrupt-1234`)).toEqual(damaged);
  expect(journal.roots()).toEqual([]);
});

/** The connection of the journal that `work` opens. */
function connectionOf(work: () => void): Sqlite.Database {
  const pragma = vi.spyOn(Sqlite.prototype, 'pragma');
  work();
  const db = pragma.mock.contexts.at(-1);
  pragma.mockRestore();
  if (!(db instanceof Sqlite)) throw new Error('a journal sets up its connection');
  return db;
}

test('on a full disk a write fails as a whole, nothing is lost, and it goes on when there is room', () => {
  const file = newFile();
  let journal: EngineJournal | null = null;
  const db = connectionOf(() => {
    journal = open(file).journal;
  });
  const opened = journal as EngineJournal | null;
  opened?.putRoot(ROOT);
  const root = opened?.openRoot(ROOT);
  const paths = (count: number) =>
    Array.from({ length: count }, (_, number) => `${number} ${'x'.repeat(1_000)}` as RelPath);
  root?.setDetachedFolders(paths(3));
  db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 2}`);
  expect(() => root?.setDetachedFolders(paths(100))).toThrowError(
    expect.toSatisfy(
      (error: unknown) => isFailure(error, 'ownDataFailed') && error.problem.detail === 'SQLITE_FULL',
    ),
  );
  expect(root?.detachedFolders()).toHaveLength(3);
  opened?.setSession(null);
  db.pragma('max_page_count = 1000000');
  root?.setDetachedFolders(paths(100));
  expect(root?.detachedFolders()).toHaveLength(100);
  expect(db.pragma('quick_check', { simple: true })).toBe('ok');
});

test('what is set as it was is not written', () => {
  const file = newFile();
  let journal: EngineJournal | null = null;
  const db = connectionOf(() => {
    journal = open(file).journal;
  });
  const opened = journal as EngineJournal | null;
  opened?.putRoot(ROOT);
  const root = opened?.openRoot(ROOT) as RootJournal;
  const link: BaseEntry = {
    ...{ parentId: root.topId, name: 'a' as EntryName, localName: 'a' as EntryName, mtimeMs: 1 },
    body: { kind: 'symlink', target: 'b' },
    versions: { contentSeq: 1, placeSeq: 1, attributesSeq: 1 },
    stamp: { inode: '1', birthtimeNs: '2', sizeBytes: 1, mtimeNs: '3', ctimeNs: '4' },
  };
  const id = '00000000-0000-4000-8000-000000000002' as EntryId;
  const agreed = { base: link, local: localOfBase(link), remote: remoteOfBase(link) };
  root.set(id, agreed);
  const changes = () => db.prepare('SELECT total_changes()').pluck().get();
  const before = changes();
  root.set(id, agreed);
  expect(changes()).toBe(before);
  root.set(id, { ...agreed, base: { ...link, body: { kind: 'symlink', target: 'c' } } });
  expect(changes()).not.toBe(before);
  expect(root.get(id).base?.body).toEqual({ kind: 'symlink', target: 'c' });
});

test('[W10] a file of a newer program is refused and not changed', () => {
  const file = newFile();
  openSqliteJournal(file, 1).journal.close();
  const db = new Sqlite(file);
  db.pragma('user_version = 9999');
  db.close();
  expect(() => openSqliteJournal(file, 1)).toThrowError(
    expect.toSatisfy((error: unknown) => isFailure(error, 'dataTooNew') && error.problem.found === 9999),
  );
  const again = new Sqlite(file);
  expect(again.pragma('user_version', { simple: true })).toBe(9999);
  again.close();
});

test('a folder that is not there is a failed operation, not an error of the database', () => {
  const file = path.join(newFile(), 'missing', 'journal.db');
  expect(() => openSqliteJournal(file, 1)).toThrowError(
    expect.toSatisfy((error: unknown) => isFailure(error, 'ownDataFailed')),
  );
});
