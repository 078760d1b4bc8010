import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Target } from './raw-request.ts';
import { ask, hold } from './raw-request.ts';

/** One sort of rubbish; `begin` answers with what ends it. */
export interface Attack {
  readonly name: string;
  begin(target: Target): () => void;
}

const HELD_CONNECTIONS = 400;
const HELD_BODIES = 50;
const TRICKLE_MS = 250;
const MIB = 1024 * 1024;
const CREATE = '/trpc/libraries.create';
const LOGIN = '/trpc/auth.login';

const head = (path: string, more: readonly string[]) =>
  [`POST ${path} HTTP/1.1`, 'host: x', 'content-type: application/json', ...more, '', ''].join('\r\n');
const typed = (path: string, type: string, body: string) =>
  Buffer.from(
    [
      `POST ${path} HTTP/1.1`,
      'host: x',
      `content-type: ${type}`,
      `content-length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
const whole = (path: string, body: string | Buffer, more: readonly string[] = []) =>
  Buffer.concat([
    Buffer.from(head(path, [...more, `content-length: ${Buffer.byteLength(body)}`])),
    Buffer.from(body),
  ]);
const signedIn = ({ token }: Target) => `authorization: Bearer ${token}`;

/** A body of so many bytes without its length before it. */
function chunked(path: string, body: string, more: readonly string[]): Buffer {
  const size = Buffer.byteLength(body).toString(16);
  return Buffer.from(`${head(path, [...more, 'transfer-encoding: chunked'])}${size}\r\n${body}\r\n0\r\n\r\n`);
}

/** The same request again and again, so many a second. */
function steadily(name: string, perSecond: number, make: (target: Target, n: number) => Buffer): Attack {
  return {
    name: `${name}, ${perSecond} a second`,
    begin(target) {
      const first = make(target, 0);
      const isSame = first.equals(make(target, 1));
      let n = 0;
      const timer = setInterval(() => ask(target, isSame ? first : make(target, n++)), 1_000 / perSecond);
      return () => clearInterval(timer);
    },
  };
}

const held = (name: string, count: number, how: (target: Target) => Parameters<typeof hold>[1]): Attack => ({
  name: `${count} ${name}`,
  begin: (target) => hold(target, { ...how(target), count }),
});

const large = JSON.stringify({ name: 'x'.repeat(10_000_000) });
const nearlyAll = (8 * MIB - 1_000) >> 0;
const million = JSON.stringify({ libraryId: Array(1_000_000).fill(1) });
const objects = `[${'{},'.repeat((nearlyAll / 3) | 0)}{}]`;
/** As many as are just not refused unparsed, where the wire has a list, or a list of lists. */
const wrong = JSON.stringify({ uploadId: randomUUID(), chunks: Array(149_990).fill({}) });
const packs = Array(36).fill({ packId: randomUUID(), entries: Array(4_096).fill({}) });
const wrongLists = JSON.stringify({ uploadId: randomUUID(), packs });
const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
const poisoned = '{"__proto__":{"libraryId":"x"},"constructor":{"prototype":{"name":"y"}}}';
const form = [
  '--x',
  'content-disposition: form-data; name="a"; filename="a"',
  '',
  'x'.repeat(100 * MIB),
  '--x--',
  '',
].join('\r\n');
const bomb = gzipSync(Buffer.alloc(100 * MIB, 0x20));
const batch = `/trpc/${Array(700).fill('auth.whoami').join(',')}?batch=1`;
/** As many as a URL has room for, and ten thousand inputs. */
const inputs = JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [n, {}])));
const guess = (n: number) =>
  JSON.stringify({ email: `guess${n % 5_000}@example.org`, password: `wrong ${n}`, deviceName: 'x' });
/** The server believes a proxy on its own machine. */
const anyAddress = (n: number) => `x-forwarded-for: 10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

export const attacks: readonly Attack[] = [
  held('connections that say nothing', HELD_CONNECTIONS, () => ({ first: '', after: null, everyMs: 0 })),
  held('connections whose headers come byte by byte', HELD_CONNECTIONS, () => ({
    first: 'GET /health HTTP/1.1\r\nhost: x\r\nx-long: ',
    after: 'a',
    everyMs: TRICKLE_MS,
  })),
  held('connections whose bodies come byte by byte', HELD_CONNECTIONS, () => ({
    first: `${head(LOGIN, ['content-length: 8000000'])}{`,
    after: ' ',
    everyMs: TRICKLE_MS,
  })),
  held('bodies of 8 MiB that never end, not signed in', HELD_BODIES, () => ({
    first: `${head(LOGIN, [`content-length: ${nearlyAll}`])}${' '.repeat(nearlyAll - 1)}`,
    after: null,
    everyMs: 0,
  })),
  held('bodies of 8 MiB that never end, of one device', HELD_BODIES, (target) => ({
    first: `${head(CREATE, [signedIn(target), `content-length: ${nearlyAll}`])}${' '.repeat(nearlyAll - 1)}`,
    after: null,
    everyMs: 0,
  })),
  steadily('headers of 100 kB', 20, () => Buffer.from(head(LOGIN, [`x-long: ${'a'.repeat(100_000)}`]))),
  steadily('an address of 100 kB', 20, () => Buffer.from(head(`/trpc/${'a'.repeat(100_000)}`, []))),
  steadily('a batch of 10,000', 20, (target) => whole(batch, inputs, [signedIn(target)])),
  steadily('10 MB of JSON', 10, (target) => whole(CREATE, large, [signedIn(target)])),
  steadily('10 MB of JSON in chunks, not signed in', 10, () => chunked(LOGIN, large, [])),
  steadily('10 MB of JSON in chunks, signed in', 10, (target) => chunked(CREATE, large, [signedIn(target)])),
  steadily('8 MiB of objects, not signed in', 2, () => whole(LOGIN, objects)),
  steadily('8 MiB of objects, signed in', 2, (target) => whole(CREATE, objects, [signedIn(target)])),
  steadily('arrays of 1,000,000, not signed in', 5, () => whole(LOGIN, million)),
  steadily('arrays of 1,000,000, signed in', 5, (target) => whole(CREATE, million, [signedIn(target)])),
  steadily('objects 100,000 deep, not signed in', 10, () => whole(LOGIN, deep)),
  steadily('objects 100,000 deep, signed in', 10, (target) => whole(CREATE, deep, [signedIn(target)])),
  steadily('149,990 things that are none, signed in', 2, (target) =>
    whole('/trpc/uploads.missing', wrong, [signedIn(target)]),
  ),
  steadily('36 lists of 4,096 things that are none, signed in', 2, (target) =>
    whole('/trpc/uploads.seal', wrongLists, [signedIn(target)]),
  ),
  steadily('8 MiB of objects for an address that is not there', 2, () => whole('/nowhere', objects)),
  steadily('forms of 100 MiB, not signed in', 1, () => typed(LOGIN, 'multipart/form-data; boundary=x', form)),
  steadily('keys of prototypes', 20, (target) => whole(CREATE, poisoned, [signedIn(target)])),
  steadily('100 MiB of spaces, packed', 20, () => whole(LOGIN, bomb, ['content-encoding: gzip'])),
  steadily('wrong passwords from one address', 50, (_, n) => whole(LOGIN, guess(n))),
  steadily('wrong passwords from as many addresses', 50, (_, n) => whole(LOGIN, guess(n), [anyAddress(n)])),
  steadily('tokens that nobody has', 50, (_, n) =>
    whole(CREATE, '{}', [`authorization: Bearer tds_${randomUUID()}${n}`]),
  ),
];
