import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { app } from 'electron';
import { autostartEntry, HIDDEN_ARGUMENT } from '../shell/autostart-entry.ts';

/** Whether the app starts when its user signs in. Asked for by a person, never by itself. */
export function startsWithSession(): boolean {
  if (process.platform !== 'linux') return app.getLoginItemSettings({ args: [HIDDEN_ARGUMENT] }).openAtLogin;
  return existsSync(entryPath());
}

export function setStartsWithSession(wanted: boolean): void {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: wanted, args: [HIDDEN_ARGUMENT] });
    return;
  }
  const entry = entryPath();
  if (!wanted) {
    rmSync(entry, { force: true });
    return;
  }
  mkdirSync(path.dirname(entry), { recursive: true });
  // While it is developed, the program is Electron and the app its argument. An AppImage is not where it was unpacked.
  const program = process.env.APPIMAGE ?? process.execPath;
  writeFileSync(entry, autostartEntry(program, app.isPackaged ? [] : [app.getAppPath()]));
}

function entryPath(): string {
  const given = process.env.XDG_CONFIG_HOME ?? '';
  const config = path.isAbsolute(given) ? given : path.join(os.homedir(), '.config');
  return path.join(config, 'autostart', 'tidesync.desktop');
}
