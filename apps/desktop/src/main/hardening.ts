// What no page may do, whatever it was made to want. Each rule has its test in test/desktop/security.test.ts.

import type { Session, WebContents } from 'electron';
import { app, session } from 'electron';
import { APP_ORIGIN, APP_SCHEME } from '../shell/bridge.ts';

/** Pages may copy text on a click; everything else that needs a permission is refused. */
const GRANTED = new Set(['clipboard-sanitized-write']);
const ALLOWED_SCHEMES = new Set([`${APP_SCHEME}:`, 'devtools:', 'data:', 'blob:']);

/** Before `ready`. */
export function hardenApp(): void {
  // Where the system cannot give one (as to root in a container) the app is told so; the two together would not start.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => hardenPage(contents));
  app.on('session-created', hardenSession);
}

/** After `ready`, for the session that was there before anyone could listen. */
export function hardenDefaultSession(): void {
  hardenSession(session.defaultSession);
}

export function isOwnPage(url: string): boolean {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`);
}

function hardenPage(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (!isOwnPage(url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

function hardenSession(one: Session): void {
  one.setPermissionRequestHandler((contents, permission, decide) =>
    decide(GRANTED.has(permission) && isOwnPage(contents.getURL())),
  );
  one.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && isOwnPage(origin.replace(/\/$/, '')),
  );
  one.setDevicePermissionHandler(() => false);
  one.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !mayBeLoaded(details.url) }));
  one.on('will-download', (event, item) => {
    // What the page has made itself, like an exported list, may be saved: the person is asked where.
    if (!item.getURL().startsWith(`blob:${APP_ORIGIN}/`)) event.preventDefault();
  });
}

function mayBeLoaded(url: string): boolean {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase() ?? '';
  return ALLOWED_SCHEMES.has(scheme);
}
