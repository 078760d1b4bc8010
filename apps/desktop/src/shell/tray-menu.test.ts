import type { AppState } from '@tidesync/shared/app-state';
import { APP_STATES } from '@tidesync/shared/app-state';
import { statusWith } from '@tidesync/shared/testing/status-with';
import type { EngineStatus, RootStatus } from '@tidesync/shared/wire/engine';
import { describe, expect, test } from 'vitest';
import type { EngineHealth } from './bridge.ts';
import { shellSpeech } from './speech.ts';
import type { TrayItem, TrayView } from './tray-menu.ts';
import { trayMenu, trayStateOf, trayTooltip } from './tray-menu.ts';

const own: EngineHealth = { is: 'running', own: true };
const down: EngineHealth = { is: 'down', exits: 5, why: 'it ended with 1', lastLines: [] };

const signedOut = statusWith([], { session: { is: 'signedOut', why: 'never' } });
const full = { quota: { limitBytes: 50e9, usedBytes: 50e9, reservedBytes: 0 } };
const paused: Partial<RootStatus> = { state: 'paused', sentence: 'Paused until 2026-11-21 14:05.' };
const view = (status: EngineStatus | null, health: EngineHealth = own): TrayView => ({
  status,
  health,
  changes: [],
  speech: shellSpeech('en'),
});

/** The whole menu as lines, submenus in braces. */
function shown(items: readonly TrayItem[]): string {
  return items
    .map((item) => {
      if (item.is === 'line') return '-';
      return item.is === 'menu' ? `${item.label} {${shown(item.items)}}` : item.label;
    })
    .join(' | ');
}

const REST = 'Settings… | Diagnose… | - | ';
const PAUSE = 'Pause {For 30 minutes | For 2 hours | For 8 hours | Until resumed}';
const CHANGES = 'Last changes {Nothing yet | - | All changes…}';

const onBattery: Partial<RootStatus> = { ...paused, restsFor: 'battery', sentence: 'Paused on battery.' };

const cases: [AppState, TrayView, string, string][] = [
  [
    'paused',
    view(statusWith([onBattery, paused])),
    'Tidesync: lib0: Paused on battery. (and 1 more folder)',
    'lib0: Paused on battery. (and 1 more folder) | 42 of 50 GB used | - | Open Tidesync | ' +
      `Open folder {lib0 (/home/0) | lib1 (/home/1)} | Sync anyway, until that ends | ${PAUSE} | Sync now | - | ` +
      `${CHANGES} | Conflicts (0) | Problems (0) | - | ${REST}Quit and stop syncing`,
  ],
  [
    'engineDown',
    view(null, down),
    'Tidesync: The engine is not running, so nothing is synced now.',
    'The engine is not running, so nothing is synced now. | - | Open Tidesync | Start the engine | ' +
      'Diagnose… | - | Quit',
  ],
  [
    'engineDown',
    view(null, { is: 'starting' }),
    'Tidesync: Starting …',
    'Starting … | - | Open Tidesync | Diagnose… | - | Quit',
  ],
  [
    'signedOut',
    view(signedOut),
    'Tidesync: Not signed in.',
    `Not signed in. | - | Sign in… | ${REST}Quit and stop syncing`,
  ],
  [
    'error',
    view(statusWith([{ state: 'halted', sentence: 'The folder is gone.' }])),
    'Tidesync: The folder is gone.',
    'The folder is gone. | 42 of 50 GB used | - | Open Tidesync | Open folder {lib0 (/home/0)} | ' +
      `${PAUSE} | Sync now | - | ${CHANGES} | Conflicts (0) | Problems (1) | - | ${REST}Quit and stop syncing`,
  ],
  [
    'attention',
    view(statusWith([{ conflicts: 2, heldDeletes: 300 }])),
    'Tidesync: 300 deletes wait for your yes, 2 conflict copies were kept.',
    '300 deletes wait for your yes, 2 conflict copies were kept. | 42 of 50 GB used | - | Open Tidesync | ' +
      `Open folder {lib0 (/home/0)} | ${PAUSE} | Sync now | - | ${CHANGES} | Conflicts (2) | Problems (0) | ` +
      `Deletes that wait for a yes (300) | - | ${REST}Quit and stop syncing`,
  ],
  [
    'quotaFull',
    view(statusWith([{}], full)),
    'Tidesync: 50 of 50 GB: uploads wait, downloads go on.',
    '50 of 50 GB: uploads wait, downloads go on. | 50 of 50 GB used | - | Open Tidesync | ' +
      `Open folder {lib0 (/home/0)} | ${PAUSE} | Sync now | - | ${CHANGES} | Conflicts (0) | Problems (0) | - | ` +
      `${REST}Quit and stop syncing`,
  ],
  [
    'paused',
    view(statusWith([paused, paused])),
    'Tidesync: Paused until 2026-11-21 14:05.',
    'Paused until 2026-11-21 14:05. | 42 of 50 GB used | - | Open Tidesync | ' +
      'Open folder {lib0 (/home/0) | lib1 (/home/1)} | Resume | Sync now | - | ' +
      `${CHANGES} | Conflicts (0) | Problems (0) | - | ${REST}Quit and stop syncing`,
  ],
  [
    'offline',
    view(statusWith([{ state: 'offline', sentence: 'Offline: 3 changes wait.' }])),
    'Tidesync: Offline: 3 changes wait.',
    `Offline: 3 changes wait. | 42 of 50 GB used | - | Open Tidesync | Open folder {lib0 (/home/0)} | ${PAUSE} | ` +
      `Sync now | - | ${CHANGES} | Conflicts (0) | Problems (0) | - | ${REST}Quit and stop syncing`,
  ],
  [
    'syncing',
    view(statusWith([{ state: 'syncing', waiting: 12, waitingBytes: 34e6 }, paused])),
    'Tidesync: Syncing 12 items, 34 MB left.',
    'Syncing 12 items, 34 MB left. | 42 of 50 GB used | - | Open Tidesync | ' +
      `Open folder {lib0 (/home/0) | lib1 (/home/1)} | ${PAUSE} | Resume | Sync now | - | ` +
      `${CHANGES} | Conflicts (0) | Problems (0) | - | ${REST}Quit and stop syncing`,
  ],
  [
    'upToDate',
    view(statusWith([]), { is: 'running', own: false }),
    'Tidesync: No folder is synced yet.',
    'No folder is synced yet. | 42 of 50 GB used | - | Open Tidesync | Open folder {No folder is synced yet} | ' +
      `Sync now | - | ${CHANGES} | Conflicts (0) | Problems (0) | - | ${REST}Quit (syncing goes on)`,
  ],
];

describe('the tray', () => {
  test.each(cases)('%s: icon, tooltip and menu (%#)', (state, seen, tooltip, menu) => {
    expect(trayStateOf(seen)).toBe(state);
    expect(trayTooltip(seen)).toBe(tooltip);
    expect(shown(trayMenu(seen))).toBe(menu);
  });

  test('the table has every state', () => {
    expect(new Set(cases.map(([state]) => state))).toEqual(new Set(APP_STATES));
  });

  test('ids are each there once, so that a click means one thing', () => {
    for (const [, seen] of cases) {
      const ids = idsOf(trayMenu(seen));
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('the last changes lead to their files; what is gone leads nowhere', () => {
    const changes = Array.from({ length: 7 }, (_, n) => ({
      atMs: n,
      sentence: `"R&D ${n}.txt" was sent.`,
      path: n === 0 ? null : `/home/0/${n}.txt`,
    }));
    const menu = trayMenu({ ...view(statusWith([{}])), changes });
    const found = menu.find((item) => item.is === 'menu' && item.id === 'changes');
    const items = found?.is === 'menu' ? found.items : [];
    expect(items.map((item) => item.is)).toEqual([
      'text',
      'action',
      'action',
      'action',
      'action',
      'line',
      'action',
    ]);
    expect(items[1]).toEqual({
      is: 'action',
      id: 'change1',
      label: '"R&&D 1.txt" was sent.',
      action: { do: 'reveal', path: '/home/0/1.txt' },
    });
  });

  test('a name that is long or has lines stays one line', () => {
    const menu = trayMenu(view(statusWith([{ libraryName: `a\nb${'c'.repeat(200)}` }])));
    expect(shown(menu)).toContain(`a b${'c'.repeat(66)}…}`);
  });

  test('pausing says for how long', () => {
    const pause = trayMenu(view(statusWith([{}]))).find((item) => item.is === 'menu' && item.id === 'pause');
    const actions =
      pause?.is === 'menu' ? pause.items.map((item) => (item.is === 'action' ? item.action : null)) : [];
    expect(actions).toEqual(
      [1_800_000, 7_200_000, 28_800_000, null].map((forMs) => ({ do: 'pause', forMs })),
    );
  });
});

function idsOf(items: readonly TrayItem[]): string[] {
  return items.flatMap((item) => {
    if (item.is === 'line') return [];
    return item.is === 'menu' ? [item.id, ...idsOf(item.items)] : [item.id];
  });
}
