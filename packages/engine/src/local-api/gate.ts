import { createHmac, timingSafeEqual } from 'node:crypto';
import { TRPC_PREFIX } from '@tidesync/shared/screens-bundle';

/** What a request says about itself, as far as the gate looks at it. */
export interface Knock {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** `Sec-Fetch-Site`; older browsers do not send it. */
  readonly fetchSite: string | undefined;
}

export interface Gate {
  readonly port: number;
  /** Per start, 32 random bytes in hex. */
  readonly token: string;
}

/** Where a request is let in to; a number is the HTTP status that refuses it. */
export type Admission =
  /** The API. */
  | { readonly to: 'api' }
  /** One of the screens' files. */
  | { readonly to: 'screens' }
  /** The link's own address: the code in its query decides. */
  | { readonly to: 'enter' }
  /** A new link. */
  | { readonly to: 'link' }
  | { readonly to: 'nothing'; readonly status: 401 | 403 | 404 | 405 };

/** The one path that needs no token: with it a client tells the engine from a squatter on its port. */
export const PROVE_PATH = `${TRPC_PREFIX}prove`;
export const ENTER_PATH = '/enter';
export const LINK_PATH = '/link';

/**
 * The name under which a browser sees the engine: one that nobody else can know before the browser does. Cookies do
 * not tell ports apart, so at 127.0.0.1 every program of this machine that serves pages would be sent the engine's.
 */
export function browserHost(gate: Gate): string {
  const label = createHmac('sha256', gate.token).update('browser host').digest('hex').slice(0, 24);
  return `tidesync-${label}.localhost:${gate.port}`;
}

/** By the name that a request calls the engine by: programs and browsers each have their own, and their own way in. */
export function admit(
  knock: Knock,
  gate: Gate,
  holdsSession: (cookie: string | undefined) => boolean,
): Admission {
  if (knock.host === `127.0.0.1:${gate.port}`) return admitProgram(knock, gate);
  if (knock.host === browserHost(gate)) return admitBrowser(knock, gate, holdsSession);
  // After DNS rebinding a page has the address right, and the name wrong.
  return refused(403);
}

/** A browser page cannot pass: it sends an Origin with what it may not do, and it does not know the token. */
function admitProgram({ path, origin, authorization, method }: Knock, gate: Gate): Admission {
  if (origin !== undefined) return refused(403);
  if (path === PROVE_PATH) return { to: 'api' };
  if (!sameText(authorization ?? '', `Bearer ${gate.token}`)) return refused(401);
  if (path === LINK_PATH) return method === 'POST' ? { to: 'link' } : refused(405);
  return path.startsWith(TRPC_PREFIX) ? { to: 'api' } : refused(404);
}

/** Only the engine's own page, with the session's cookie. */
function admitBrowser(
  knock: Knock,
  gate: Gate,
  holdsSession: (cookie: string | undefined) => boolean,
): Admission {
  const { method, path, origin, cookie } = knock;
  if (origin !== undefined && origin !== `http://${browserHost(gate)}`) return refused(403);
  const isRead = method === 'GET' || method === 'HEAD';
  if (path === ENTER_PATH) return isRead ? { to: 'enter' } : refused(405);
  const isCall = path.startsWith(TRPC_PREFIX);
  if (isCall && !isOwnCall(knock, isRead)) return refused(403);
  if (!isCall && !isRead) return refused(405);
  if (!holdsSession(cookie)) return refused(401);
  return { to: isCall ? 'api' : 'screens' };
}

/** A cookie alone is not enough: what changes something comes with the page's Origin. */
function isOwnCall({ origin, fetchSite }: Knock, isRead: boolean): boolean {
  return (isRead || origin !== undefined) && (fetchSite === undefined || fetchSite === 'same-origin');
}

function refused(status: 401 | 403 | 404 | 405): Admission {
  return { to: 'nothing', status };
}

/** The port is part of it, so that a squatter cannot pass the question on to an engine on another port. */
export function proofOf(gate: Gate, nonce: string): string {
  return createHmac('sha256', gate.token).update(`tidesync-engine ${gate.port} ${nonce}`).digest('hex');
}

/** Compares in a time that does not tell where two texts differ; only their lengths may leak. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
