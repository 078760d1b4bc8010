import type { ObjectKey } from '../../ports/object-store.ts';
import type { Endpoint, S3Settings } from '../../settings/server-settings.ts';

/** All packs lie below it, so that the signing keys need reach nothing else in the bucket. */
export const PACKS_PREFIX = 'packs/';

/** The name of an object in its bucket. */
export const nameOf = (key: ObjectKey): string => `${PACKS_PREFIX}${key}`;

/** `https://host`, with the port unless it is the usual one. */
export function originOf({ host, port, secure }: Endpoint): string {
  const named = host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host;
  return new URL(`${secure ? 'https' : 'http'}://${named}:${port}`).origin;
}

/** Where something in a bucket is, for a path-style or a virtual-host-style store; an empty name is the bucket. */
export function addressOf(
  { bucket, pathStyle }: Pick<S3Settings, 'bucket' | 'pathStyle'>,
  endpoint: Endpoint,
  name: string,
): { readonly origin: string; readonly path: string } {
  if (pathStyle) return { origin: originOf(endpoint), path: `/${bucket}/${name}` };
  return { origin: originOf({ ...endpoint, host: `${bucket}.${endpoint.host}` }), path: `/${name}` };
}
