import { expect, test } from 'vitest';
import type { AppState } from './app-state.ts';
import { appStateOf } from './app-state.ts';
import { DEVICE_SETTINGS_DEFAULT } from './wire/device-settings.ts';
import type { EngineStatus, RootStatus } from './wire/engine.ts';
import { engineStatus } from './wire/engine.ts';

function statusWith(roots: readonly Partial<RootStatus>[], more: Partial<EngineStatus> = {}): EngineStatus {
  const session = { is: 'signedIn', serverUrl: 'https://a.test', email: 'a@a.test', deviceName: 'a' };
  return engineStatus.parse({
    session: { ...session, online: true, offlineSentence: null },
    quota: { limitBytes: 100, usedBytes: 40, reservedBytes: 0 },
    device: DEVICE_SETTINGS_DEFAULT,
    secretsIn: 'file',
    version: '1',
    ...more,
    roots: roots.map((root, n) => ({
      rootId: `00000000-0000-4000-8000-00000000000${n}`,
      libraryId: `00000000-0000-4000-8000-00000000001${n}`,
      path: '/a',
      libraryName: 'a',
      state: 'upToDate',
      halt: null,
      pausedUntilMs: null,
      restsFor: null,
      sentence: '',
      entries: 0,
      waiting: 0,
      waitingBytes: 0,
      transfers: [],
      upBytesPerSecond: null,
      downBytesPerSecond: null,
      troubles: 0,
      conflicts: 0,
      heldDeletes: 0,
      lastSyncedAtMs: null,
      lastCheck: null,
      ...root,
    })),
  });
}

const full = { quota: { limitBytes: 100, usedBytes: 100, reservedBytes: 0 } };
const out: Partial<EngineStatus> = { session: { is: 'signedOut', why: 'logout' } };

test.each<[string, EngineStatus | null, AppState]>([
  ['no engine', null, 'engineDown'],
  ['nobody signed in', statusWith([{ state: 'halted' }], out), 'signedOut'],
  ['a halted folder before a conflict', statusWith([{ conflicts: 1 }, { state: 'halted' }]), 'error'],
  ['a conflict before a full quota', statusWith([{ conflicts: 1 }], full), 'attention'],
  ['deletes that wait for a yes', statusWith([{ heldDeletes: 3 }]), 'attention'],
  ['a full quota before a pause', statusWith([{ state: 'paused' }], full), 'quotaFull'],
  ['all paused', statusWith([{ state: 'paused' }, { state: 'paused' }]), 'paused'],
  ['one of two paused', statusWith([{ state: 'paused' }, { state: 'syncing' }]), 'syncing'],
  ['one offline', statusWith([{ state: 'offline' }, { state: 'syncing' }]), 'offline'],
  ['no folders yet', statusWith([]), 'upToDate'],
])('%s', (_what, status, state) => expect(appStateOf(status)).toBe(state));
