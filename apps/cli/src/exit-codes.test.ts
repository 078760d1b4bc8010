import type { EngineStatus, RootStateName, RootStatus } from '@tidesync/shared/wire/engine';
import { expect, test } from 'vitest';
import { exitCodeOfStatus } from './exit-codes.ts';

function statusOf(states: readonly RootStateName[]): EngineStatus {
  const roots = states.map((state) => ({ state }) as RootStatus);
  const session = {
    is: 'signedIn' as const,
    serverUrl: 'http://127.0.0.1',
    email: 'a@b',
    deviceName: 'd',
    online: true,
    offlineSentence: null,
  };
  return { session, quota: null, roots, secretsIn: 'file', version: '0' };
}

test.each<[why: string, states: RootStateName[], want: number]>([
  ['nothing is synced', [], 0],
  ['all is well', ['upToDate', 'paused', 'syncing'], 0],
  ['the server does not answer', ['upToDate', 'offline'], 1],
  ['a path needs a person', ['upToDate', 'attention'], 3],
  ['a folder needs a person', ['halted'], 3],
  ['a person comes before the server', ['offline', 'attention'], 3],
])('%s', (_why, states, want) => {
  expect(exitCodeOfStatus(statusOf(states))).toBe(want);
});

test('signed out comes before everything', () => {
  const status = {
    ...statusOf(['attention']),
    session: { is: 'signedOut' as const, why: 'revoked' as const },
  };
  expect(exitCodeOfStatus(status)).toBe(5);
});
