import type { EntryId, RootId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import type { BaseEntry, Triple } from '../core/entry.ts';
import { LOCAL_ABSENT, localOfBase, REMOTE_ABSENT, remoteOfBase } from '../core/entry.ts';
import type { PathTrouble } from '../core/trouble.ts';
import type { ActivityKind } from '../ports/journal.ts';
import type { PathFacts } from './person-views.ts';
import { activityView, outsideAnswer, troubleView, whyAnswer } from './person-views.ts';

const path = 'a.txt' as RelPath;
const base: BaseEntry = {
  parentId: 'top' as EntryId,
  name: path as string as EntryName,
  localName: path as string as EntryName,
  body: { kind: 'file', contentId: 'c' as never, sizeBytes: 5, executable: false },
  mtimeMs: 7,
  versions: { contentSeq: 3, placeSeq: 1, attributesSeq: 1 },
  stamp: { inode: '1', birthtimeNs: '1', sizeBytes: 5, mtimeNs: '1', ctimeNs: '1' },
};
const synced: Triple = { base, local: localOfBase(base), remote: remoteOfBase(base) };
const waiting: Triple = { base: null, local: localOfBase(base), remote: REMOTE_ABSENT };
const nothing: PathFacts = {
  shownPath: '/home/a.txt',
  path,
  folder: null,
  leftOut: null,
  triple: null,
  trouble: null,
  conflict: null,
};
const full = {
  path,
  trouble: { code: 'diskFull', neededBytes: 9_000 },
  sinceMs: 0,
  tries: 2,
  nextTryMs: 99,
} as const;
const halted = { code: 'halted', halt: 'rootMissing', root: '/home', library: 'L' } as const;

test.each<[what: string, facts: Partial<PathFacts>, code: string, state: string]>([
  ['synced', { triple: synced }, 'synced', 'synced'],
  ['not sent yet', { triple: waiting }, 'waiting', 'waiting'],
  ['unknown', {}, 'notFound', 'unknown'],
  ['ignored', { leftOut: { code: 'ignored' }, triple: synced }, 'ignored', 'skipped'],
  ['trouble', { triple: waiting, trouble: full }, 'diskFull', 'waiting'],
  ['paused with a change', { triple: waiting, folder: { code: 'paused' } }, 'paused', 'waiting'],
  ['paused without one', { triple: synced, folder: { code: 'paused' } }, 'synced', 'synced'],
  ['offline with a change', { triple: waiting, folder: { code: 'offline' } }, 'offline', 'waiting'],
  ['folder gone', { triple: synced, folder: halted }, 'halted', 'held'],
  [
    'conflict',
    { triple: synced, conflict: { atMs: 1, path, copyPath: 'a (conflict).txt' as RelPath } },
    'conflicted',
    'conflicted',
  ],
])('why: %s', (_what, facts, code, state) => {
  const answer = whyAnswer({ ...nothing, ...facts });
  expect(answer).toMatchObject({ code, state, path: '/home/a.txt' });
  expect(answer.sentence).toMatch(/\.$/);
});

test('why gives the evidence of all three trees, and the next try', () => {
  const answer = whyAnswer({ ...nothing, triple: { ...synced, local: LOCAL_ABSENT }, trouble: full });
  expect(answer.evidence[0]).toBe('here: absent');
  expect(answer.evidence[1]).toMatch(/^on the server: file of 5 B, changed .*, version 3$/);
  expect(answer.evidence[3]).toMatch(/tried 2 times$/);
  expect(answer.nextTryMs).toBe(99);
  expect(outsideAnswer('/x').code).toBe('outside');
});

test('every trouble has a sentence that names the path, and a remedy', () => {
  const all: PathTrouble[] = [
    { code: 'changing' },
    { code: 'unreadable' },
    { code: 'unwritable' },
    { code: 'ioError' },
    { code: 'diskFull', neededBytes: 1 },
    { code: 'busy' },
    { code: 'specialFile' },
    { code: 'notUnicode' },
    { code: 'badName', fault: 'reserved' },
    { code: 'nameClash', with: 'A.TXT' },
    { code: 'occupied' },
    { code: 'tooDeep' },
    { code: 'otherVolume' },
    { code: 'readOnlyMember' },
    { code: 'tooLarge', limitBytes: 1, sizeBytes: 2 },
    { code: 'contentMissing' },
    { code: 'refused', problem: { reason: 'busy' } },
  ];
  for (const trouble of all) {
    const view = troubleView({ path, trouble, sinceMs: 1, tries: 0, nextTryMs: null });
    expect(view.sentence).toContain('a.txt');
    expect(view.remedy).not.toBe('');
  }
});

test('activity is told in words', () => {
  const sentence = (kind: ActivityKind, detail: string) =>
    activityView('r' as RootId, { atMs: 1, kind, path, detail }).sentence;
  expect(sentence('uploaded', '1500')).toBe('Sent a.txt (1.5 kB)');
  expect(sentence('uploaded', '')).toBe('Sent a.txt');
  expect(sentence('movedHere', 'old/b.txt')).toBe('Moved here old/b.txt to a.txt');
  expect(sentence('conflict', 'a (conflict).txt')).toContain('a (conflict).txt');
});
