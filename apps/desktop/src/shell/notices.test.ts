import { statusWith as statusOf } from '@tidesync/shared/testing/status-with';
import type { EngineStatus, RootStatus } from '@tidesync/shared/wire/engine';
import { expect, test } from 'vitest';
import { coalesced, noticesBetween } from './notices.ts';
import { shellSpeech } from './speech.ts';

const english = shellSpeech('en');

function statusWith(root: Partial<RootStatus>, usedBytes = 0): EngineStatus {
  const quota = { limitBytes: 100, usedBytes, reservedBytes: 0 };
  return statusOf([{ libraryName: 'Docs', ...root }], { quota });
}
const calm = statusWith({});
const out = (why: 'logout' | 'revoked' | 'copied') => ({
  ...calm,
  session: { is: 'signedOut', why } as const,
});

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
  ['a device whose token was copied', calm, out('copied'), ['Signed out']],
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
