import { execFile } from 'node:child_process';

const ASK_MS_MAX = 2_000;
const WATCHER = 'org.kde.StatusNotifierWatcher';

/**
 * Whether the desktop shows tray icons. On Linux that is someone else's part (on GNOME an extension's), which makes
 * itself known on the session's bus; nobody there, or no bus, means that an icon would not be seen.
 */
export function desktopShowsTray(): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  const call = [
    '--session',
    '--print-reply=literal',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    `string:${WATCHER}`,
  ];
  return new Promise((resolve) => {
    execFile('dbus-send', call, { timeout: ASK_MS_MAX }, (error, out) =>
      resolve(error === null && /boolean true/.test(out)),
    );
  });
}
