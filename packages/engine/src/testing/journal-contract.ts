import type {
  BatchId,
  ChunkId,
  ContentId,
  DeviceId,
  EntryId,
  LibraryId,
  OpId,
  RootId,
} from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { afterEach, describe, expect, test } from 'vitest';
import { engineLimits } from '../core/engine-limits.ts';
import type { BaseEntry, Body, LocalState, RemoteState, Stamp, Triple } from '../core/entry.ts';
import { LOCAL_ABSENT, localOfBase, NOWHERE, REMOTE_ABSENT, remoteOfBase } from '../core/entry.ts';
import { DEFAULT_THRESHOLDS } from '../core/mass-delete.ts';
import type { EngineJournal, RootJournal, RootRecord } from '../ports/journal.ts';
import { agreesWithModel } from './trees-property.ts';

export interface JournalUnderTest {
  /** The same stored journal, opened again after a close. */
  open(): EngineJournal;
  dispose(): void;
}

const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const hash = (n: number) => n.toString(16).padStart(64, '0');
const id = (n: number) => uuid(n) as EntryId;
const content = (n: number) => hash(n) as ContentId;
const name = (text: string) => text as EntryName;
const path = (text: string) => text as RelPath;
const library = uuid(999) as LibraryId;
const top = library as string as EntryId;

function stampOf(n: number): Stamp {
  return {
    inode: String(n),
    birthtimeNs: '1700000000123456789',
    sizeBytes: 10,
    mtimeNs: `170000000012345678${n % 10}`,
    ctimeNs: '1',
  };
}
function fileBase(n: number, over: Partial<BaseEntry> = {}): BaseEntry {
  return {
    parentId: top,
    name: name(`file-${n}`),
    localName: name(`file-${n}`),
    body: { kind: 'file', contentId: content(n), sizeBytes: 5_000_000_000, executable: n % 2 === 0 },
    mtimeMs: -5,
    versions: { contentSeq: 1, placeSeq: 2, attributesSeq: 3 },
    stamp: stampOf(n),
    ...over,
  };
}
const agreed = (base: BaseEntry): Triple => ({ base, local: localOfBase(base), remote: remoteOfBase(base) });
const rootRecord: RootRecord = {
  rootId: uuid(1) as RootId,
  libraryId: library,
  libraryName: 'Photos',
  path: '/home/a/Photos',
  folderId: '5:6',
  pause: { is: 'running' },
};

/** What every EngineJournal and its RootJournals must do. */
export function journalContract(subject: string, make: () => JournalUnderTest): void {
  describe(`${subject} keeps the journal's contract`, () => {
    const made: JournalUnderTest[] = [];
    afterEach(() => {
      for (const each of made.splice(0)) each.dispose();
    });
    const fresh = (): { store: JournalUnderTest; engine: EngineJournal; root: RootJournal } => {
      const store = make();
      made.push(store);
      const engine = store.open();
      engine.putRoot(rootRecord);
      return { store, engine, root: engine.openRoot(rootRecord) };
    };
    const reopened = (store: JournalUnderTest, engine: EngineJournal): RootJournal => {
      engine.close();
      return store.open().openRoot(rootRecord);
    };

    test('an unknown entry is nowhere', () => {
      const { root } = fresh();
      expect(root.topId).toBe(top);
      expect(root.get(id(5))).toEqual(NOWHERE);
      expect(root.dirtyIds()).toEqual([]);
      expect(root.localAt(top, name('x'))).toBeNull();
    });

    test('a triple comes back as it was set, also after a restart', () => {
      const { store, engine, root } = fresh();
      const base = fileBase(1);
      const local: LocalState = {
        ...localOfBase(base),
        parentId: id(9),
        body: { kind: 'file', contentId: null, sizeBytes: 0, executable: true },
        stamp: stampOf(2),
      };
      const remote: RemoteState = { ...remoteOfBase(base), name: name('ünïcödé 🌊') };
      root.set(id(1), { base, local, remote });
      const link: BaseEntry = { ...fileBase(2), body: { kind: 'symlink', target: '../a b/ü' } };
      root.set(id(2), { base: link, local: { is: 'absent', confirmed: false }, remote: REMOTE_ABSENT });
      root.set(id(3), agreed({ ...fileBase(3), body: { kind: 'folder' } }));
      const again = reopened(store, engine);
      expect(again.get(id(1))).toEqual({ base, local, remote });
      expect(again.get(id(2))).toEqual({
        base: link,
        local: { is: 'absent', confirmed: false },
        remote: REMOTE_ABSENT,
      });
      expect(again.get(id(3))).toEqual(agreed({ ...fileBase(3), body: { kind: 'folder' } }));
      expect(again.dirtyIds()).toEqual([id(1), id(2)]);
      expect(again.countEntries()).toEqual({ base: 3, dirty: 2 });
    });

    test('what differs is dirty, oldest difference first, until it agrees', () => {
      const { root } = fresh();
      for (const n of [3, 1, 2]) root.set(id(n), { ...agreed(fileBase(n)), remote: REMOTE_ABSENT });
      root.set(id(3), { ...agreed(fileBase(3)), local: LOCAL_ABSENT });
      expect(root.dirtyIds()).toEqual([id(3), id(1), id(2)]);
      expect(root.dirtyIds(2)).toEqual([id(3), id(1)]);
      root.set(id(3), agreed(fileBase(3)));
      root.set(id(3), { ...agreed(fileBase(3)), local: LOCAL_ABSENT });
      expect(root.dirtyIds()).toEqual([id(1), id(2), id(3)]);
    });

    test('rename merges a local entry into the remote one it turned out to be', () => {
      const { root } = fresh();
      const folder = fileBase(1, { body: { kind: 'folder' } });
      root.set(id(1), { base: null, local: localOfBase(folder), remote: REMOTE_ABSENT });
      root.set(id(2), { base: null, local: LOCAL_ABSENT, remote: remoteOfBase(folder) });
      root.set(id(3), {
        base: null,
        local: localOfBase(fileBase(3, { parentId: id(1) })),
        remote: REMOTE_ABSENT,
      });
      root.rename(id(1), id(2));
      expect(root.get(id(1))).toEqual(NOWHERE);
      expect(root.get(id(2))).toEqual({
        base: null,
        local: localOfBase(folder),
        remote: remoteOfBase(folder),
      });
      expect(root.localChildren(id(2))).toEqual([id(3)]);
      expect(root.localChildren(id(1))).toEqual([]);
    });

    test('a transaction that throws leaves nothing, also inside another', () => {
      const { root } = fresh();
      const boom = new Error('boom');
      const attempt = () =>
        root.transaction(() => {
          root.set(id(1), agreed(fileBase(1)));
          throw boom;
        });
      expect(attempt).toThrow(boom);
      expect(root.get(id(1))).toEqual(NOWHERE);
      root.transaction(() => {
        root.set(id(2), agreed(fileBase(2)));
        expect(attempt).toThrow(boom);
      });
      expect(root.get(id(1))).toEqual(NOWHERE);
      expect(root.get(id(2)).base).not.toBeNull();
      expect(root.transaction(() => 7)).toBe(7);
    });

    test('forgetTrees forgets trees, cursor, listing, what was sent and answered, and nothing else', () => {
      const { root } = fresh();
      root.set(id(1), agreed(fileBase(1)));
      root.set(id(2), { ...NOWHERE, local: localOfBase(fileBase(2)) });
      root.setCursor('c');
      root.setAnswered('d');
      root.setListing({ pageToken: null, cursor: 'l' });
      root.setSent({ opId: uuid(7) as OpId, batchId: null, ops: [] });
      root.putChunks(content(1), [{ id: hash(4) as ChunkId, sizeBytes: 7 }]);
      root.setTally({ now: name('t-1'), next: name('t-2') });
      root.forgetTrees();
      expect([...root.allIds()]).toEqual([]);
      expect(root.dirtyIds()).toEqual([]);
      expect([root.cursor(), root.answered(), root.listing(), root.sent()]).toEqual([null, null, null, null]);
      expect(root.chunksOf(content(1))).toEqual([{ id: hash(4), sizeBytes: 7 }]);
      expect(root.tally()).toEqual({ now: 't-1', next: 't-2' });
    });

    test('cursor, listing, the tally, what was sent and answered survive a restart', () => {
      const { store, engine, root } = fresh();
      const sent = {
        opId: uuid(7) as OpId,
        batchId: uuid(8) as BatchId,
        ops: [
          {
            op: { op: 'move', entryId: id(1), basePlaceSeq: 3, parentId: top, name: name('n') } as const,
            local: localOfBase(fileBase(1)),
          },
        ],
      };
      root.setCursor('cursor');
      root.setAnswered('answered');
      root.setTally({ now: null, next: name('t-1') });
      root.setListing({ pageToken: null, cursor: 'from' });
      root.setSent(sent);
      const again = reopened(store, engine);
      expect([again.cursor(), again.answered(), again.tally()?.next]).toEqual(['cursor', 'answered', 't-1']);
      expect(again.listing()).toEqual({ pageToken: null, cursor: 'from' });
      expect(again.sent()).toEqual(sent);
      again.setListing({ pageToken: 'p2', cursor: 'from' });
      expect(again.listing()).toEqual({ pageToken: 'p2', cursor: 'from' });
      again.setListing(null);
      again.setSent(null);
      expect([again.listing(), again.sent()]).toEqual([null, null]);
    });

    test('a yes to a delete, the thresholds and what left lately survive a restart', () => {
      const { store, engine, root } = fresh();
      const approval = { contentSeq: 1, placeSeq: 2, batchId: uuid(8) as BatchId };
      expect([root.deleteThresholds(), root.holdsDeletes()]).toEqual([DEFAULT_THRESHOLDS, false]);
      root.setHoldsDeletes(true);
      root.setDeleteThresholds({ files: null, percent: 30 });
      root.approveDelete(id(1), { ...approval, contentSeq: 9 });
      root.approveDelete(id(1), approval);
      root.approveDelete(id(2), approval);
      root.addSentDeletes({ files: 3, atMs: 10, forgetUntilMs: 0 });
      root.addSentDeletes({ files: 4, atMs: 20, forgetUntilMs: 9 });
      expect(root.holdsDeletes()).toBe(false);
      root.setHoldsDeletes(true);
      const again = reopened(store, engine);
      expect([again.deleteThresholds(), again.holdsDeletes()]).toEqual([{ files: null, percent: 30 }, true]);
      expect(again.approvalOf(id(1))).toEqual(approval);
      expect(again.approvedIds().sort()).toEqual([id(1), id(2)]);
      const sent = (afterMs: number, untilMs: number) => again.sentDeletes({ afterMs, untilMs });
      expect([sent(0, 20), sent(10, 20), sent(0, 19), sent(20, 30)]).toEqual([7, 4, 3, 0]);
      again.addSentDeletes({ files: 1, atMs: 30, forgetUntilMs: 10 });
      expect(sent(0, 30)).toBe(5);
      again.forgetSentDeletes();
      again.dropApproval(id(1));
      expect([sent(0, 30), again.approvalOf(id(1)), again.approvedIds()]).toEqual([0, null, [id(2)]]);
      again.forgetTrees();
      expect(again.approvedIds()).toEqual([]);
    });

    test('files are counted without folders, those that are gone here among them, up to a bound', () => {
      const { root } = fresh();
      root.set(id(1), agreed(fileBase(1)));
      root.set(id(2), { ...agreed(fileBase(2)), local: { is: 'absent', confirmed: false } });
      root.set(id(3), agreed({ ...fileBase(3), body: { kind: 'folder' } }));
      expect([root.countFiles(10), root.countFiles(1), root.absentIds()]).toEqual([2, 1, [id(2)]]);
    });

    test('chunk lists come back; an empty list is no missing one', () => {
      const { root } = fresh();
      expect(root.chunksOf(content(1))).toBeNull();
      root.putChunks(content(1), []);
      const chunks = [1, 2, 3].map((n) => ({ id: hash(n) as ChunkId, sizeBytes: n * 100_000 }));
      root.putChunks(content(2), chunks);
      root.putChunks(content(2), chunks);
      expect(root.chunksOf(content(1))).toEqual([]);
      expect(root.chunksOf(content(2))).toEqual(chunks);
    });

    test('troubles are one for a path, in the order of paths', () => {
      const { root } = fresh();
      const trouble = {
        path: path('b'),
        trouble: { code: 'busy' } as const,
        sinceMs: 1,
        tries: 1,
        nextTryMs: 9,
      };
      root.putTrouble(trouble);
      root.putTrouble({
        ...trouble,
        path: path('a'),
        trouble: { code: 'diskFull', neededBytes: 3 },
        nextTryMs: null,
      });
      root.putTrouble({ ...trouble, tries: 2 });
      expect(root.troubles().map((each) => [each.path, each.tries])).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
      expect(root.troubleAt(path('a'))?.trouble).toEqual({ code: 'diskFull', neededBytes: 3 });
      root.clearTrouble(path('a'));
      expect(root.troubleAt(path('a'))).toBeNull();
    });

    test('activity is bounded, newest first; the oldest give way', () => {
      const { root } = fresh();
      const { activityMax, activitySlack } = engineLimits;
      const count = activityMax + 2 * activitySlack;
      root.transaction(() => {
        for (let n = 1; n <= count; n++) {
          root.addActivity({ atMs: n, kind: 'uploaded', path: path(`p${n}`), detail: String(n) });
        }
      });
      const shown = root.activity(count);
      expect(shown).toHaveLength(activityMax);
      expect(shown[0]).toEqual({ atMs: count, kind: 'uploaded', path: `p${count}`, detail: String(count) });
      expect(root.activity(2).map(({ atMs }) => atMs)).toEqual([count, count - 1]);
    });

    test('what is left out rests, until it, a folder among it, or the choice of folders changes', () => {
      const { root } = fresh();
      const onServer = (n: number, body: Body) => {
        const { parentId, name, mtimeMs, versions } = fileBase(n);
        root.set(id(n), { ...NOWHERE, remote: { is: 'present', parentId, name, body, mtimeMs, versions } });
      };
      const all = [id(1), id(2), id(3)];
      onServer(1, { kind: 'folder' });
      for (const n of [2, 3]) onServer(n, fileBase(n).body);
      root.setExcluded(id(1), true);
      expect(root.excludedFolders()).toEqual([id(1)]);
      root.restExcluded(all);
      expect([root.dirtyIds(), root.countEntries().dirty, [...root.allIds()]]).toEqual([[], 0, all]);
      onServer(3, fileBase(4).body);
      expect(root.dirtyIds()).toEqual([id(3)]);
      onServer(1, { kind: 'folder' });
      expect(root.dirtyIds()).toEqual(all);
      root.restExcluded(all);
      root.setExcluded(id(1), false);
      expect([root.dirtyIds(), root.excludedFolders()]).toEqual([all, []]);
    });

    test('conflicts and detached folders are kept until dropped', () => {
      const { root } = fresh();
      root.addConflict({ atMs: 1, path: path('a'), copyPath: path('a 1') });
      root.addConflict({ atMs: 2, path: path('a'), copyPath: path('a 2') });
      expect(root.conflicts().map(({ copyPath }) => copyPath)).toEqual(['a 2', 'a 1']);
      root.dropConflict(path('a 2'));
      expect(root.conflicts()).toEqual([{ atMs: 1, path: 'a', copyPath: 'a 1' }]);
      root.setDetachedFolders([path('z'), path('b')]);
      root.setDetachedFolders([path('b'), path('c')]);
      expect(root.detachedFolders()).toEqual(['b', 'c']);
    });

    test('session and roots survive a restart; a removed root leaves nothing', () => {
      const { store, engine, root } = fresh();
      const session = {
        serverUrl: 'http://127.0.0.1:8750',
        email: 'a@example.org',
        accountId: uuid(3),
        deviceId: uuid(4) as DeviceId,
        deviceName: 'desk',
      };
      engine.setSession(session);
      root.set(id(1), agreed(fileBase(1)));
      engine.putRoot({ ...rootRecord, pause: { is: 'paused', untilMs: 5 } });
      engine.close();
      const again = store.open();
      expect(again.session()).toEqual(session);
      expect(again.roots()).toEqual([{ ...rootRecord, pause: { is: 'paused', untilMs: 5 } }]);
      expect(again.openRoot(rootRecord).countEntries().base).toBe(1);
      again.removeRoot(rootRecord.rootId);
      again.setSession(null);
      expect(again.roots()).toEqual([]);
      again.putRoot({ ...rootRecord, pause: { is: 'paused', untilMs: null } });
      expect(again.openRoot(rootRecord).countEntries().base).toBe(0);
      expect(again.roots()[0]?.pause).toEqual({ is: 'paused', untilMs: null });
      expect(again.session()).toBeNull();
    });

    test('two roots do not see each other', () => {
      const { engine, root } = fresh();
      const other = { ...rootRecord, rootId: uuid(2) as RootId, libraryId: uuid(998) as LibraryId };
      engine.putRoot(other);
      const otherRoot = engine.openRoot(other);
      root.set(id(1), { ...agreed(fileBase(1)), remote: REMOTE_ABSENT });
      otherRoot.set(id(1), agreed(fileBase(2)));
      expect(otherRoot.dirtyIds()).toEqual([]);
      expect(otherRoot.get(id(1)).base?.name).toBe('file-2');
      otherRoot.forgetTrees();
      expect(root.dirtyIds()).toEqual([id(1)]);
    });

    test('walking all ids allows writes meanwhile and meets what was there', () => {
      const { root } = fresh();
      const count = engineLimits.idsPerPage + 10;
      root.transaction(() => {
        for (let n = 0; n < count; n++) root.set(id(n), agreed(fileBase(n)));
      });
      const met = new Set<EntryId>();
      for (const each of root.allIds()) {
        met.add(each);
        if (met.size % 1000 === 0) root.set(each, NOWHERE);
      }
      expect(met.size).toBe(count);
    });

    test('any sequence of sets and renames agrees with a naive model', () => {
      const { root } = fresh();
      agreesWithModel(() => {
        root.forgetTrees();
        return root;
      });
    }, 30_000);
  });
}
