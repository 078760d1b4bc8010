// Addresses of servers that run already, from the environment.

import type { NatsAddress, S3Address, TidbAddress } from './real-servers.ts';
import { addressVariables } from './server-kinds.ts';

type Env = Readonly<Record<string, string | undefined>>;
type S3Kind = 'minio' | 'versitygw';

const REGION_DEFAULT = 'us-east-1';
const PORT_DEFAULTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Null where the variable is unset. Errors: one that names the variable and gives an example. */
export function givenTidb(env: Env): TidbAddress | null {
  const url = givenUrl('tidb', env);
  if (url === null) return null;
  if (url.protocol !== 'mysql:' || url.pathname.length > 1)
    throw unusable('tidb', 'is no mysql:// URL without a database');
  return { url: url.href.replace(/\/$/, '') };
}

export function givenNats(env: Env): NatsAddress | null {
  const url = givenUrl('nats', env);
  return url === null ? null : { url: url.href };
}

/** The region by `?region=`, else `us-east-1`. */
export function givenS3(kind: S3Kind, env: Env): S3Address | null {
  const url = givenUrl(kind, env);
  if (url === null) return null;
  const port = url.port === '' ? PORT_DEFAULTS[url.protocol] : Number(url.port);
  if (port === undefined) throw unusable(kind, 'is neither http:// nor https://');
  if (url.username === '' || url.password === '') throw unusable(kind, 'has no key and secret');
  return {
    host: url.hostname,
    port,
    accessKey: decodeURIComponent(url.username),
    secretKey: decodeURIComponent(url.password),
    region: url.searchParams.get('region') ?? REGION_DEFAULT,
    secure: url.protocol === 'https:',
  };
}

function givenUrl(kind: keyof typeof addressVariables, env: Env): URL | null {
  const given = env[addressVariables[kind].name] ?? '';
  if (given === '') return null;
  if (!URL.canParse(given)) throw unusable(kind, 'is no URL');
  return new URL(given);
}

function unusable(kind: keyof typeof addressVariables, why: string): Error {
  const { name, example } = addressVariables[kind];
  return new Error(`${name} ${why}: write it like ${example}, or unset it`);
}
