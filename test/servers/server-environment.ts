import type { NatsAddress, S3Address } from './real-servers.ts';

export interface StoragePlace {
  /** With the name of the database. */
  readonly databaseUrl: string;
  readonly minio: S3Address;
  readonly bucket: string;
}

/** What `tidesync-server` is told to keep its data there. */
export function storageEnvironment({ databaseUrl, minio, bucket }: StoragePlace) {
  return {
    DATABASE_URL: databaseUrl,
    STORAGE_BACKEND: 'minio',
    MINIO_ENDPOINT: `${minio.host}:${minio.port}`,
    MINIO_ACCESS_KEY: minio.accessKey,
    MINIO_SECRET_KEY: minio.secretKey,
    MINIO_REGION: minio.region,
    MINIO_SECURE: String(minio.secure),
    STORAGE_DEFAULT_BUCKET: bucket,
  };
}

/** The same for one of several servers. */
export function serverEnvironment({ nats, ...storage }: StoragePlace & { readonly nats: NatsAddress }) {
  return { ...storageEnvironment(storage), NATS_URL: nats.url };
}
