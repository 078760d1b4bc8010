import { Client } from 'minio';
import type { S3Settings } from '../../settings/server-settings.ts';
import type { BucketRules } from './bucket-rules.ts';
import { networkWords } from './network-words.ts';
import type { S3Client } from './s3-client.ts';
import { PACKS_PREFIX } from './s3-names.ts';
import { refusalOf } from './s3-refusals.ts';
import { storeUnavailable } from './store-trouble.ts';

/** What making the bucket ready has shown. */
export interface BucketReport {
  readonly made: boolean;
  /** Sentences for who runs the server; nothing in them keeps the server from starting. */
  readonly notices: readonly string[];
}

/** All calls about the bucket together. */
const PREPARE_TIMEOUT_MS = 30_000;
const RULE_ID = 'tidesync';

/**
 * Makes the bucket if it is missing, open to nobody but its keys, and sees to it that it follows the rules. An
 * existing bucket that anyone on the network may use, or that removes packs by a lifecycle rule of its own, is
 * refused. Doing it again changes nothing.
 * Errors: Failure `storeUnavailable`, in words for who runs the server.
 */
export async function prepareBucket(
  settings: S3Settings,
  client: S3Client,
  rules: BucketRules,
): Promise<BucketReport> {
  const minio = minioOf(settings, client);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(storeUnavailable('it did not answer in time', true)),
    PREPARE_TIMEOUT_MS,
  );
  try {
    return await Promise.race([prepare(minio, settings.bucket, rules), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** MinIO's own library, for all that concerns the bucket as a whole; it looks nothing up over the network. */
export function minioOf({ endpoint, keys, region, pathStyle }: S3Settings, { agent }: S3Client): Client {
  return new Client({
    endPoint: endpoint.host,
    port: endpoint.port,
    useSSL: endpoint.secure,
    ...keys,
    region,
    pathStyle,
    transportAgent: agent,
    retryOptions: { disableRetry: true },
  });
}

async function prepare(minio: Client, bucket: string, rules: BucketRules): Promise<BucketReport> {
  const made = await makeIfMissing(minio, bucket);
  await refuseOpenBucket(minio, bucket);
  const notices = [
    ...(await applyVersioning(minio, bucket, rules)),
    ...(await applyLifecycle(minio, bucket, rules)),
  ];
  return { made, notices };
}

async function makeIfMissing(minio: Client, bucket: string): Promise<boolean> {
  if (await minio.bucketExists(bucket).catch(translate)) return false;
  try {
    await minio.makeBucket(bucket);
    return true;
  } catch (error) {
    // Another server of this installation was quicker.
    if (codeIn(error) === 'BucketAlreadyOwnedByYou') return false;
    throw translated(error);
  }
}

/** The answer, or null where the store knows no such thing, has none, or does not let our keys look. */
async function looked<T>(ask: Promise<T>): Promise<T | null> {
  try {
    return await ask;
  } catch (error) {
    if (absentCodes.includes(codeIn(error))) return null;
    throw translated(error);
  }
}
const absentCodes: readonly string[] = [
  'AccessDenied',
  'MethodNotAllowed',
  'NoSuchBucketPolicy',
  'NoSuchLifecycleConfiguration',
  'NotImplemented',
  'VersioningNotConfigured',
];

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
}

async function refuseOpenBucket(minio: Client, bucket: string): Promise<void> {
  const text = await looked(minio.getBucketPolicy(bucket));
  if (text === null || !isOpen(text)) return;
  throw storeUnavailable(
    `the bucket ${bucket} has a policy that lets anyone use it: remove it, with MinIO by \`mc anonymous set none\``,
    false,
  );
}

/** True for a policy that allows something to everyone; one that cannot be read counts as such. */
function isOpen(text: string): boolean {
  if (text.trim() === '') return false;
  try {
    const { Statement: some } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    const statements = Array.isArray(some) ? some : some === undefined ? [] : [some];
    return statements.some(({ Effect, Principal }) => Effect === 'Allow' && isEveryone(Principal));
  } catch {
    return true;
  }
}

function isEveryone(principal: unknown): boolean {
  if (typeof principal === 'string') return principal === '*';
  if (typeof principal !== 'object' || principal === null) return false;
  return Object.values(principal).flat().includes('*');
}

async function applyVersioning(minio: Client, bucket: string, rules: BucketRules): Promise<string[]> {
  const now = (await looked(minio.getBucketVersioning(bucket)))?.Status;
  if (rules.versioning) {
    if (now !== 'Enabled') await minio.setBucketVersioning(bucket, { Status: 'Enabled' }).catch(translate);
    return [];
  }
  if (now !== 'Enabled') return [];
  return [
    `The bucket ${bucket} keeps earlier versions of objects: what the server removes still takes room.`,
  ];
}

type Rule = Record<string, unknown>;

async function applyLifecycle(minio: Client, bucket: string, rules: BucketRules): Promise<string[]> {
  const config = await looked(minio.getBucketLifecycle(bucket));
  const found = rulesIn(config);
  if (rules.objectsDays === null) {
    const removing = found.find((rule) => rule.Status !== 'Disabled' && removesPacks(rule));
    if (removing !== undefined) {
      throw storeUnavailable(
        `the bucket ${bucket} has the lifecycle rule "${String(removing.ID ?? '')}", which removes packs: ` +
          'remove the rule, or the server would lose content',
        false,
      );
    }
  }
  const wanted = ruleOf(rules);
  if (wanted === null) return [];
  const others = found.filter((rule) => rule.ID !== RULE_ID);
  if (others.length === found.length - 1) return [];
  await minio.setBucketLifecycle(bucket, { Rule: [...others, wanted] } as never).catch(translate);
  return [];
}

/** The parser gives one rule as an object and several as an array, in either of two shapes. */
function rulesIn(config: unknown): Rule[] {
  const root = (config as { LifecycleConfiguration?: unknown } | null)?.LifecycleConfiguration ?? config;
  const rule = (root as { Rule?: Rule | Rule[] } | null)?.Rule;
  if (rule === undefined || rule === null) return [];
  return Array.isArray(rule) ? rule : [rule];
}

/** By age or date, and not only below some other prefix. Earlier versions are none of the packs in use. */
function removesPacks(rule: Rule): boolean {
  const { Expiration: expiration } = rule as { Expiration?: Record<string, unknown> };
  if (expiration === undefined || (expiration.Days === undefined && expiration.Date === undefined))
    return false;
  const filter = rule.Filter as { Prefix?: unknown; And?: { Prefix?: unknown } } | undefined;
  const given = rule.Prefix ?? filter?.Prefix ?? filter?.And?.Prefix ?? '';
  const prefix = typeof given === 'string' ? given : '';
  return prefix.startsWith(PACKS_PREFIX) || PACKS_PREFIX.startsWith(prefix);
}

function ruleOf({ objectsDays, earlierVersionsDays }: BucketRules): Rule | null {
  if (objectsDays === null && earlierVersionsDays === null) return null;
  return {
    ID: RULE_ID,
    Status: 'Enabled',
    Filter: { Prefix: PACKS_PREFIX },
    ...(objectsDays === null ? {} : { Expiration: { Days: objectsDays } }),
    ...(earlierVersionsDays === null
      ? {}
      : { NoncurrentVersionExpiration: { NoncurrentDays: earlierVersionsDays } }),
  };
}

const codeIn = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

function translated(error: unknown): Error {
  const code = codeIn(error);
  // Codes of the network are in capitals, those of S3 in camel case.
  if (code === '' || /^[A-Z_]+$/.test(code)) return storeUnavailable(networkWords(error), true, error);
  return refusalOf(code, null);
}

function translate(error: unknown): never {
  throw translated(error);
}
