import { Failure } from '@tidesync/shared/problems';
import type { S3Answer } from './s3-client.ts';
import type { SignedAnswer } from './signed-request.ts';
import { storeUnavailable } from './store-trouble.ts';

const STATUS_FULL = 507;
/** What stores say when there is no room: MinIO's disks, MinIO's bucket quota, and a gateway over a file system. */
const fullCodes: readonly string[] = [
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
  'QuotaExceeded',
  'InsufficientStorage',
];
/** Refusals that the same call may not meet again a little later, beside all 5xx. */
const passingCodes: readonly string[] = ['SlowDown', 'ConditionalRequestConflict', 'OperationAborted'];
const passingStatus: readonly number[] = [408, 409, 425, 429];

/** What people can do about a refusal that does not pass by itself. */
const cures: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'it does not know our access key: check the configured keys',
  SignatureDoesNotMatch: 'our secret key is wrong, or something on the way alters requests',
  RequestTimeTooSkewed: 'its clock and ours differ: set both by a time server',
  AccessDenied: 'our keys may not do this: check their policy',
  NoSuchBucket: 'the bucket is not there',
  AuthorizationHeaderMalformed: 'it expects another region',
  InvalidRegion: 'it expects another region',
};

/** The code in a store's answer; empty where there is none. Only MinIO gives one for a HEAD, in a header. */
export function codeOf({ body, headers }: Pick<SignedAnswer, 'body' | 'headers'>): string {
  const given = headers['x-minio-error-code'];
  if (body.length === 0 && typeof given === 'string' && /^\w{1,100}$/.test(given)) return given;
  return /<Code>([A-Za-z0-9.]{1,100})<\/Code>/.exec(body.toString('latin1'))?.[1] ?? '';
}

/**
 * True for a store without room for another object. MinIO learns how full its disk is only every second; until then
 * it says 500 with the words of the disk.
 */
export function isFull(answer: SignedAnswer): boolean {
  if (answer.status === STATUS_FULL || fullCodes.includes(codeOf(answer))) return true;
  return answer.status === 500 && answer.body.includes('no space left on device');
}

/** Why the store did not do what the server asked. */
export function refusal(answer: S3Answer): Failure {
  if (isFull(answer)) return new Failure({ reason: 'serverDiskFull' });
  return refusalOf(codeOf(answer), answer.status);
}

/** The same for a refusal of which only the code is known; an empty code is none. */
export function refusalOf(code: string, status: number | null): Failure {
  const cure = cures[code] ?? (status === 403 ? cures.AccessDenied : undefined);
  const said = ['it answers', status, code].filter((part) => part !== null && part !== '').join(' ');
  const passing =
    passingCodes.includes(code) || (status !== null && (status >= 500 || passingStatus.includes(status)));
  return storeUnavailable(cure === undefined ? said : `${said}: ${cure}`, passing);
}
