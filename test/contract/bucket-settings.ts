import { randomBytes } from 'node:crypto';
import type { S3Settings } from '@tidesync/server/settings/server-settings';
import type { S3Address } from '../servers/real-servers.ts';

/** A bucket of its own on that server, which is not made yet. */
export function bucketSettings(server: S3Address, alter: Partial<S3Settings> = {}): S3Settings {
  const { host, port, secure, accessKey, secretKey, region } = server;
  const endpoint = { host, port, secure };
  const keys = { accessKey, secretKey };
  return {
    kind: 's3',
    product: 'minio',
    endpoint,
    publicEndpoint: endpoint,
    region,
    bucket: `tidesync-${randomBytes(6).toString('hex')}`,
    pathStyle: true,
    keys,
    signingKeys: keys,
    caFile: null,
    ...alter,
  };
}
