import type { GoTo } from './bridge.ts';
import { PLACES } from './bridge.ts';

export const LINK_SCHEME = 'tidesync';
const LINK_CHARS_MAX = 2_000;

/**
 * What a `tidesync://` link asks to be shown; null if it is none of ours. A link only ever leads to a screen: what
 * it brings along is shown there, and a person decides.
 *   tidesync://open/conflicts
 *   tidesync://connect?server=https://files.example.org
 */
export function parseDeepLink(text: string): GoTo | null {
  if (text.length > LINK_CHARS_MAX) return null;
  const url = parseUrl(text);
  if (url === null || url.protocol !== `${LINK_SCHEME}:`) return null;
  if (url.username !== '' || url.password !== '' || url.port !== '') return null;
  if (url.hostname === 'open') {
    const name = url.pathname.slice(1);
    const place = PLACES.find((one) => one === name);
    return place === undefined ? null : { to: 'place', place };
  }
  if (url.hostname !== 'connect' || (url.pathname !== '' && url.pathname !== '/')) return null;
  return connectTo(url.searchParams.get('server') ?? '');
}

/** The last one of a command line, since a system puts it after what it adds itself. */
export function deepLinkIn(args: readonly string[]): GoTo | null {
  for (const arg of [...args].reverse()) {
    const found = arg.startsWith(`${LINK_SCHEME}:`) ? parseDeepLink(arg) : null;
    if (found !== null) return found;
  }
  return null;
}

function connectTo(server: string): GoTo | null {
  const url = parseUrl(server);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
  return { to: 'connect', serverUrl: url.origin };
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
