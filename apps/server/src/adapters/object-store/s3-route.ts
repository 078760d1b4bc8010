import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { S3Settings } from '../../settings/server-settings.ts';
import { originOf } from './s3-names.ts';
import type { Route } from './signed-request.ts';
import { sendSigned } from './signed-request.ts';

/** The way that the start check takes to the store. */
export interface ChosenRoute {
  readonly through: 'public' | 'internal';
  readonly route: Route;
}

export interface RoutePorts {
  /** PEM; null for the system's authorities. */
  readonly ca: string | null;
  readonly lookup?: LookupFunction | undefined;
}

/**
 * The start check goes the way of clients, through the public endpoint, if anything answers the server there: then
 * it also proves what lies between, such as a proxy that alters a signed header. Where the server cannot reach its
 * own public address, it asks the internal endpoint in the public one's name, which proves the store alone.
 */
export async function chooseRoute(settings: S3Settings, { ca, lookup }: RoutePorts): Promise<ChosenRoute> {
  const authorities = ca === null ? undefined : [ca, ...rootCertificates];
  const direct: Route = { ca: authorities, lookup };
  const publicOrigin = originOf(settings.publicEndpoint);
  const origin = originOf(settings.endpoint);
  if (publicOrigin === origin) return { through: 'public', route: direct };
  try {
    await sendSigned({ method: 'GET', url: '/', serverUrl: publicOrigin }, direct);
    return { through: 'public', route: direct };
  } catch {
    return { through: 'internal', route: { ...direct, origin } };
  }
}
