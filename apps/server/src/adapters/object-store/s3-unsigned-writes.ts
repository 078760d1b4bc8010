import { crc32 } from 'node:zlib';
import type { PackId } from '@tidesync/shared/ids';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { S3Settings } from '../../settings/server-settings.ts';
import { networkWords } from './network-words.ts';
import { NO_LIBRARY } from './probe.ts';
import type { S3Client } from './s3-client.ts';
import { addressOf, nameOf } from './s3-names.ts';
import { presignUrl } from './s3-signature.ts';
import type { Route } from './signed-request.ts';
import { sendSigned } from './signed-request.ts';
import { storeUnavailable } from './store-trouble.ts';

export interface UnsignedWriteCheck {
  readonly settings: S3Settings;
  readonly client: S3Client;
  readonly route: Route;
  readonly nowMs: number;
  readonly uuid: () => string;
}

const lifeMs = 60_000;
const text = 'tidesync';
const checksum = Buffer.alloc(4);
checksum.writeUInt32BE(crc32(text));
/** The text in chunked form, and its checksum behind it, as that kind of upload has it. */
const body = Buffer.from(
  `${text.length.toString(16)}\r\n${text}\r\n0\r\nx-amz-checksum-crc32:${checksum.toString('base64')}\r\n\r\n`,
);

/**
 * True if the store takes an object whose signature is wrong, because it never looks at it for one kind of upload:
 * CVE-2026-41145, in every MinIO of the open line. Whoever has seen a signed URL of ours, and so our access key's
 * name, could then put and overwrite whatever that key may. Asked the way clients come, so that a proxy which
 * refuses such requests is seen to work. Leaves nothing in the store.
 * Errors: Failure `storeUnavailable`.
 */
export async function takesUnsignedWrites(check: UnsignedWriteCheck): Promise<boolean> {
  const { settings, client } = check;
  const name = nameOf(objectKeyOf(NO_LIBRARY, check.uuid() as PackId));
  const address = addressOf(settings, settings.publicEndpoint, name);
  const keys = { accessKey: settings.signingKeys.accessKey, secretKey: 'not the secret key' };
  const signer = { keys, region: settings.region, nowMs: check.nowMs };
  const url = presignUrl({ method: 'PUT', ...address }, signer, check.nowMs + lifeMs);
  const headers = {
    'content-length': String(body.length),
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': String(text.length),
    'x-amz-trailer': 'x-amz-checksum-crc32',
  };
  try {
    const request = { method: 'PUT', url, headers, body, serverUrl: address.origin } as const;
    const answer = await sendSigned(request, check.route).catch((error: unknown) => {
      throw storeUnavailable(networkWords(error), true, error);
    });
    return answer.status < 300;
  } finally {
    await client.call({ method: 'DELETE', key: name });
  }
}
