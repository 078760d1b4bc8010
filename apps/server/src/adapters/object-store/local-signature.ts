import { createHmac, timingSafeEqual } from 'node:crypto';
import type { GetGrant, PutGrant } from '../../ports/object-store.ts';
import { putHeaders } from './put-headers.ts';

/** Where the server mounts the object routes; signed URLs are this path plus the key. */
export const OBJECTS_PATH = '/objects';

export const PUT_HEADER_NAMES = Object.keys(putHeaders({ sha256Hex: '', sizeBytes: 0 })).sort();

interface Claim {
  readonly method: 'PUT' | 'GET';
  readonly key: string;
  readonly expiresAtMs: number;
  /** Empty for a GET. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One line per part. No part can hold a line break: keys are two ids, header values come from HTTP. */
function signatureOf(secret: Buffer, claim: Claim): Buffer {
  const headers = Object.keys(claim.headers)
    .sort()
    .map((name) => `${name}:${claim.headers[name]}`);
  const text = ['tidesync-object-1', claim.method, claim.key, claim.expiresAtMs, ...headers].join('\n');
  return createHmac('sha256', secret).update(text).digest();
}

function signedUrl(secret: Buffer, claim: Claim): string {
  const signature = signatureOf(secret, claim).toString('base64url');
  return `${OBJECTS_PATH}/${claim.key}?expires=${claim.expiresAtMs}&signature=${signature}`;
}

export function signPutUrl(secret: Buffer, grant: PutGrant): string {
  const { key, expiresAtMs } = grant;
  return signedUrl(secret, { method: 'PUT', key, expiresAtMs, headers: putHeaders(grant) });
}

export function signGetUrl(secret: Buffer, grant: GetGrant): string {
  return signedUrl(secret, { method: 'GET', ...grant, headers: {} });
}

/** What a request shows for itself: its query and, for a PUT, the headers it carries. */
export interface Presented {
  readonly method: 'PUT' | 'GET';
  readonly key: string;
  readonly expires: unknown;
  readonly signature: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** True only for a claim this secret signed that has not expired. Takes the same time for any wrong signature. */
export function isGranted(secret: Buffer, presented: Presented, nowMs: number): boolean {
  const { method, key, expires, signature, headers } = presented;
  if (typeof expires !== 'string' || !/^\d{1,16}$/.test(expires) || typeof signature !== 'string')
    return false;
  const expiresAtMs = Number(expires);
  const given = Buffer.from(signature, 'base64url');
  const wanted = signatureOf(secret, { method, key, expiresAtMs, headers });
  return given.length === wanted.length && timingSafeEqual(given, wanted) && nowMs < expiresAtMs;
}
