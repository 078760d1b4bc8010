import { isFailure } from '@tidesync/shared/problems';
import { describe, expect, test } from 'vitest';
import type { ReadSecretFile, SettingSource } from './gather-settings.ts';
import { gatherSettings } from './gather-settings.ts';
import type { ParsedSettings } from './parse-settings.ts';
import { parseSettings, settingShapes } from './parse-settings.ts';
import type { S3Settings } from './server-settings.ts';
import { EMBEDDED_SETTINGS, needsDataDir } from './server-settings.ts';
import { settingTable } from './setting-table.ts';

type Texts = Readonly<Record<string, string | undefined>>;
const noFiles: ReadSecretFile = () => {
  throw new Error('there are no files');
};
const parsed = (environment: Texts, more: { flags?: Texts; dotEnv?: Texts; files?: ReadSecretFile } = {}) => {
  const sources: SettingSource[] = [
    { where: 'flags', texts: more.flags ?? {} },
    { where: 'environment', texts: environment },
    { where: '.env', texts: more.dotEnv ?? {} },
  ];
  return parseSettings(gatherSettings(sources, more.files ?? noFiles));
};
const serverOf = (environment: Texts) => parsed(environment).settings.server;

/** The sentences of a refusal, one per setting. */
function refusalOf(run: () => ParsedSettings): string[] {
  try {
    run();
  } catch (error) {
    if (isFailure(error, 'settingsInvalid')) return error.message.split('\n');
    throw error;
  }
  throw new Error('the settings were taken');
}

const minio = {
  STORAGE_BACKEND: 'minio',
  MINIO_ENDPOINT: '10.0.0.5:9000',
  MINIO_ACCESS_KEY: 'server',
  MINIO_SECRET_KEY: 'server-secret',
};
const s3Of = (more: Texts) => serverOf({ ...minio, ...more }).objectStore as S3Settings;

describe('settings', () => {
  test('nothing set is SQLite and a folder, on loopback, without metrics', () => {
    const { settings, warnings } = parsed({ PATH: '/bin', MINIO_SECRET_KEY: '' });
    expect(settings).toEqual({
      dataDir: null,
      host: '127.0.0.1',
      port: 8750,
      insecureHttp: false,
      trustedProxies: ['loopback'],
      logLevel: 'info',
      server: EMBEDDED_SETTINGS,
    });
    expect(warnings).toEqual([]);
    expect(needsDataDir(settings.server)).toBe(true);
  });

  test('everything set', () => {
    const { settings, warnings } = parsed({
      TIDESYNC_DATA: '/srv/t',
      TIDESYNC_HOST: '0.0.0.0',
      TIDESYNC_PORT: '80',
      TIDESYNC_INSECURE_HTTP: 'yes',
      TIDESYNC_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,fd00::/8',
      TIDESYNC_LOG_LEVEL: 'Debug',
      DATABASE_URL: 'mysql://ann:se%40cret@db.example:4000/tidesync',
      ...minio,
      MINIO_PUBLIC_ENDPOINT: 'https://files.example.org',
      MINIO_SIGNING_ACCESS_KEY: 'signing',
      MINIO_SIGNING_SECRET_KEY: 'signing-secret',
      MINIO_REGION: 'eu-west-1',
      MINIO_CA_FILE: '/etc/ca.pem',
      STORAGE_DEFAULT_BUCKET: 'files',
      NATS_URL: 'nats://one:4222, nats://two:4222',
      NATS_SUBJECT_PREFIX: 'prod.tidesync',
      NATS_CREDS_FILE: '/etc/nats.creds',
      NATS_CA_FILE: '/etc/ca.pem',
      TIDESYNC_DRAIN_SECONDS: '15',
      METRICS_PORT: '9100',
      DEFAULT_QUOTA: '1TB',
      STORAGE_RETENTION_DAYS: '90',
      STORAGE_DELETE_AFTER_DAYS: '14',
      STORAGE_MAX_FILE_SIZE: '500MB',
      STORAGE_ALLOWED_EXTENSIONS: 'PDF, .docx,tar.gz,pdf',
    });
    expect(warnings).toEqual([]);
    expect(settings).toEqual({
      dataDir: '/srv/t',
      host: '0.0.0.0',
      port: 80,
      insecureHttp: true,
      trustedProxies: ['loopback', '10.0.0.0/8', 'fd00::/8'],
      logLevel: 'debug',
      server: {
        database: { kind: 'tidb', url: 'mysql://ann:se%40cret@db.example:4000/tidesync' },
        objectStore: {
          kind: 's3',
          product: 'minio',
          endpoint: { host: '10.0.0.5', port: 9000, secure: false },
          publicEndpoint: { host: 'files.example.org', port: 443, secure: true },
          region: 'eu-west-1',
          bucket: 'files',
          pathStyle: true,
          keys: { accessKey: 'server', secretKey: 'server-secret' },
          signingKeys: { accessKey: 'signing', secretKey: 'signing-secret' },
          caFile: '/etc/ca.pem',
        },
        events: {
          kind: 'nats',
          url: 'nats://one:4222,nats://two:4222',
          subjectPrefix: 'prod.tidesync',
          credsFile: '/etc/nats.creds',
          caFile: '/etc/ca.pem',
        },
        files: { fileBytesMax: 500_000_000, allowedExtensions: ['pdf', 'docx', 'tar.gz'] },
        quotaBytesDefault: 1_000_000_000_000,
        retentionDays: 90,
        deleteAfterDays: 14,
        metricsPort: 9100,
        drainMs: 15_000,
      },
    });
    expect(needsDataDir(settings.server)).toBe(false);
  });

  test('every setting has a shape, and every example in the table is taken', () => {
    expect(settingTable.map((one) => one.name)).toEqual(Object.keys(settingShapes));
    parsed(Object.fromEntries(settingTable.map(({ name, example }) => [name, example])));
  });
});

describe('wrong settings', () => {
  test.each([
    ['TIDESYNC_PORT', '99999', 'takes a whole number up to 65535, for example 8750, not "99999"'],
    ['TIDESYNC_TRUSTED_PROXIES', 'loopback,proxy', 'takes addresses and networks'],
    ['TIDESYNC_INSECURE_HTTP', 'maybe', 'takes true or false, for example true, not "maybe"'],
    [
      'TIDESYNC_LOG_LEVEL',
      'loud',
      'takes one of silent, error, warn, info, debug, for example info, not "loud"',
    ],
    ['STORAGE_BACKEND', 'azure', 'takes one of minio, s3, gcs, local, for example minio, not "azure"'],
    ['MINIO_ENDPOINT', 'host:port', 'takes host:port or a URL, for example 127.0.0.1:9000, not "host:port"'],
    ['MINIO_ENDPOINT', 'h:9000/bucket', 'takes host:port or a URL'],
    ['STORAGE_DEFAULT_BUCKET', 'User_Data', 'takes 3 to 63 lower-case letters'],
    ['METRICS_PORT', 'off', 'takes a whole number up to 65535, for example 9100, not "off"'],
    ['DEFAULT_QUOTA', 'much', 'takes a size from 1 byte'],
    ['STORAGE_MAX_FILE_SIZE', '1PB', 'takes a size from 1 byte up to 275 GB, for example 500MB, not "1PB"'],
    ['STORAGE_ALLOWED_EXTENSIONS', 'pdf,a/b', 'takes endings of file names'],
    ['NATS_URL', 'http://nats', 'takes nats://host:port'],
    ['NATS_SUBJECT_PREFIX', 'a b', 'takes up to four names'],
    ['TIDESYNC_DRAIN_SECONDS', '15000', 'takes whole seconds up to 600'],
  ])('%s=%s is named with what it takes', (name, text, detail) => {
    const sentences = refusalOf(() => parsed({ [name]: text }));
    expect(sentences).toEqual([expect.stringContaining(`${name} ${detail}`)]);
  });

  test.each(['postgres://u:p@h/db', 'mysql://u:hunter2@h', 'mysql://h/db', 'hunter2'])(
    'a database address is refused without being shown: %s',
    (text) => {
      const sentences = refusalOf(() => parsed({ DATABASE_URL: text }));
      expect(sentences).toEqual([expect.stringMatching(/^DATABASE_URL takes mysql:\/\/user:password@host/)]);
      expect(sentences.join()).not.toContain('hunter2');
    },
  );

  test('all of them are told at once, under the names they were given by', () => {
    const wrong = {
      ...minio,
      MINIO_ENDPOINT: undefined,
      S3_ENDPOINT: 'a b',
      METRICS_PORT: '-1',
      MAX_FILE_SIZE: 'x',
    };
    const sentences = refusalOf(() =>
      parsed({ ...wrong, MINIO_SECRET_KEY: '' }, { flags: { TIDESYNC_PORT: 'x' } }),
    );
    expect(sentences.map((one) => one.split(' ', 1)[0])).toEqual([
      '--port',
      'S3_ENDPOINT',
      'METRICS_PORT',
      'MAX_FILE_SIZE',
      'MINIO_SECRET_KEY',
    ]);
  });

  test('an object store without what it needs', () => {
    expect(refusalOf(() => parsed({ STORAGE_BACKEND: 'minio' }))).toEqual([
      'MINIO_ENDPOINT is missing: STORAGE_BACKEND=minio needs it, for example 127.0.0.1:9000.',
      'MINIO_ACCESS_KEY is missing: STORAGE_BACKEND=minio needs it, for example tidesync-server.',
      'MINIO_SECRET_KEY is missing: STORAGE_BACKEND=minio needs it, for example a-long-random-secret.',
    ]);
    expect(refusalOf(() => parsed({ ...minio, MINIO_SIGNING_SECRET_KEY: 'x' }))).toEqual([
      'MINIO_SIGNING_ACCESS_KEY is missing: MINIO_SIGNING_SECRET_KEY is set, and means nothing without it.',
    ]);
    const both = { ...minio, MINIO_ENDPOINT: 'https://store.example', MINIO_SECURE: 'false' };
    expect(refusalOf(() => parsed(both))).toEqual([
      'MINIO_SECURE is false, but MINIO_ENDPOINT begins with https://: leave one of them out.',
    ]);
  });
});

describe('object stores', () => {
  test('an endpoint is completed by the product and MINIO_SECURE', () => {
    const endpointOf = (more: Texts) => s3Of(more).endpoint;
    expect(endpointOf({ MINIO_ENDPOINT: 'store' })).toEqual({ host: 'store', port: 9000, secure: false });
    expect(endpointOf({ MINIO_SECURE: 'true' })).toEqual({ host: '10.0.0.5', port: 9000, secure: true });
    expect(endpointOf({ MINIO_ENDPOINT: 'http://store' })).toEqual({
      host: 'store',
      port: 80,
      secure: false,
    });
    expect(endpointOf({ MINIO_ENDPOINT: '[::1]:9000' })).toEqual({
      host: '[::1]',
      port: 9000,
      secure: false,
    });
    expect(s3Of({ MINIO_PUBLIC_ENDPOINT: 'files:9443', MINIO_SECURE: '1' }).publicEndpoint).toEqual({
      host: 'files',
      port: 9443,
      secure: true,
    });
  });

  test('s3 and gcs know their own endpoint, region and style', () => {
    const keys = { MINIO_ENDPOINT: undefined };
    expect(s3Of({ ...keys, STORAGE_BACKEND: 's3', MINIO_REGION: 'eu-west-1' })).toMatchObject({
      endpoint: { host: 's3.eu-west-1.amazonaws.com', port: 443, secure: true },
      pathStyle: false,
      bucket: 'user-data',
    });
    expect(s3Of({ ...keys, STORAGE_BACKEND: 'gcs' })).toMatchObject({
      endpoint: { host: 'storage.googleapis.com', port: 443, secure: true },
      region: 'auto',
      pathStyle: true,
    });
    expect(s3Of({ STORAGE_BACKEND: 's3', MINIO_PATH_STYLE: 'false' })).toMatchObject({
      endpoint: { host: '10.0.0.5', port: 9000, secure: true },
      pathStyle: false,
    });
  });

  test('works, but is told of: one pair of keys, a root, an endpoint of this machine, a store that is not used', () => {
    const names = (environment: Texts) => parsed(environment).warnings.map((one) => one.split(' ', 1)[0]);
    expect(names(minio)).toEqual(['MINIO_SIGNING_ACCESS_KEY']);
    expect(s3Of({}).signingKeys).toEqual(s3Of({}).keys);
    const root = { ...minio, MINIO_ACCESS_KEY: '', MINIO_ROOT_USER: 'root' };
    expect(names(root)).toEqual(['MINIO_SIGNING_ACCESS_KEY', 'MINIO_ROOT_USER']);
    expect(names({ ...minio, MINIO_ENDPOINT: '127.0.0.1:9000' })).toEqual([
      'MINIO_SIGNING_ACCESS_KEY',
      'MINIO_PUBLIC_ENDPOINT',
    ]);
    expect(names({ MINIO_ENDPOINT: 'h:1' })).toEqual(['STORAGE_BACKEND']);
    expect(names({ DATABASE_URL: 'mysql://u@h:4000/d' })).toEqual(['STORAGE_BACKEND']);
  });
});

describe('where settings come from', () => {
  test('a flag wins over the environment, and that over .env', () => {
    const ports = (flags: Texts, environment: Texts, dotEnv: Texts) =>
      parsed(environment, { flags, dotEnv }).settings.port;
    const [one, two, three] = ['1', '2', '3'].map((port) => ({ TIDESYNC_PORT: port }));
    expect(ports(one ?? {}, two ?? {}, three ?? {})).toBe(1);
    expect(ports({}, two ?? {}, three ?? {})).toBe(2);
    expect(ports({}, {}, three ?? {})).toBe(3);
    expect(ports({ TIDESYNC_PORT: undefined }, { TIDESYNC_PORT: '' }, three ?? {})).toBe(3);
  });

  test.each([
    ['LOG_LEVEL', 'debug', (one: ParsedSettings) => one.settings.logLevel, 'debug'],
    [
      'MICROSERVICE_DATABASE',
      'mysql://u@h:4000/d',
      (one: ParsedSettings) => one.settings.server.database,
      {
        kind: 'tidb',
        url: 'mysql://u@h:4000/d',
      },
    ],
    ['S3_ENDPOINT', 'h:1', s3((one) => one.endpoint.port), 1],
    ['MINIO_ROOT_USER', 'root', s3((one) => one.keys.accessKey), 'root'],
    ['AWS_ACCESS_KEY_ID', 'id', s3((one) => one.keys.accessKey), 'id'],
    ['MINIO_ROOT_PASSWORD', 'pass', s3((one) => one.keys.secretKey), 'pass'],
    ['AWS_SECRET_ACCESS_KEY', 'key', s3((one) => one.keys.secretKey), 'key'],
    ['MINIO_USE_SSL', 'true', s3((one) => one.endpoint.secure), true],
    ['AWS_REGION', 'eu-central-1', s3((one) => one.region), 'eu-central-1'],
    ['MINIO_BUCKET', 'documents', s3((one) => one.bucket), 'documents'],
    ['MINIO_BUCKET_NAME', 'documents', s3((one) => one.bucket), 'documents'],
    [
      'DEFAULT_USER_QUOTA',
      '1073741824',
      (one: ParsedSettings) => one.settings.server.quotaBytesDefault,
      1_073_741_824,
    ],
    [
      'MAX_FILE_SIZE',
      '52428800',
      (one: ParsedSettings) => one.settings.server.files.fileBytesMax,
      52_428_800,
    ],
  ])('%s means the same as our own name, which wins', (alias, text, read, wanted) => {
    const setting = settingTable.find((one) => (one.aliases as readonly string[]).includes(alias));
    const environment: Record<string, string> = { ...minio, [alias]: text };
    const own = setting?.name ?? '';
    const ownText = environment[own] ?? setting?.example ?? '';
    delete environment[own];
    expect(read(parsed(environment))).toEqual(wanted);
    expect(read(parsed({ ...environment, [own]: ownText }))).toEqual(
      read(parsed({ ...environment, [alias]: undefined, [own]: ownText })),
    );
  });

  test('every other name is tried above', () => {
    expect(settingTable.flatMap((one) => one.aliases)).toHaveLength(13);
  });

  test('the list of extensions may be JSON, and a star is all', () => {
    const allowed = (text: string) => serverOf({ STORAGE_ALLOWED_EXTENSIONS: text }).files.allowedExtensions;
    expect(allowed('["pdf", ".TXT"]')).toEqual(['pdf', 'txt']);
    expect(allowed('*')).toBeNull();
    expect(allowed('*.pdf')).toEqual(['pdf']);
  });

  test('a secret may come from a file, and only from there', () => {
    const files: ReadSecretFile = (path) => {
      if (path === '/run/secrets/key') return ' from-file\n';
      if (path === '/run/secrets/empty') return '\n';
      throw new Error('ENOENT');
    };
    const environment = { ...minio, MINIO_SECRET_KEY: undefined };
    const { settings } = parsed({ ...environment, MINIO_SECRET_KEY_FILE: '/run/secrets/key' }, { files });
    expect(settings.server.objectStore).toMatchObject({ keys: { secretKey: 'from-file' } });
    const refused = (file: string, more: Texts = {}) =>
      refusalOf(() => parsed({ ...environment, MINIO_SECRET_KEY_FILE: file, ...more }, { files }));
    expect(refused('/nowhere')).toEqual(['MINIO_SECRET_KEY_FILE names /nowhere, which cannot be read.']);
    expect(refused('/run/secrets/empty')).toEqual([
      'MINIO_SECRET_KEY_FILE names /run/secrets/empty, which is empty.',
    ]);
    expect(refused('/run/secrets/key', { MINIO_SECRET_KEY: 'x' })).toEqual([
      'MINIO_SECRET_KEY is set, and so is MINIO_SECRET_KEY_FILE: leave one of them out.',
    ]);
  });

  test('a flag never carries a password', () => {
    const flags = { DATABASE_URL: 'mysql://ann:hunter2@db:4000/tidesync' };
    const [sentence] = refusalOf(() => parsed({}, { flags }));
    expect(sentence).toMatch(/^--database-url holds a password.*DATABASE_URL_FILE names\.$/);
    expect(sentence).not.toContain('hunter2');
    expect(
      parsed({}, { flags: { DATABASE_URL: 'mysql://root@db:4000/t' } }).settings.server.database.kind,
    ).toBe('tidb');
    expect(parsed({}, { flags: { MINIO_SECRET_KEY: 'x', ...{} } }).settings.server).toEqual(
      EMBEDDED_SETTINGS,
    );
  });

  test('what Kubernetes sets for a service of our name is passed over', () => {
    const { settings, warnings } = parsed(
      { TIDESYNC_PORT: 'tcp://10.96.0.1:8750' },
      { dotEnv: { TIDESYNC_PORT: '81' } },
    );
    expect(settings.port).toBe(81);
    expect(warnings).toEqual([expect.stringMatching(/^TIDESYNC_PORT is an address that Kubernetes sets/)]);
  });
});

function s3<T>(read: (settings: S3Settings) => T): (one: ParsedSettings) => T {
  return (one) => read(one.settings.server.objectStore as S3Settings);
}
