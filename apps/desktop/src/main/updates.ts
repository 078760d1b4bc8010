import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { mayUpdateItself } from '../shell/update-rule.ts';

const LOOK_EVERY_MS = 6 * 60 * 60_000;

export function updatesItself(): boolean {
  return mayUpdateItself({
    isPackaged: app.isPackaged,
    hasSource: existsSync(path.join(process.resourcesPath, 'app-update.yml')),
    isOfSystem: existsSync(path.join(process.resourcesPath, 'system-package')),
    env: process.env,
  });
}

/** Looks for signed updates, fetches them, and installs them at the next quit. */
export async function followUpdates(): Promise<void> {
  if (!updatesItself()) return;
  const { autoUpdater } = await import('electron-updater');
  autoUpdater.autoDownload = true;
  autoUpdater.autoInstallOnAppQuit = true;
  autoUpdater.on('error', () => {});
  const look = () => void autoUpdater.checkForUpdates().catch(() => {});
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
}
