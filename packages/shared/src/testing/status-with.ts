// What an engine says of itself, for tests of what is made of it.

import { DEVICE_SETTINGS_DEFAULT } from '../wire/device-settings.ts';
import type { EngineStatus, RootStatus } from '../wire/engine.ts';
import { engineStatus } from '../wire/engine.ts';

const CALM = {
  state: 'upToDate',
  halt: null,
  pausedUntilMs: null,
  restsFor: null,
  sentence: 'Up to date.',
  entries: 0,
  waiting: 0,
  waitingBytes: 0,
  transfers: [],
  readings: [],
  upBytesPerSecond: null,
  downBytesPerSecond: null,
  troubles: 0,
  conflicts: 0,
  heldDeletes: 0,
  lastSyncedAtMs: null,
  lastCheck: null,
};

/** Signed in, with 42 of 50 GB used, and up to date in the folders `/home/0`, `/home/1` …, but for what is named. */
export function statusWith(
  roots: readonly Partial<RootStatus>[],
  more: Partial<EngineStatus> = {},
): EngineStatus {
  const session = { is: 'signedIn', serverUrl: 'https://a.test', email: 'a@a.test', deviceName: 'a' };
  return engineStatus.parse({
    session: { ...session, online: true, offlineSentence: null },
    quota: { limitBytes: 50e9, usedBytes: 42e9, reservedBytes: 0 },
    device: DEVICE_SETTINGS_DEFAULT,
    secretsIn: 'file',
    version: '1',
    ...more,
    roots: roots.map((root, n) => ({
      rootId: `00000000-0000-4000-8000-00000000000${n}`,
      libraryId: `00000000-0000-4000-8000-00000000001${n}`,
      path: `/home/${n}`,
      libraryName: `lib${n}`,
      ...CALM,
      ...root,
    })),
  });
}
