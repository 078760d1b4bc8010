import { limits } from '@tidesync/shared/limits';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The token of a browser that is signed in: a cookie that no script can read. */
export interface BrowserSession {
  /** Gives the browser this token. Not remembered, it forgets it when it is closed. */
  keep(token: string, remember: boolean): void;
  /** Takes it away again. */
  drop(): void;
}

type Asked = Pick<FastifyRequest, 'protocol' | 'host' | 'headers' | 'method'>;

/** Over TLS the browser itself sees to it that no other host has set it, and that it never travels in the open. */
const cookieName = (request: Asked) =>
  request.protocol === 'https' ? '__Host-tidesync-console' : 'tidesync-console';

export function browserSession(request: Asked, reply: FastifyReply): BrowserSession {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  const set = (value: string, life: string) =>
    reply.header(
      'set-cookie',
      `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${life}`,
    );
  const lifeSeconds = Math.floor(limits.browserSessionLifeMs / 1_000);
  return {
    keep: (token, remember) => {
      set(token, remember ? `; Max-Age=${lifeSeconds}` : '');
    },
    drop: () => {
      set('', '; Max-Age=0');
    },
  };
}

/** The token in the request's cookie; null for none. */
export function cookieToken(request: Asked): string | null {
  const name = cookieName(request);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value = ''] = pair.trim().split('=', 2);
    if (key === name && /^[\w-]{1,200}$/.test(value)) return value;
  }
  return null;
}

/**
 * Why a call is no page of this server's doing; null if it may go on. A browser says where a call comes from, and
 * devices say nothing: so a call that names another origin is refused, and one with a cookie has to name ours before
 * it may change anything. `SameSite` alone would do in the browsers of today; both have to fail.
 */
export function foreignOrigin(request: Asked): string | null {
  const { origin, authorization } = request.headers;
  if (origin !== undefined) return isOwn(request, origin) ? null : origin;
  if (authorization !== undefined || cookieToken(request) === null) return null;
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return 'another page';
  return request.method === 'GET' || request.method === 'HEAD'
    ? null
    : 'a page that does not say which it is';
}

function isOwn(request: Asked, origin: string): boolean {
  const [from, own] = [URL.parse(origin), URL.parse(`${request.protocol}://${request.host}`)];
  if (from === null || own === null || from.host !== own.host) return false;
  // Behind a proxy that does not say that it speaks TLS we only see plain HTTP; the other way round is an attack.
  return request.protocol !== 'https' || from.protocol === 'https:';
}
