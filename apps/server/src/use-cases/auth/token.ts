import { createHash } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

const TOKEN_BYTES = 32;

/** A device's secret. The prefix lets scanners of leaked secrets recognise it. */
export function newToken(random: Random): string {
  return `tds_${Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')}`;
}

/** What is stored of a token: plain SHA-256 is enough for 256 random bits. 64 hex digits. */
export function tokenHashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
