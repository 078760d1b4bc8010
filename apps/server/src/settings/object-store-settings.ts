import type { Gathered, SettingFault } from './gather-settings.ts';
import type { SettingValues } from './parse-settings.ts';
import type { Endpoint, ObjectStoreSettings, S3Keys, S3Settings } from './server-settings.ts';
import type { SettingName } from './setting-table.ts';
import { settingTable } from './setting-table.ts';
import type { WrittenEndpoint } from './setting-values.ts';

type Product = S3Settings['product'];

const DEFAULT_BUCKET = 'user-data';
const MINIO_PORT = 9000;

/** Settings are null if there are faults, or a value that was refused before is needed. */
export function objectStoreOf(
  given: SettingValues,
  gathered: Gathered,
): { readonly settings: ObjectStoreSettings | null; readonly faults: readonly SettingFault[] } {
  const product = given.STORAGE_BACKEND ?? 'local';
  if (product === 'local') return { settings: { kind: 'local' }, faults: [] };
  const faults = [
    ...missing(product, gathered),
    ...loneSigningKey(gathered),
    ...contradictions(given, gathered),
  ];
  const keys = keysOf(given.MINIO_ACCESS_KEY, given.MINIO_SECRET_KEY);
  const region = given.MINIO_REGION ?? (product === 'gcs' ? 'auto' : 'us-east-1');
  const written = given.MINIO_ENDPOINT ?? endpointOfProduct(product, region);
  if (faults.length > 0 || keys === null || written === null) return { settings: null, faults };
  const secure = given.MINIO_SECURE ?? product !== 'minio';
  const endpoint = complete(written, product, secure);
  const settings: S3Settings = {
    kind: 's3',
    product,
    endpoint,
    publicEndpoint:
      given.MINIO_PUBLIC_ENDPOINT === undefined
        ? endpoint
        : complete(given.MINIO_PUBLIC_ENDPOINT, product, endpoint.secure),
    region,
    bucket: given.STORAGE_DEFAULT_BUCKET ?? DEFAULT_BUCKET,
    pathStyle: given.MINIO_PATH_STYLE ?? !isAmazon(endpoint.host),
    keys,
    signingKeys: keysOf(given.MINIO_SIGNING_ACCESS_KEY, given.MINIO_SIGNING_SECRET_KEY) ?? keys,
    caFile: given.MINIO_CA_FILE ?? null,
  };
  return { settings, faults };
}

function keysOf(accessKey: string | undefined, secretKey: string | undefined): S3Keys | null {
  return accessKey === undefined || secretKey === undefined ? null : { accessKey, secretKey };
}

function missing(product: Product, { given, faults }: Gathered): SettingFault[] {
  const needed: SettingName[] = ['MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY'];
  if (product === 'minio') needed.unshift('MINIO_ENDPOINT');
  // What a file was to hold is told of already.
  const told = new Set(faults.map((fault) => fault.name));
  return needed
    .filter((name) => !given.has(name) && !told.has(`${name}_FILE`))
    .map((name) => {
      const example = settingTable.find((one) => one.name === name)?.example;
      return { name, detail: `is missing: STORAGE_BACKEND=${product} needs it, for example ${example}` };
    });
}

function loneSigningKey({ given }: Gathered): SettingFault[] {
  const pair: readonly [SettingName, SettingName] = ['MINIO_SIGNING_ACCESS_KEY', 'MINIO_SIGNING_SECRET_KEY'];
  const absent = pair.filter((name) => !given.has(name));
  if (absent.length !== 1) return [];
  const present = pair.find((name) => given.has(name));
  return absent.map((name) => ({
    name,
    detail: `is missing: ${present} is set, and means nothing without it`,
  }));
}

function contradictions(
  { MINIO_ENDPOINT, MINIO_SECURE }: SettingValues,
  { given }: Gathered,
): SettingFault[] {
  const scheme = MINIO_ENDPOINT?.secure ?? null;
  if (scheme === null || MINIO_SECURE === undefined || scheme === MINIO_SECURE) return [];
  const endpointName = given.get('MINIO_ENDPOINT')?.as ?? 'MINIO_ENDPOINT';
  const begins = `begins with http${scheme ? 's' : ''}://`;
  const detail = `is ${MINIO_SECURE}, but ${endpointName} ${begins}: leave one of them out`;
  return [{ name: given.get('MINIO_SECURE')?.as ?? 'MINIO_SECURE', detail }];
}

function endpointOfProduct(product: Product, region: string): WrittenEndpoint | null {
  if (product === 's3') return { host: `s3.${region}.amazonaws.com`, port: null, secure: true };
  if (product === 'gcs') return { host: 'storage.googleapis.com', port: null, secure: true };
  return null;
}

function complete({ host, port, secure }: WrittenEndpoint, product: Product, secureElse: boolean): Endpoint {
  const isSecure = secure ?? secureElse;
  const usual = isSecure ? 443 : 80;
  return {
    host,
    port: port ?? (secure === null && product === 'minio' ? MINIO_PORT : usual),
    secure: isSecure,
  };
}

const isAmazon = (host: string) => /(^|\.)amazonaws\.com(\.cn)?$/.test(host);

/** What works, but should not stay so. */
export function objectStoreWarnings(values: SettingValues, { given }: Gathered): SettingFault[] {
  const backend = values.STORAGE_BACKEND;
  if (backend === undefined && given.has('MINIO_ENDPOINT')) {
    const detail = 'is unset, so packs lie in the data folder although MINIO_ENDPOINT is set';
    return [{ name: 'STORAGE_BACKEND', detail }];
  }
  if (backend === undefined || backend === 'local') return [];
  const warnings: SettingFault[] = [];
  if (!given.has('MINIO_SIGNING_ACCESS_KEY')) {
    const detail =
      "is unset, so signed URLs carry the name of the server's own key; make a key that can only put and get";
    warnings.push({ name: 'MINIO_SIGNING_ACCESS_KEY', detail });
  }
  const key = given.get('MINIO_ACCESS_KEY')?.as ?? '';
  if (key.startsWith('MINIO_ROOT_USER')) {
    const detail =
      'is the root of the object store; make a user for the server that may use its bucket alone';
    warnings.push({ name: key, detail });
  }
  return [...warnings, ...privateEndpoint(values)];
}

function privateEndpoint(values: SettingValues): SettingFault[] {
  const host = values.MINIO_ENDPOINT?.host ?? '';
  if (values.MINIO_PUBLIC_ENDPOINT !== undefined || !/^(localhost|127\..*|\[::1\])$/.test(host)) return [];
  const detail = `is unset, so devices are sent to ${host}, which is this machine for this machine alone`;
  return [{ name: 'MINIO_PUBLIC_ENDPOINT', detail }];
}
