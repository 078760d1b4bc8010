// Puts the app's main process together. What it decides is in `src/shell`, what it does in the files beside this one.

import path from 'node:path';
import { app } from 'electron';
import { claimAppScheme } from './app-protocol.ts';
import { DesktopApp } from './desktop-app.ts';
import { homePathOf } from './engine-program.ts';
import { hardenApp } from './hardening.ts';
import { claimLinkScheme } from './links.ts';

const homePath = homePathOf(process.env);
// With another home than the usual one, a second app is another one and not the first one again.
if (homePath !== homePathOf({ ...process.env, TIDESYNC_HOME: '' }))
  app.setPath('userData', path.join(homePath, 'app'));
// Windows knows by it whose messages they are.
app.setAppUserModelId('org.tidesync.desktop');

if (!app.requestSingleInstanceLock()) {
  // The first one has been told, and shows itself.
  app.exit(0);
} else {
  claimAppScheme();
  hardenApp();
  claimLinkScheme();
  const desktop = new DesktopApp(homePath);
  desktop.listen();
  void app.whenReady().then(() => desktop.run());
}
