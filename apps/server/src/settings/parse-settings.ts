import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import { z } from 'zod';
import type { Gathered, SettingFault } from './gather-settings.ts';
import { objectStoreOf, objectStoreWarnings } from './object-store-settings.ts';
import type { EventsSettings, ServerSettings } from './server-settings.ts';
import type { SettingName } from './setting-table.ts';
import { settingTable } from './setting-table.ts';
import * as values from './setting-values.ts';

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8750;
/** A proxy on this machine. */
export const DEFAULT_TRUSTED_PROXIES: readonly string[] = ['loopback'];
/** What orchestrators grant at most is in this order; beyond it someone has written milliseconds. */
const DRAIN_SECONDS_MAX = 600;
const DELETE_AFTER_DAYS_MAX = 365;
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** All that a server process is told. */
export interface StartSettings {
  /** Null: the system's folder for programs' data. */
  readonly dataDir: string | null;
  readonly host: string;
  readonly port: number;
  readonly insecureHttp: boolean;
  /** Addresses, networks and names of networks, as the HTTP server takes them. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly server: ServerSettings;
}

/** Every setting with the shape of its text; a name that is not in the table, or only there, does not compile. */
export const settingShapes = {
  TIDESYNC_DATA: values.anyText,
  TIDESYNC_HOST: values.anyText,
  TIDESYNC_PORT: values.portNumber(DEFAULT_PORT),
  TIDESYNC_INSECURE_HTTP: values.flagValue,
  TIDESYNC_TRUSTED_PROXIES: values.proxyList,
  TIDESYNC_LOG_LEVEL: values.oneOf(LOG_LEVELS, 'info'),
  DATABASE_URL: values.databaseUrl,
  STORAGE_BACKEND: values.oneOf(['minio', 's3', 'gcs', 'local'], 'minio'),
  MINIO_ENDPOINT: values.endpoint,
  MINIO_PUBLIC_ENDPOINT: values.endpoint,
  MINIO_ACCESS_KEY: values.anyText,
  MINIO_SECRET_KEY: values.anyText,
  MINIO_SIGNING_ACCESS_KEY: values.anyText,
  MINIO_SIGNING_SECRET_KEY: values.anyText,
  MINIO_SECURE: values.flagValue,
  MINIO_REGION: values.regionName,
  MINIO_PATH_STYLE: values.flagValue,
  MINIO_CA_FILE: values.anyText,
  STORAGE_DEFAULT_BUCKET: values.bucketName,
  NATS_URL: values.natsUrl,
  NATS_SUBJECT_PREFIX: values.subjectPrefix,
  NATS_CREDS_FILE: values.anyText,
  NATS_CA_FILE: values.anyText,
  TIDESYNC_DRAIN_SECONDS: values.secondsUpTo(DRAIN_SECONDS_MAX),
  METRICS_PORT: values.portNumber(9100),
  DEFAULT_QUOTA: values.sizeUpTo(Number.MAX_SAFE_INTEGER, '10GB'),
  STORAGE_RETENTION_DAYS: values.daysOfRetention,
  STORAGE_DELETE_AFTER_DAYS: values.daysUpTo(DELETE_AFTER_DAYS_MAX, 7),
  STORAGE_MAX_FILE_SIZE: values.fileSize,
  STORAGE_ALLOWED_EXTENSIONS: values.extensionList,
} satisfies Record<SettingName, z.ZodType<unknown, string>>;

const schema = z.object(settingShapes).partial();
/** What was given, each in its shape. */
export type SettingValues = z.infer<typeof schema>;

export interface ParsedSettings {
  readonly settings: StartSettings;
  /** Sentences on what works but should not stay so. */
  readonly warnings: readonly string[];
}

/** Says every fault at once. Errors: Failure `settingsInvalid`. */
export function parseSettings(gathered: Gathered): ParsedSettings {
  const { faults, settings, warnings } = readSettings(gathered);
  if (settings === null) fail({ reason: 'settingsInvalid', settings: [...faults] });
  return { settings, warnings: warnings.map(({ name, detail }) => `${name} ${detail}.`) };
}

/** The same without throwing, for who looks at everything: settings are null if there are faults. */
export function readSettings(gathered: Gathered): {
  readonly settings: StartSettings | null;
  readonly faults: readonly SettingFault[];
  readonly warnings: readonly SettingFault[];
} {
  const texts = Object.fromEntries([...gathered.given].map(([name, { text }]) => [name, text]));
  const read = schema.safeParse(texts);
  const faults = [...gathered.faults, ...(read.success ? [] : valueFaults(read.error, gathered))];
  const given: SettingValues = read.success ? read.data : goodOnes(texts);
  const store = objectStoreOf(given, gathered);
  faults.push(...store.faults);
  const warnings = [...gathered.warnings, ...otherWarnings(given), ...objectStoreWarnings(given, gathered)];
  if (faults.length > 0 || store.settings === null) return { settings: null, faults, warnings };
  const { DATABASE_URL: databaseUrl } = given;
  const server: ServerSettings = {
    database: databaseUrl === undefined ? { kind: 'sqlite' } : { kind: 'tidb', url: databaseUrl },
    objectStore: store.settings,
    events: eventsOf(given),
    files: {
      fileBytesMax: given.STORAGE_MAX_FILE_SIZE ?? OPEN_POLICY.fileBytesMax,
      allowedExtensions: given.STORAGE_ALLOWED_EXTENSIONS?.allowed ?? null,
    },
    quotaBytesDefault: given.DEFAULT_QUOTA ?? limits.quotaBytesDefault,
    retentionDays: given.STORAGE_RETENTION_DAYS ?? limits.retentionDaysDefault,
    deleteAfterDays: given.STORAGE_DELETE_AFTER_DAYS ?? limits.deleteAfterDaysDefault,
    metricsPort: given.METRICS_PORT ?? null,
    drainMs: 1_000 * (given.TIDESYNC_DRAIN_SECONDS ?? 0),
  };
  return { settings: { ...processSettings(given), server }, faults, warnings };
}

function eventsOf(given: SettingValues): EventsSettings {
  const { NATS_URL: url, NATS_SUBJECT_PREFIX: subjectPrefix = 'tidesync' } = given;
  if (url === undefined) return { kind: 'local' };
  const [credsFile, caFile] = [given.NATS_CREDS_FILE ?? null, given.NATS_CA_FILE ?? null];
  return { kind: 'nats', url, subjectPrefix, credsFile, caFile };
}

function processSettings(given: SettingValues): Omit<StartSettings, 'server'> {
  return {
    dataDir: given.TIDESYNC_DATA ?? null,
    host: given.TIDESYNC_HOST ?? DEFAULT_HOST,
    port: given.TIDESYNC_PORT ?? DEFAULT_PORT,
    insecureHttp: given.TIDESYNC_INSECURE_HTTP ?? false,
    trustedProxies: given.TIDESYNC_TRUSTED_PROXIES ?? DEFAULT_TRUSTED_PROXIES,
    logLevel: given.TIDESYNC_LOG_LEVEL ?? 'info',
  };
}

const secrets = new Set<string>(settingTable.filter((one) => one.secret).map((one) => one.name));
const CHARS_SHOWN_MAX = 60;

function valueFaults(error: z.ZodError, { given }: Gathered): SettingFault[] {
  return error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const { as, text } = given.get(name as SettingName) ?? { as: name, text: '' };
    const shown = secrets.has(name) ? '' : `, not "${text.slice(0, CHARS_SHOWN_MAX)}"`;
    return { name: as, detail: message + shown };
  });
}

/** What could be read beside something that could not, so that its faults are told as well. */
function goodOnes(texts: Readonly<Record<string, string>>): SettingValues {
  const good = Object.entries(texts).filter(([name, text]) => schema.safeParse({ [name]: text }).success);
  return schema.parse(Object.fromEntries(good));
}

function otherWarnings(given: SettingValues): SettingFault[] {
  const store = given.STORAGE_BACKEND ?? 'local';
  if (given.DATABASE_URL === undefined || store !== 'local') return [];
  const detail = 'is local: packs lie on the disk of this machine, so only one server can run';
  return [{ name: 'STORAGE_BACKEND', detail }];
}
