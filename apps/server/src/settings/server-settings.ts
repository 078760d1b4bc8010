import type { FilePolicy } from '@tidesync/shared/file-policy';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import { limits } from '@tidesync/shared/limits';
import type { RetentionDays } from '@tidesync/shared/wire/retention';

export type { FilePolicy };

/** Where a server keeps its metadata. */
export type DatabaseSettings =
  /** One file in the data folder. */
  | { readonly kind: 'sqlite' }
  /** `mysql://user:password@host:port/database`; the database is made if it is missing. */
  | { readonly kind: 'tidb'; readonly url: string };

/** Where a server's packs lie. */
export type ObjectStoreSettings =
  /** The folder `objects` in the data folder; the server itself answers signed URLs. */
  { readonly kind: 'local' } | S3Settings;

export interface S3Settings {
  readonly kind: 's3';
  /** Which product is behind it; only words and defaults depend on it, never what is demanded of the store. */
  readonly product: 'minio' | 's3' | 'gcs';
  /** How the server reaches the store. */
  readonly endpoint: Endpoint;
  /** How clients reach it: signed URLs name this host. */
  readonly publicEndpoint: Endpoint;
  readonly region: string;
  readonly bucket: string;
  /** `https://host/bucket/key` rather than `https://bucket.host/key`. */
  readonly pathStyle: boolean;
  /** May make the bucket and read, write and delete in it. */
  readonly keys: S3Keys;
  /** May put and get below one prefix; all that a signed URL can ever be worth. */
  readonly signingKeys: S3Keys;
  /** A PEM file with the authority of the store's certificate; null for the system's. */
  readonly caFile: string | null;
}
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}
export interface S3Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** How servers of one installation tell each other news. */
export type EventsSettings =
  /** Within this process: the server is alone. */
  { readonly kind: 'local' } | NatsSettings;

export interface NatsSettings {
  readonly kind: 'nats';
  /** As `parseNatsUrl` takes it. */
  readonly url: string;
  /** Names of a subject, with dots between: installations that share a NATS keep apart by it. */
  readonly subjectPrefix: string;
  /** A `.creds` file with JWT and seed; null for none. */
  readonly credsFile: string | null;
  /** A PEM file with the authority of the NATS server's certificate; null for the system's. */
  readonly caFile: string | null;
}

/** All that a server is told at its start, parsed and checked. */
export interface ServerSettings {
  readonly database: DatabaseSettings;
  readonly objectStore: ObjectStoreSettings;
  readonly events: EventsSettings;
  readonly files: FilePolicy;
  /** Of a new account. */
  readonly quotaBytesDefault: number;
  /** How long versions and trash are kept in libraries that say nothing else. */
  readonly retentionDays: RetentionDays;
  /** How long objects stay whose content nothing needs any more. */
  readonly deleteAfterDays: number;
  /** Port of `/metrics` on the server's host; null: none. */
  readonly metricsPort: number | null;
  /** How long a server that is told to stop goes on serving, so that a proxy has time to take it out. */
  readonly drainMs: number;
}

/** SQLite and a folder, alone: what a server does that was told nothing. */
export const EMBEDDED_SETTINGS: ServerSettings = {
  database: { kind: 'sqlite' },
  objectStore: { kind: 'local' },
  events: { kind: 'local' },
  files: OPEN_POLICY,
  quotaBytesDefault: limits.quotaBytesDefault,
  retentionDays: limits.retentionDaysDefault,
  deleteAfterDays: limits.deleteAfterDaysDefault,
  metricsPort: null,
  drainMs: 0,
};

/** Whether such a server keeps anything on its own disk. If not, any number of them may run. */
export function needsDataDir({ database, objectStore }: ServerSettings): boolean {
  return database.kind === 'sqlite' || objectStore.kind === 'local';
}
