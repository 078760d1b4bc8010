import { createHash, createHmac } from 'node:crypto';
import type { S3Keys } from '../../settings/server-settings.ts';

/** A request as it is signed: exactly what is listed here is bound by the signature. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'DELETE' | 'POST';
  /** `http://host` or `https://host:port`; its host is signed. */
  readonly origin: string;
  /** Begins with `/`, not encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names; `host` is added. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Signer {
  readonly keys: S3Keys;
  readonly region: string;
  readonly nowMs: number;
}

/** The longest that a store lets a signed URL live. */
const EXPIRES_SECONDS_MAX = 7 * 24 * 3_600;
const ALGORITHM = 'AWS4-HMAC-SHA256';
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * A URL that carries its own signature (AWS Signature Version 4, query form). The request has to be sent with
 * exactly the signed headers; the body is bound by them and by nothing else. What expires in the past is refused
 * by the store as expired; what expires in more than seven days expires in seven days.
 */
export function presignUrl(request: UnsignedRequest, signer: Signer, expiresAtMs: number): string {
  // The store wants whole seconds and at least one of them. Both are rounded so that none is granted in excess.
  const dateMs = Math.floor(Math.min(signer.nowMs, expiresAtMs - 1_000) / 1_000) * 1_000;
  const seconds = Math.min(EXPIRES_SECONDS_MAX, Math.floor((expiresAtMs - dateMs) / 1_000));
  const date = timeStamp(dateMs);
  const headers = withHost(request);
  const query = {
    ...request.query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${signer.keys.accessKey}/${scopeOf(date, signer.region)}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': signedNames(headers),
  };
  const signature = signatureOf({ ...request, query, headers }, UNSIGNED_PAYLOAD, { ...signer, date });
  return `${request.origin}${encodePath(request.path)}?${encodeQuery(query)}&X-Amz-Signature=${signature}`;
}

/**
 * The headers to send a request with whose signature lies in its `authorization` header; `host` is among them.
 * `payloadHash` is the SHA-256 of the body in hex, or `UNSIGNED_PAYLOAD`.
 */
export function signHeaders(
  request: UnsignedRequest,
  signer: Signer,
  payloadHash: string,
): Record<string, string> {
  const date = timeStamp(signer.nowMs);
  const headers = {
    ...withHost(request),
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': date,
  };
  const signature = signatureOf({ ...request, headers }, payloadHash, { ...signer, date });
  const credential = `${signer.keys.accessKey}/${scopeOf(date, signer.region)}`;
  const names = signedNames(headers);
  const authorization = `${ALGORITHM} Credential=${credential},SignedHeaders=${names},Signature=${signature}`;
  return { ...headers, authorization };
}

/** Path and query as they go on the wire. */
export function encodedTarget({ path, query = {} }: UnsignedRequest): string {
  const text = encodeQuery(query);
  return text === '' ? encodePath(path) : `${encodePath(path)}?${text}`;
}

const withHost = ({ origin, headers }: UnsignedRequest): Record<string, string> => ({
  host: new URL(origin).host,
  ...headers,
});

/** `20130524T000000Z` */
const timeStamp = (ms: number) => `${new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '')}`;
const scopeOf = (date: string, region: string) => `${date.slice(0, 8)}/${region}/s3/aws4_request`;
const signedNames = (headers: Readonly<Record<string, string>>) => Object.keys(headers).sort().join(';');

type Complete = UnsignedRequest & { readonly headers: Readonly<Record<string, string>> };

function signatureOf(request: Complete, payloadHash: string, signer: Signer & { date: string }): string {
  const { headers } = request;
  const lines = Object.keys(headers)
    .sort()
    .map((name) => `${name}:${headers[name]?.trim().replace(/ +/g, ' ')}\n`);
  const canonical = [
    request.method,
    encodePath(request.path),
    encodeQuery(request.query ?? {}),
    lines.join(''),
    signedNames(headers),
    payloadHash,
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const toSign = [ALGORITHM, signer.date, scopeOf(signer.date, signer.region), hash].join('\n');
  return hmac(signingKey(signer), toSign).toString('hex');
}

function signingKey({ keys, region, date }: Signer & { date: string }): Buffer {
  const ofDay = hmac(`AWS4${keys.secretKey}`, date.slice(0, 8));
  return hmac(hmac(hmac(ofDay, region), 's3'), 'aws4_request');
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** All but letters, digits and `-._~`, as the signature has it; more than `encodeURIComponent` does. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const encodePath = (path: string) => path.split('/').map(encode).join('/');
const encodeQuery = (query: Readonly<Record<string, string>>) =>
  Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
