// Addresses of the real servers that one run of the tests shares.

import { inject } from 'vitest';

export interface TidbAddress {
  /** User root without a password, and no database: each test makes one of its own and drops it. */
  readonly url: string;
}

export interface S3Address {
  readonly host: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly secure: boolean;
}

export interface NatsAddress {
  readonly url: string;
}

export interface RealServers {
  readonly tidb: TidbAddress;
  readonly minio: S3Address;
  readonly versitygw: S3Address;
  readonly nats: NatsAddress;
}

declare module 'vitest' {
  interface ProvidedContext {
    realServers: RealServers;
  }
}

/**
 * The servers of this run, for files `*.real.test.ts`. They are shared: a test leaves behind no database, bucket,
 * key or subject, and neither stops nor fills them. A test that must do so starts its own (`start-servers.ts`).
 */
export function realServers(): RealServers {
  const servers: RealServers | undefined = inject('realServers');
  if (servers === undefined) throw new Error('tests on real servers are files *.real.test.ts');
  return servers;
}
