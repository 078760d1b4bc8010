import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import type { EngineStatus, RootStatus } from '@tidesync/shared/wire/engine';
import { engineStatus } from '@tidesync/shared/wire/engine';
import { expect, test } from 'vitest';
import { coalesced, noticesBetween } from './notices.ts';
import { shellSpeech } from './speech.ts';

const english = shellSpeech('en');

function statusWith(root: Partial<RootStatus>, usedBytes = 0): EngineStatus {
  return engineStatus.parse({
    session: {
      is: 'signedIn',
      serverUrl: 'https://a.test',
      email: 'a@a.test',
      deviceName: 'a',
      online: true,
      offlineSentence: null,
    },
    quota: { limitBytes: 100, usedBytes, reservedBytes: 0 },
    device: DEVICE_SETTINGS_DEFAULT,
    secretsIn: 'file',
    version: '1',
    roots: [
      {
        rootId: '00000000-0000-4000-8000-000000000001',
        libraryId: '00000000-0000-4000-8000-000000000002',
        path: '/a',
        libraryName: 'Docs',
        state: 'upToDate',
        halt: null,
        pausedUntilMs: null,
        restsFor: null,
        sentence: 'Up to date.',
        entries: 0,
        waiting: 0,
        waitingBytes: 0,
        transfers: [],
        upBytesPerSecond: 0,
        downBytesPerSecond: 0,
        troubles: 0,
        conflicts: 0,
        heldDeletes: 0,
        lastSyncedAtMs: null,
        lastCheck: null,
        ...root,
      },
    ],
  });
}
const calm = statusWith({});
const out = (why: 'logout' | 'revoked') => ({ ...calm, session: { is: 'signedOut', why } as const });

test.each<[string, EngineStatus | null, EngineStatus, string[]]>([
  ['the first look tells nothing', null, statusWith({ conflicts: 3, troubles: 2 }), []],
  ['success is not told', statusWith({ state: 'syncing' }), calm, []],
  ['a conflict', calm, statusWith({ conflicts: 1 }), ['Both versions were kept']],
  ['the same conflict still', statusWith({ conflicts: 1 }), statusWith({ conflicts: 1 }), []],
  ['a conflict that was settled', statusWith({ conflicts: 1 }), calm, []],
  ['a path in the way', calm, statusWith({ troubles: 1 }), ['Not everything is synced']],
  ['a lost folder, and not its paths, too', calm, statusWith({ state: 'halted' }), ['"Docs" is not synced']],
  ['deletes that wait', calm, statusWith({ heldDeletes: 300 }), ['Deletes wait for your yes']],
  ['more of them', statusWith({ heldDeletes: 300 }), statusWith({ heldDeletes: 301 }), []],
  ['80 % of the quota', statusWith({}, 79), statusWith({}, 80), ['The quota is nearly full']],
  ['between the marks', statusWith({}, 80), statusWith({}, 94), []],
  ['straight to the end', statusWith({}, 10), statusWith({}, 100), ['The quota is full']],
  ['room again', statusWith({}, 100), statusWith({}, 50), []],
  ['a device that was removed', calm, out('revoked'), ['Signed out']],
  ['one that a person has signed out', calm, out('logout'), []],
])('%s', (_what, before, after, titles) => {
  expect(noticesBetween({ before, after }, english).map((notice) => notice.title)).toEqual(titles);
});

test('a burst is one message, which says each thing once', () => {
  const notices = noticesBetween(
    { before: calm, after: statusWith({ conflicts: 2, troubles: 1 }, 95) },
    english,
  );
  const one = coalesced([...notices, ...notices], english);
  expect(one?.title).toBe('Tidesync needs you');
  expect(one?.body.split('\n')).toEqual([
    '2 files were changed in two places.',
    'A path needs attention.',
    '95 of 100 B used.',
  ]);
  expect(coalesced(notices.slice(0, 1), english)).toBe(notices[0]);
  expect(coalesced([], english)).toBeNull();
});
