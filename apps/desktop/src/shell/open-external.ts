const URL_CHARS_MAX = 2_000;

export type MayOpen = 'yes' | 'ask' | 'no';

/**
 * Whether an address goes to the browser: the signed-in server's own pages do, other web pages only after a
 * question, and nothing that is no web page does.
 */
export function mayOpenExternally(text: string, serverUrl: string | null): MayOpen {
  if (text.length > URL_CHARS_MAX) return 'no';
  const url = parseUrl(text);
  if (url === null || url.username !== '' || url.password !== '') return 'no';
  const server = serverUrl === null ? null : parseUrl(serverUrl);
  if (server !== null && url.origin === server.origin && /^https?:$/.test(url.protocol)) return 'yes';
  return url.protocol === 'https:' ? 'ask' : 'no';
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
