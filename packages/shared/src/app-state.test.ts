import { expect, test } from 'vitest';
import type { AppState } from './app-state.ts';
import { appStateOf } from './app-state.ts';
import { statusWith } from './testing/status-with.ts';
import type { EngineStatus } from './wire/engine.ts';

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
