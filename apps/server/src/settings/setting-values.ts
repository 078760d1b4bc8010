import { formatBytes, parseBytes } from '@tidesync/shared/format';
import { limits } from '@tidesync/shared/limits';
import type { RetentionDays } from '@tidesync/shared/wire/retention';
import { z } from 'zod';
import { parseNatsUrl } from './nats-url.ts';

/** A parser of one setting's text: its refusals are half sentences that follow "NAME …", with an example. */
function parsedBy<T>(parse: (text: string) => T | null, refusal: string): z.ZodType<T, string> {
  return z.string().transform((text, context): T => {
    const value = parse(text.trim());
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: refusal });
    return z.NEVER;
  });
}

export const anyText = z.string().trim();

const yesNo: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};
export const flagValue = parsedBy(
  (text) => yesNo[text.toLowerCase()] ?? null,
  'takes true or false, for example true',
);

export const portNumber = (example: number) =>
  parsedBy(
    (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null),
    `takes a whole number up to 65535, for example ${example}`,
  );

export const secondsUpTo = (maxSeconds: number) =>
  parsedBy(
    (text) => (/^\d{1,4}$/.test(text) && Number(text) <= maxSeconds ? Number(text) : null),
    `takes whole seconds up to ${maxSeconds}, for example 15`,
  );

export const daysOfRetention = parsedBy<RetentionDays>((text) => {
  if (text.toLowerCase() === 'forever') return 'forever';
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= limits.retentionDaysMax ? days : null;
}, `takes whole days from 1 to ${limits.retentionDaysMax}, or forever, for example 30`);

export const daysUpTo = (maxDays: number, example: number) =>
  parsedBy((text) => {
    const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    return days >= 1 && days <= maxDays ? days : null;
  }, `takes whole days from 1 to ${maxDays}, for example ${example}`);

export function oneOf<const T extends string>(names: readonly T[], example: T): z.ZodType<T, string> {
  const list = names.join(', ');
  return parsedBy(
    (text) => names.find((name) => name === text.toLowerCase()) ?? null,
    `takes one of ${list}, for example ${example}`,
  );
}

export const sizeUpTo = (maxBytes: number, example: string) =>
  parsedBy(
    (text) => {
      const sizeBytes = parseBytes(text);
      return sizeBytes !== null && sizeBytes > 0 && sizeBytes <= maxBytes ? sizeBytes : null;
    },
    `takes a size from 1 byte up to ${formatBytes(maxBytes)}, for example ${example}`,
  );

export const fileSize = sizeUpTo(limits.fileBytesMax, '500MB');

/** Lower-case DNS labels of 3 to 63 characters, which every S3 store takes. */
export const bucketName = parsedBy(
  (text) => (/^[a-z0-9](?:[a-z0-9]|[-.](?=[a-z0-9])){1,61}[a-z0-9]$/.test(text) ? text : null),
  'takes 3 to 63 lower-case letters, digits, dots and hyphens, for example user-data',
);

export const regionName = parsedBy(
  (text) => (/^[a-z0-9-]{1,64}$/i.test(text) ? text : null),
  'takes the name of a region, for example us-east-1',
);

/** An endpoint as written; what it leaves open depends on other settings. */
export interface WrittenEndpoint {
  readonly host: string;
  readonly port: number | null;
  readonly secure: boolean | null;
}
export const endpoint = parsedBy(parseEndpoint, 'takes host:port or a URL, for example 127.0.0.1:9000');

function parseEndpoint(text: string): WrittenEndpoint | null {
  const scheme = /^https?:\/\//i.exec(text)?.[0].toLowerCase();
  const rest = scheme === undefined ? text : text.slice(scheme.length);
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)(?::(\d{1,5}))?\/?$/i.exec(rest);
  if (found === null) return null;
  const port = found[2] === undefined ? null : Number(found[2]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  return {
    host: (found[1] as string).toLowerCase(),
    port,
    secure: scheme === undefined ? null : scheme === 'https://',
  };
}

const DATABASE_EXAMPLE = 'mysql://tidesync:password@127.0.0.1:4000/tidesync';
export const databaseUrl = parsedBy((text) => {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'mysql:' || url.hostname === '' || url.username === '') return null;
  return /^\/[A-Za-z0-9_$-]{1,64}$/.test(url.pathname) ? text : null;
}, `takes mysql://user:password@host:port/database, for example ${DATABASE_EXAMPLE}`);

export const natsUrl = parsedBy(
  (text) => (parseNatsUrl(text) === null ? null : text.replaceAll(/\s*,\s*/g, ',')),
  'takes nats://host:port or tls://host:port, or several with commas between, for example nats://127.0.0.1:4222',
);

export const subjectPrefix = parsedBy(
  (text) => (/^[\w-]{1,40}(\.[\w-]{1,40}){0,3}$/.test(text) ? text : null),
  'takes up to four names with dots between, for example tidesync',
);

const PROXIES_MAX = 100;
const proxy = z.union([
  z.enum(['loopback', 'linklocal', 'uniquelocal']),
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.cidrv6(),
]);
export const proxyList = parsedBy<readonly string[]>((text) => {
  const parts = text.split(',').map((part) => part.trim());
  return parts.length <= PROXIES_MAX && parts.every((part) => proxy.safeParse(part).success) ? parts : null;
}, 'takes addresses and networks with commas between, for example loopback,10.0.0.0/8');

const EXTENSIONS_MAX = 500;
/** Commas between, dots in front allowed; a JSON list and `*` as well. Null: all. */
export const extensionList = parsedBy<{ readonly allowed: readonly string[] | null }>((text) => {
  const bare = text.replace(/^\[(.*)\]$/s, '$1');
  const parts = bare.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  const names = parts.filter((part) => part !== '').map((part) => part.replace(/^\*?\./, '').toLowerCase());
  if (names.includes('*')) return { allowed: null };
  const good = names.length > 0 && names.length <= EXTENSIONS_MAX && names.every(isExtension);
  return good ? { allowed: [...new Set(names)] } : null;
}, 'takes endings of file names with commas between, for example pdf,docx,txt');

const isExtension = (text: string) =>
  /^[\p{L}\p{N}_+~-]+(\.[\p{L}\p{N}_+~-]+)*$/u.test(text) && text.length <= 32;
