import type { FastifyRequest } from 'fastify';
import { cookieToken } from './browser-session.ts';

/** What a request shows for its device: the token of its header or of a browser's cookie; null for none. */
export function tokenOf(request: FastifyRequest): string | null {
  const bearer = /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? cookieToken(request);
}

/** The protocol that the client says it speaks, as the header has it; null if it says nothing. */
export function protocolOf({ headers }: FastifyRequest): string | null {
  const header = headers['x-tidesync-protocol'];
  return typeof header === 'string' ? header : null;
}

/** IPv6 is counted by /64, which one household or machine has to itself. */
export function addressOf(ip: string): string {
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const [first, last] = [head.split(':'), tail.split(':')];
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}
