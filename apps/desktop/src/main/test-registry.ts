import type { AppState } from '@tidesync/shared/app-state';
import { app } from 'electron';
import type { EngineHealth } from '../shell/bridge.ts';
import type { Notice } from '../shell/notices.ts';
import type { EngineHost } from './engine-host.ts';
import type { Notifier } from './notifier.ts';
import type { TrayIcon } from './tray-icon.ts';

/** What tests can see and do that Electron gives them no way to: a tray's menu cannot be read from outside. */
export interface TestRegistry {
  readonly tray: { state(): AppState; tooltip(): string; labels(): string[]; click(id: string): void };
  readonly health: () => EngineHealth;
  readonly notices: () => readonly Notice[];
}

/** Only where a test has asked for it, and never in a package. */
export function exposeToTests({ tray, host, notifier }: Exposed): void {
  if (app.isPackaged || process.env.TIDESYNC_TEST !== '1') return;
  const registry: TestRegistry = {
    tray: {
      state: () => tray.state,
      tooltip: () => tray.tooltip,
      labels: () => tray.menu.items.map((item) => item.label),
      click: (id) => tray.menu.getMenuItemById(id)?.click(),
    },
    health: () => host.health,
    notices: () => notifier.shown,
  };
  Object.assign(globalThis, { tidesyncTest: registry });
}
interface Exposed {
  readonly tray: TrayIcon;
  readonly host: EngineHost;
  readonly notifier: Notifier;
}
