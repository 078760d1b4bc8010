import type { ActivityView } from '@tidesync/engine/shell/face';
import { statusWith } from '@tidesync/shared/testing/status-with';
import type { EngineStatus, RootStatus } from '@tidesync/shared/wire/engine';
import { expect, test } from 'vitest';
import { activityNews, newsBetween } from './news.ts';

const session = { is: 'signedIn', serverUrl: 'http://127.0.0.1:1', email: 'a@b', deviceName: 'd' } as const;
const signedIn: EngineStatus['session'] = { ...session, online: true, offlineSentence: null };
const statusOf = (...roots: Partial<RootStatus>[]) => statusWith(roots, { session: signedIn, quota: null });
const [root] = statusOf({
  ...{ path: '/home/Docs', libraryName: 'Docs', state: 'syncing', sentence: 'Syncing 3 items, 1 MB left.' },
  ...{ entries: 3, waiting: 3, waitingBytes: 1 },
}).roots as [RootStatus];

test('the first look tells all', () => {
  expect(newsBetween(null, statusOf(root))).toEqual([
    expect.stringContaining('Signed in as a@b'),
    '/home/Docs is synced with the library "Docs".',
    'Docs: Syncing 3 items, 1 MB left.',
  ]);
});

test('progress is no news, coming to rest is', () => {
  const further = { ...root, sentence: 'Syncing 2 items, 1 MB left.' };
  expect(newsBetween(statusOf(root), statusOf(further))).toEqual([]);
  const done = { ...root, state: 'upToDate' as const, sentence: 'Up to date.' };
  expect(newsBetween(statusOf(further), statusOf(done))).toEqual(['Docs: Up to date.']);
  expect(newsBetween(statusOf(done), statusOf())).toEqual(['/home/Docs is no longer synced.']);
});

test('signing out is news', () => {
  const out: EngineStatus = { ...statusOf(), session: { is: 'signedOut', why: 'revoked' } };
  expect(newsBetween(statusOf(), out)).toEqual([expect.stringMatching(/removed from the account.*login/)]);
});

test('a flood of activity is told as a number', () => {
  const one = (index: number): ActivityView => ({
    atMs: index,
    rootId: root.rootId,
    kind: 'uploaded',
    path: `f${index}`,
    detail: '',
    sentence: `Sent f${index}`,
  });
  const newestFirst = Array.from({ length: 25 }, (_, index) => one(25 - index));
  const lines = activityNews({ activity: newestFirst, isComplete: true });
  expect(lines).toHaveLength(6);
  const flood = activityNews({ activity: newestFirst, isComplete: false });
  expect(flood[0]).toBe('… and many more before these:');
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(['… and 20 more before these:', 'Sent f21', 'Sent f25']);
});
