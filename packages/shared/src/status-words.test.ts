import { expect, test } from 'vitest';
import { headlineOf, quotaShort, statusLine, troubleCounts } from './status-words.ts';
import { statusWith } from './testing/status-with.ts';
import { DEVICE_SETTINGS_DEFAULT } from './wire/device-settings.ts';
import type { EngineStatus, RootStatus } from './wire/engine.ts';

const out = (why: 'never' | 'logout' | 'revoked' | 'copied'): Partial<EngineStatus> => ({
  session: { is: 'signedOut', why },
});
const paused: Partial<RootStatus> = { state: 'paused', sentence: 'Paused until you resume it.' };
const full = { quota: { limitBytes: 50e9, usedBytes: 50e9, reservedBytes: 0 } };

const limited = { ...DEVICE_SETTINGS_DEFAULT, uploadLimit: 2e6, downloadLimit: 5e5 };
const moving = (direction: 'up' | 'down', bytesPerSecond: number): Partial<RootStatus> => ({
  state: 'syncing',
  waiting: 1,
  waitingBytes: 34e6,
  transfers: [{ direction, path: 'a', doneBytes: 0, totalBytes: 34e6, bytesPerSecond }],
  [direction === 'up' ? 'upBytesPerSecond' : 'downBytesPerSecond']: bytesPerSecond,
});

test.each<[string, EngineStatus | null]>([
  ['⊘ The engine is not running, so nothing is synced now.', null],
  ['○ Not signed in.', statusWith([], out('never'))],
  ['○ Signed out.', statusWith([], out('logout'))],
  ['○ This device was removed from the account.', statusWith([{}], out('revoked'))],
  [
    '○ This device was removed from the account: its sign-in was used elsewhere, too.',
    statusWith([{}], out('copied')),
  ],
  ['✕ The folder is gone.', statusWith([{ state: 'halted', sentence: 'The folder is gone.' }, {}])],
  [
    '✕ lib0: The folder /0 is gone. (and 1 more folder)',
    statusWith([
      { state: 'halted', sentence: 'The folder /0 is gone.' },
      { state: 'halted', sentence: 'The folder /1 is gone.' },
    ]),
  ],
  ['▲ 1 path needs attention.', statusWith([{ state: 'attention', troubles: 1 }])],
  [
    '▲ 1,240 deletes wait for your yes, 2 paths need attention, 1 conflict copy was kept.',
    statusWith([{ heldDeletes: 1240, troubles: 2, state: 'attention' }, { conflicts: 1 }]),
  ],
  ['▲ All else is synced.', statusWith([{ state: 'attention', sentence: 'All else is synced.' }])],
  ['◉ 50 of 50 GB: uploads wait, downloads go on.', statusWith([{}], full)],
  ['‖ Paused until you resume it.', statusWith([paused, paused])],
  ['◌ Offline: 3 changes wait.', statusWith([{ state: 'offline', sentence: 'Offline: 3 changes wait.' }])],
  ['⟳ Syncing 12 items, 34 MB left.', statusWith([{ state: 'syncing', waiting: 12, waitingBytes: 34e6 }])],
  [
    '⟳ Syncing 1 item, 34 MB left, 1.9 MB/s. Uploads are limited to 2 MB/s.',
    statusWith([moving('up', 1.9e6)], { device: { ...DEVICE_SETTINGS_DEFAULT, uploadLimit: 2e6 } }),
  ],
  [
    '⟳ Syncing 2 items, 68 MB left, 2.3 MB/s. Uploads are limited to 2 MB/s, downloads to 500 kB/s.',
    statusWith([moving('up', 1.9e6), moving('down', 4e5)], { device: limited }),
  ],
  [
    '⟳ Syncing 1 item, 34 MB left, 400 kB/s. Downloads are limited to 500 kB/s.',
    statusWith([moving('down', 4e5)], { device: limited }),
  ],
  ['✓ Up to date.', statusWith([{}], { device: limited })],
  ['⟳ Looking for changes.', statusWith([{ state: 'syncing' }])],
  ['✓ Up to date.', statusWith([{}, {}])],
  ['✓ No folder is synced yet.', statusWith([])],
])('%s', (line, status) => expect(statusLine(status)).toBe(line));

test('offline, the reason is what is said', () => {
  const session = {
    ...statusWith([]).session,
    online: false,
    offlineSentence: 'The server cannot be reached.',
  } as EngineStatus['session'];
  expect(headlineOf(statusWith([{ state: 'offline' }], { session }))).toBe('The server cannot be reached.');
});

test('a quota says its unit once where it can', () => {
  expect(quotaShort({ limitBytes: 50e9, usedBytes: 42e9, reservedBytes: 0 })).toBe('42 of 50 GB');
  expect(quotaShort({ limitBytes: 50e9, usedBytes: 42e6, reservedBytes: 0 })).toBe('42 MB of 50 GB');
});

test('a halted folder is one problem', () => {
  expect(troubleCounts(statusWith([{ state: 'halted', troubles: 2 }, { heldDeletes: 3 }]))).toEqual({
    problems: 3,
    conflicts: 0,
    held: 3,
  });
});
