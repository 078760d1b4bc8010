import { assert } from '@tidesync/shared/brand';
import type { PackId } from '@tidesync/shared/ids';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { S3Settings } from '../../settings/server-settings.ts';
import { NO_LIBRARY } from './probe.ts';
import type { S3Answer, S3Call, S3Client } from './s3-client.ts';
import { nameOf } from './s3-names.ts';
import { refusal } from './s3-refusals.ts';

export interface SigningKeysInspection {
  readonly settings: S3Settings;
  readonly client: S3Client;
  readonly uuid: () => string;
}

const body = Buffer.from('tidesync check of the signing keys');

/**
 * Tries what the signing keys must not be able to do. Empty if they can do nothing but put and get packs; else one
 * sentence for each thing that worked, with what to do. Leaves nothing in the store.
 * Errors: Failure `storeUnavailable`, `serverDiskFull`.
 */
export async function inspectSigningKeys(inspection: SigningKeysInspection): Promise<readonly string[]> {
  const { settings } = inspection;
  if (settings.keys.accessKey === settings.signingKeys.accessKey) {
    return [
      'URLs are signed with the keys of the server itself, so a URL that is out could be worth all that the ' +
        'server may do: make a user for signing and set MINIO_SIGNING_ACCESS_KEY and MINIO_SIGNING_SECRET_KEY.',
    ];
  }
  const able: string[] = [];
  const packs = nameOf(objectKeyOf(NO_LIBRARY, inspection.uuid() as PackId));
  const outside = `tidesync-check/${inspection.uuid()}`;
  try {
    must(await call(inspection, { method: 'PUT', key: packs, body }, 'server'));
    if (await may(inspection, { method: 'GET', key: '', query: { 'list-type': '2', 'max-keys': '1' } }))
      able.push(`list the bucket ${settings.bucket}`);
    if (await may(inspection, { method: 'PUT', key: outside, body })) able.push('put objects outside packs/');
    if (await may(inspection, { method: 'DELETE', key: packs })) able.push('delete packs');
  } finally {
    for (const key of [packs, outside]) await call(inspection, { method: 'DELETE', key }, 'server');
  }
  return able.map(
    (what) =>
      `The signing keys can ${what}, which no signed URL ever needs: attach only ` +
      'deploy/minio/signing-policy.json to their user.',
  );
}

function call({ settings, client }: SigningKeysInspection, request: S3Call, as: 'server' | 'signing') {
  const headers = request.method === 'PUT' ? { 'content-type': 'application/octet-stream' } : {};
  return client.call({ ...request, headers, keys: as === 'server' ? settings.keys : settings.signingKeys });
}

async function may(inspection: SigningKeysInspection, request: S3Call): Promise<boolean> {
  const answer = await call(inspection, request, 'signing');
  if (answer.status === 403) return false;
  must(answer);
  return true;
}

function must(answer: S3Answer): void {
  if (answer.status >= 300) throw refusal(answer);
  assert(answer.status >= 200, 'an answer is no interim one');
}
