import { app } from 'electron';
import { LINK_SCHEME } from '../shell/deep-link.ts';

/** Makes this app the one that `tidesync://` links open; the packages do the same for all users. */
export function claimLinkScheme(): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
}
