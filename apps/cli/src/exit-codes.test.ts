import { readFileSync } from 'node:fs';
import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import type { EngineStatus, RootStateName, RootStatus } from '@tidesync/shared/wire/engine';
import { expect, test } from 'vitest';
import { exitCodeOfStatus, exitCodes } from './exit-codes.ts';
import { createProgram } from './program.ts';

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
  return { session, quota: null, roots, device: DEVICE_SETTINGS_DEFAULT, secretsIn: 'file', version: '0' };
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

test('the table of the README and the help say the codes that there are', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('| exit code of `tidesync` |'));
  const rows = [...table.slice(0, table.indexOf('\n\n')).matchAll(/^\| (\d+) \|/gm)].map(([, code]) =>
    Number(code),
  );
  const all = Object.values(exitCodes).sort((a, b) => a - b);
  expect(rows).toEqual(all);
  let help = '';
  const program = createProgram({ run: async () => undefined }, '0', {
    out: (text) => (help += text),
    err: () => undefined,
  });
  program.outputHelp();
  const told = /Exit codes: ([^$]*?)\nData/.exec(help)?.[1] ?? '';
  expect([...told.matchAll(/(?:^|·|\n)\s*(\d+) /g)].map(([, code]) => Number(code))).toEqual(all);
});
