/** Where the NATS servers are and how to sign in there, read from one address. */
export interface NatsAddress {
  /** `host:port`, one at least. */
  readonly servers: readonly string[];
  readonly tls: boolean;
  readonly auth: NatsAuth;
}
export type NatsAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly user: string; readonly pass: string }
  | { readonly kind: 'token'; readonly token: string };

const DEFAULT_PORT = '4222';
const SERVERS_MAX = 16;

/**
 * Parses `nats://[user:password@|token@]host[:port]`, or `tls://…`, several separated by commas; the first one's
 * credentials are for all. Null for anything else. The client of NATS understands neither credentials nor the
 * scheme in an address, and takes a password that begins with digits for the port.
 */
export function parseNatsUrl(text: string): NatsAddress | null {
  const urls = text.split(',').map((one) => URL.parse(one.trim()));
  const [first] = urls;
  if (first === null || first === undefined || urls.length > SERVERS_MAX) return null;
  const servers: string[] = [];
  for (const url of urls) {
    if (url === null || url.hostname === '' || !['nats:', 'tls:'].includes(url.protocol)) return null;
    if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') return null;
    servers.push(`${url.hostname}:${url.port === '' ? DEFAULT_PORT : url.port}`);
  }
  const auth = authOf(first);
  if (auth === null) return null;
  return { servers, tls: urls.some((url) => url?.protocol === 'tls:'), auth };
}

function authOf({ username, password }: URL): NatsAuth | null {
  try {
    const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
    if (user === '') return { kind: 'none' };
    return pass === '' ? { kind: 'token', token: user } : { kind: 'password', user, pass };
  } catch {
    return null; // a lone % sign
  }
}
