import { createHash } from 'node:crypto';
import type { PackId } from '@tidesync/shared/ids';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { S3Settings } from '../../settings/server-settings.ts';
import { networkWords } from './network-words.ts';
import { NO_LIBRARY } from './probe.ts';
import { putHeaders } from './put-headers.ts';
import type { S3Client } from './s3-client.ts';
import { addressOf, nameOf } from './s3-names.ts';
import type { Route } from './signed-request.ts';
import { sendSigned } from './signed-request.ts';
import { storeUnavailable } from './store-trouble.ts';

export interface BrowserCheck {
  readonly settings: S3Settings;
  readonly client: S3Client;
  readonly route: Route;
  readonly uuid: () => string;
}

/** `open`: it was so already; `opened`: now it is; `closed`: it is not, and cannot be made so by us. */
export type BrowserAccess = 'open' | 'opened' | 'closed';

/** Of a page that there is not: the store has to let in any, since the server does not know all its own names. */
const ANY_ORIGIN = 'https://any.invalid';
const ANSWER_LIFE_SECONDS = 3_600;
/** What a browser asks for before it sends a pack or reads a part of one. */
const ASKED_HEADERS = [
  ...Object.keys(putHeaders({ sha256Hex: '', sizeBytes: 0 })).filter((name) => name !== 'content-length'),
  'range',
];
const RULE = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>tidesync</ID>\
<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>\
${ASKED_HEADERS.map((name) => `<AllowedHeader>${name}</AllowedHeader>`).join('')}\
<MaxAgeSeconds>${ANSWER_LIFE_SECONDS}</MaxAgeSeconds></CORSRule></CORSConfiguration>`;

/**
 * Sees to it that the web console may put and get packs by signed URLs: asks as a browser does, and sets the bucket's
 * rule (CORS) if the store does not let pages in. A signed URL is the whole authority and carries no cookie, so a page
 * from anywhere gets no more by it than any other program would. Rules that somebody else has set are left.
 * Errors: Failure `storeUnavailable`.
 */
export async function letBrowsersIn(check: BrowserCheck): Promise<BrowserAccess> {
  if (await letsPagesIn(check)) return 'open';
  if (!(await hasNoRule(check.client))) return 'closed';
  const body = Buffer.from(RULE);
  const { status } = await check.client.call({
    method: 'PUT',
    key: '',
    query: { cors: '' },
    headers: {
      'content-md5': createHash('md5').update(body).digest('base64'),
      'content-type': 'application/xml',
    },
    body,
  });
  return status < 300 && (await letsPagesIn(check)) ? 'opened' : 'closed';
}

async function hasNoRule(client: S3Client): Promise<boolean> {
  const { status } = await client.call({ method: 'GET', key: '', query: { cors: '' } });
  return status === 404;
}

async function letsPagesIn(check: BrowserCheck): Promise<boolean> {
  const answers = [await preflight(check, 'PUT'), await preflight(check, 'GET')];
  return answers.every((one) => one);
}

async function preflight({ settings, uuid, route }: BrowserCheck, method: 'PUT' | 'GET'): Promise<boolean> {
  const address = addressOf(
    settings,
    settings.publicEndpoint,
    nameOf(objectKeyOf(NO_LIBRARY, uuid() as PackId)),
  );
  const headers = {
    origin: ANY_ORIGIN,
    'access-control-request-method': method,
    'access-control-request-headers': ASKED_HEADERS.join(','),
  };
  const request = { method: 'OPTIONS', url: address.path, serverUrl: address.origin, headers } as const;
  const answer = await sendSigned(request, route).catch((error: unknown) => {
    throw storeUnavailable(networkWords(error), true, error);
  });
  const said = (name: string) => String(answer.headers[name] ?? '');
  const origin = said('access-control-allow-origin');
  const allowed = said('access-control-allow-headers').toLowerCase();
  const hasHeaders = allowed.includes('*') || ASKED_HEADERS.every((name) => allowed.includes(name));
  const hasMethod = said('access-control-allow-methods').includes(method);
  return answer.status < 300 && (origin === '*' || origin === ANY_ORIGIN) && hasHeaders && hasMethod;
}
