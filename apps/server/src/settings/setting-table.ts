/** One setting: a variable of the environment, which a line of `.env` or a flag of `start` may stand for. */
export interface Setting {
  readonly name: string;
  /** Older names of the same thing. The first that is set counts, after the name itself. */
  readonly aliases: readonly string[];
  /** Never shown, no flag, and `NAME_FILE` may name a file that holds it. */
  readonly secret: boolean;
  /** Of `tidesync-server start`; null for none. */
  readonly flag: Flag | null;
  /** What holds if it is unset, for people. */
  readonly unset: string;
  readonly meaning: string;
  readonly example: string;
}
export interface Flag {
  /** `--port <number>`, as commander has it; without a value the flag stands for `true`. */
  readonly form: string;
}

interface Row {
  readonly aliases?: readonly string[];
  readonly secret?: true;
  readonly flag?: string;
  readonly unset: string;
  readonly meaning: string;
  readonly example: string;
}

const rows = {
  TIDESYNC_DATA: {
    flag: '--data <dir>',
    unset: "the system's folder for programs' data",
    meaning: "Folder for the server's data: the database and the packs of a server that keeps them itself.",
    example: '/srv/tidesync',
  },
  TIDESYNC_HOST: {
    flag: '--host <address>',
    unset: '127.0.0.1',
    meaning: 'Address to listen on.',
    example: '127.0.0.1',
  },
  TIDESYNC_PORT: {
    flag: '--port <number>',
    unset: '8750',
    meaning: 'Port to listen on; 0 takes any free one.',
    example: '8750',
  },
  TIDESYNC_INSECURE_HTTP: {
    flag: '--insecure-http',
    unset: 'false',
    meaning: 'Accepts plain HTTP on an address that others can reach, for example inside a container.',
    example: 'true',
  },
  TIDESYNC_TRUSTED_PROXIES: {
    flag: '--trusted-proxies <list>',
    unset: 'loopback',
    meaning:
      'Proxies that are believed when they say who asks: addresses, networks, loopback, or uniquelocal for private ' +
      'networks, with commas between. Tries of a password are counted per address.',
    example: 'loopback,10.0.0.0/8',
  },
  TIDESYNC_LOG_LEVEL: {
    aliases: ['LOG_LEVEL'],
    flag: '--log-level <level>',
    unset: 'info',
    meaning: 'silent, error, warn, info or debug; JSON lines on standard error.',
    example: 'info',
  },
  DATABASE_URL: {
    aliases: ['MICROSERVICE_DATABASE'],
    secret: true,
    flag: '--database-url <url>',
    unset: 'SQLite in the data folder',
    meaning:
      'TiDB, with ?tls=true for TLS and ?tls-ca=FILE for an authority of your own. The database is made if missing.',
    example: 'mysql://tidesync:password@127.0.0.1:4000/tidesync',
  },
  STORAGE_BACKEND: {
    flag: '--storage <backend>',
    unset: 'local',
    meaning: 'Where packs lie: minio, s3, gcs, or local (a folder in the data folder).',
    example: 'minio',
  },
  MINIO_ENDPOINT: {
    aliases: ['S3_ENDPOINT'],
    flag: '--minio-endpoint <host:port>',
    unset: "the product's own for s3 and gcs; needed for minio",
    meaning: 'How the server reaches the object store: host:port, or a URL.',
    example: '127.0.0.1:9000',
  },
  MINIO_PUBLIC_ENDPOINT: {
    flag: '--minio-public-endpoint <host:port>',
    unset: 'as MINIO_ENDPOINT',
    meaning: 'How devices reach the object store: host:port, or a URL. Signed URLs name it.',
    example: 'https://files.example.org',
  },
  MINIO_ACCESS_KEY: {
    aliases: ['MINIO_ROOT_USER', 'AWS_ACCESS_KEY_ID'],
    secret: true,
    unset: 'needed for minio, s3 and gcs',
    meaning: "The server's access key: makes the bucket, reads, writes and deletes in it.",
    example: 'tidesync-server',
  },
  MINIO_SECRET_KEY: {
    aliases: ['MINIO_ROOT_PASSWORD', 'AWS_SECRET_ACCESS_KEY'],
    secret: true,
    unset: 'needed for minio, s3 and gcs',
    meaning: "The server's secret key.",
    example: 'a-long-random-secret',
  },
  MINIO_SIGNING_ACCESS_KEY: {
    secret: true,
    unset: 'as MINIO_ACCESS_KEY, with a warning',
    meaning:
      'Access key that signs the URLs of devices: needs put and get below one prefix, and nothing else.',
    example: 'tidesync-signing',
  },
  MINIO_SIGNING_SECRET_KEY: {
    secret: true,
    unset: 'as MINIO_SECRET_KEY, with a warning',
    meaning: 'Secret key that signs the URLs of devices.',
    example: 'another-long-random-secret',
  },
  MINIO_SECURE: {
    aliases: ['MINIO_USE_SSL'],
    flag: '--minio-secure <yes-or-no>',
    unset: 'false for minio, true for s3 and gcs',
    meaning: 'Whether the object store is spoken to by TLS, where its endpoint is no URL.',
    example: 'false',
  },
  MINIO_REGION: {
    aliases: ['AWS_REGION'],
    flag: '--minio-region <region>',
    unset: 'us-east-1; auto for gcs',
    meaning: 'Region of the bucket. It is part of every signature.',
    example: 'us-east-1',
  },
  MINIO_PATH_STYLE: {
    flag: '--minio-path-style <yes-or-no>',
    unset: "true; false for Amazon's own endpoints",
    meaning:
      'Whether the bucket stands in the path (host/bucket/key) rather than in the host (bucket.host/key).',
    example: 'true',
  },
  MINIO_CA_FILE: {
    flag: '--minio-ca-file <file>',
    unset: "the system's authorities",
    meaning: "PEM file with the authority of the object store's certificate.",
    example: '/etc/tidesync/ca.pem',
  },
  STORAGE_DEFAULT_BUCKET: {
    aliases: ['MINIO_BUCKET', 'MINIO_BUCKET_NAME'],
    flag: '--bucket <name>',
    unset: 'user-data',
    meaning: 'The bucket of all packs. It is made if missing.',
    example: 'user-data',
  },
  NATS_URL: {
    secret: true,
    flag: '--nats-url <url>',
    unset: 'within this process: the server is alone',
    meaning: 'NATS server, or several with commas between, through which servers tell each other news.',
    example: 'nats://127.0.0.1:4222',
  },
  NATS_SUBJECT_PREFIX: {
    flag: '--nats-subject-prefix <name>',
    unset: 'tidesync',
    meaning: 'Start of the subjects on NATS; installations that share a NATS take one each.',
    example: 'tidesync',
  },
  NATS_CREDS_FILE: {
    flag: '--nats-creds-file <file>',
    unset: 'the credentials in NATS_URL, or none',
    meaning: 'File with the JWT and seed by which servers sign in to NATS.',
    example: '/etc/tidesync/nats.creds',
  },
  NATS_CA_FILE: {
    flag: '--nats-ca-file <file>',
    unset: "the system's authorities",
    meaning: "PEM file with the authority of the NATS server's certificate. NATS is spoken to by TLS then.",
    example: '/etc/tidesync/ca.pem',
  },
  TIDESYNC_DRAIN_SECONDS: {
    flag: '--drain-seconds <number>',
    unset: '0',
    meaning:
      'How long a server that is told to stop goes on serving while /ready says no, so that a proxy takes it out.',
    example: '15',
  },
  METRICS_PORT: {
    flag: '--metrics-port <number>',
    unset: 'no metrics',
    meaning: "Port of /metrics and /metrics.json, on the server's address; usually 9100.",
    example: '9100',
  },
  DEFAULT_QUOTA: {
    aliases: ['DEFAULT_USER_QUOTA'],
    flag: '--default-quota <size>',
    unset: '10GB',
    meaning: 'Quota of a new account: bytes, or with a unit. 1 GB is 1,000,000,000 bytes.',
    example: '10GB',
  },
  STORAGE_RETENTION_DAYS: {
    flag: '--retention-days <number>',
    unset: '30',
    meaning:
      'How many days earlier versions and deleted files are kept, in libraries that say nothing else; or forever.',
    example: '30',
  },
  STORAGE_DELETE_AFTER_DAYS: {
    flag: '--delete-after-days <number>',
    unset: '7',
    meaning:
      'How many days objects stay that nothing needs any more. Backups of the database that are older lack them.',
    example: '7',
  },
  STORAGE_MAX_FILE_SIZE: {
    aliases: ['MAX_FILE_SIZE'],
    flag: '--max-file-size <size>',
    unset: '256 GiB',
    meaning: 'The largest file that the server takes. Larger ones stay on their device, and are named there.',
    example: '500MB',
  },
  STORAGE_ALLOWED_EXTENSIONS: {
    flag: '--allowed-extensions <list>',
    unset: 'all',
    meaning:
      'Endings of the file names that the server takes, with commas between. Others stay on their device.',
    example: 'pdf,docx,txt,tar.gz',
  },
} as const satisfies Readonly<Record<string, Row>>;

export type SettingName = keyof typeof rows;

/** All settings, in the order in which people read of them. */
export const settingTable: readonly (Setting & { readonly name: SettingName })[] = Object.entries(rows).map(
  ([name, row]: [string, Row]) => ({
    name: name as SettingName,
    aliases: row.aliases ?? [],
    secret: row.secret ?? false,
    flag: row.flag === undefined ? null : { form: row.flag },
    unset: row.unset,
    meaning: row.meaning,
    example: row.example,
  }),
);
