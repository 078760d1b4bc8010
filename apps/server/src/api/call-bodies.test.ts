import { randomUUID } from 'node:crypto';
import { limits } from '@tidesync/shared/limits';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RawConnection } from '../testing/raw-connection.ts';
import { openRaw } from '../testing/raw-connection.ts';
import type { Device, TestServer } from '../testing/test-server.ts';
import { startTestServer, TEST_PASSWORD } from '../testing/test-server.ts';

let server: TestServer;
let ann: Device;
let bob: Device;
const open: RawConnection[] = [];

beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('ann@example.org');
  await server.makeAccount('bob@example.org');
  ann = await server.signIn('ann@example.org');
  bob = await server.signIn('bob@example.org');
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
afterAll(() => server.stop());

const LOGIN = '/trpc/auth.login';
const CREATE = '/trpc/libraries.create';
const MIB = 1024 * 1024;
const as = (device: { token: string }) => `authorization: Bearer ${device.token}`;
const longAs = (sizeBytes: number) => `content-length: ${sizeBytes}`;

function headOf(path: string, lines: readonly string[], type = 'application/json'): string {
  return [`POST ${path} HTTP/1.1`, 'host: x', `content-type: ${type}`, ...lines, '', ''].join('\r\n');
}
async function connection(): Promise<RawConnection> {
  const raw = await openRaw(server.url);
  open.push(raw);
  return raw;
}
/** What is answered to these bytes, and nothing after them. */
async function answerTo(...bytes: readonly string[]) {
  const raw = await connection();
  for (const some of bytes) raw.send(some);
  return raw.answer();
}
const whole = (path: string, body: string, lines: readonly string[] = []) =>
  `${headOf(path, [...lines, longAs(Buffer.byteLength(body))])}${body}`;
/** In pieces, without its length before it. */
function chunked(path: string, body: string, lines: readonly string[] = []): string {
  const pieces = body.match(/.{1,50000}/gs) ?? [];
  const sent = pieces.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`);
  return `${headOf(path, [...lines, 'transfer-encoding: chunked'])}${sent.join('')}0\r\n\r\n`;
}
/** Makes a library, with spaces in it up to so many bytes. */
function creation(sizeBytes: number): string {
  const text = JSON.stringify({ libraryId: randomUUID(), name: randomUUID() });
  return `${' '.repeat(sizeBytes - text.length)}${text}`;
}
function signIn(sizeBytes: number): string {
  const text = JSON.stringify({ email: ann.email, password: TEST_PASSWORD, deviceName: 'x' });
  return `${' '.repeat(sizeBytes - text.length)}${text}`;
}
const refused = (status: number, problem: object) => ({
  status,
  json: {
    error: {
      message: expect.any(String),
      code: expect.any(Number),
      data: expect.objectContaining({ problem }),
    },
  },
});
const invalid = (detail: string) => ({ reason: 'invalidInput', detail });

describe('[W60] more than 64 KiB is read for a device that is signed in alone', () => {
  const nearly = longAs(limits.requestBodyBytesMax);

  test.each([
    ['of nobody', LOGIN, [nearly], 401, { reason: 'signedOut' }],
    [
      'with a token that nobody has',
      CREATE,
      ['authorization: Bearer tds_x', nearly],
      401,
      { reason: 'signedOut' },
    ],
    [
      'of another protocol',
      LOGIN,
      ['x-tidesync-protocol: 9999', nearly],
      412,
      { reason: 'incompatible', server: PROTOCOL_VERSION, client: 9999 },
    ],
    [
      'that is longer than any',
      LOGIN,
      [longAs(limits.requestBodyBytesMax + 1)],
      413,
      invalid('it is too large'),
    ],
  ])('a body %s is refused before a byte of it is sent', async (_who, path, lines, status, problem) => {
    expect(await answerTo(headOf(path, lines))).toMatchObject(refused(status, problem));
  });

  test('of a device that was removed is refused so, too', async () => {
    const gone = await server.signIn(ann.email, 'gone');
    await gone.client.auth.logout.mutate();
    expect(await answerTo(headOf(CREATE, [as(gone), nearly]))).toMatchObject(
      refused(401, { reason: 'deviceRevoked' }),
    );
  });

  test('who is refused may send the rest all the same, and the next call on the same connection', async () => {
    const raw = await connection();
    raw.send(headOf(LOGIN, [longAs(MIB)]));
    expect(await raw.answer()).toMatchObject({ status: 401 });
    raw.send(' '.repeat(MIB));
    raw.send(whole(CREATE, creation(200), [as(ann)]));
    expect(await raw.answer()).toMatchObject({ status: 200 });
  });

  test('64 KiB are read of anybody, whether the length is said before or not', async () => {
    const body = signIn(limits.openBodyBytesMax);
    expect(await answerTo(whole(LOGIN, body))).toMatchObject({ status: 200 });
    expect(await answerTo(chunked(LOGIN, body))).toMatchObject({ status: 200 });
  });

  test('a body that does not say its length is refused once it is longer', async () => {
    const body = signIn(limits.openBodyBytesMax + 1);
    expect(await answerTo(chunked(LOGIN, body))).toMatchObject(refused(401, { reason: 'signedOut' }));
    const long = creation(MIB);
    expect(await answerTo(chunked(CREATE, long, [as(ann)]))).toMatchObject({ status: 200 });
    expect(await answerTo(whole(CREATE, creation(MIB), [as(ann)]))).toMatchObject({ status: 200 });
  });

  test('a browser that is signed in is a device, too', async () => {
    const body = JSON.stringify({
      email: ann.email,
      password: TEST_PASSWORD,
      deviceName: 'x',
      remember: false,
    });
    const { head } = (await answerTo(whole('/trpc/auth.openSession', body))) ?? { head: '' };
    const cookie = `cookie: ${/^set-cookie: ([^;]+)/im.exec(head)?.[1]}`;
    expect(await answerTo(whole(CREATE, creation(MIB), [cookie, 'origin: http://x']))).toMatchObject({
      status: 200,
    });
  });
});

describe('[W61] one account has 24 MiB of longer bodies under way', () => {
  const count = limits.bodiesPerAccountBytesMax / limits.requestBodyBytesMax;
  const tryOnce = (device: Device) => answerTo(whole(CREATE, creation(MIB), [as(device)]));

  test('over all its devices; the next is told to wait, others are not, and it goes on when one is over', async () => {
    const other = await server.signIn(ann.email, 'other');
    const held: RawConnection[] = [];
    for (let n = 0; n < count; n++) {
      const raw = await connection();
      raw.send(headOf(CREATE, [as(n === 0 ? other : ann), longAs(limits.requestBodyBytesMax)]));
      held.push(raw);
    }
    await vi.waitFor(async () => expect(await tryOnce(ann)).toMatchObject({ status: 409 }));
    const refusal = await tryOnce(other);
    expect(refusal).toMatchObject(refused(409, { reason: 'accountBusy' }));
    expect(refusal?.head).toMatch(/^retry-after: \d+/im);
    expect(await tryOnce(bob)).toMatchObject({ status: 200 });
    expect(await answerTo(whole(CREATE, creation(200), [as(ann)]))).toMatchObject({ status: 200 });
    held[0]?.close();
    await vi.waitFor(async () => expect(await tryOnce(other)).toMatchObject({ status: 200 }));
  });

  test('what was answered is not under way any more', async () => {
    for (let n = 0; n <= count; n++) {
      const body = creation(limits.requestBodyBytesMax);
      expect(await answerTo(whole(CREATE, body, [as(bob)]))).toMatchObject({ status: 200 });
    }
  });
});

describe('[W62] calls alone take bodies, and those take JSON that costs little to parse', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const many = (values: number) => `[${Array(values).fill('{}').join(',')}]`;
  const tooDeep = invalid(`it is nested more than ${limits.requestDepthMax} levels deep`);
  const tooMany = invalid(`it has more than ${limits.requestMarksMax} values`);

  test.each([
    ['deep arrays', deep(limits.requestDepthMax + 1), tooDeep],
    ['deep objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, tooDeep],
    ['very many objects', many(limits.requestMarksMax / 2 + 1), tooMany],
  ])('%s are refused in words, and the connection goes on', async (_what, body, problem) => {
    for (const send of [whole, chunked]) {
      const raw = await connection();
      raw.send(send(CREATE, body, [as(ann)]));
      expect(await raw.answer()).toMatchObject(refused(400, problem));
      raw.send(whole(CREATE, creation(200), [as(ann)]));
      expect(await raw.answer()).toMatchObject({ status: 200 });
    }
  });

  test('what is just not too much is parsed', async () => {
    const input = `{"libraryId":"${randomUUID()}","name":"${randomUUID()}","more":`;
    for (const more of [deep(limits.requestDepthMax - 1), many(limits.requestMarksMax / 2 - 10)])
      expect(await answerTo(whole(CREATE, `${input}${more}}`, [as(bob)]))).toMatchObject({ status: 200 });
  });

  test('10 MB that do not say so are answered', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(10_000_000) });
    expect(await answerTo(chunked(CREATE, large, [as(ann)]))).toMatchObject(
      refused(413, invalid('it is too large')),
    );
  });

  test('a connection on which nothing is left goes on', async () => {
    const raw = await connection();
    for (let n = 0; n < 2; n++) {
      raw.send('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
      expect(await raw.answer()).toMatchObject({
        status: 200,
        head: expect.stringMatching(/^connection: keep-alive/im),
      });
    }
  });

  test('where very much is left of a refused body, the connection ends', async () => {
    const objects = many((limits.requestBodyBytesMax / 3 - 1) | 0);
    const endless = `${MIB.toString(16)}\r\n${' '.repeat(MIB)}\r\n`.repeat(32);
    for (const bytes of [
      whole(CREATE, objects, [as(ann)]),
      `${headOf(CREATE, [as(ann), 'transfer-encoding: chunked'])}${endless}`,
      `${headOf(LOGIN, [longAs(limits.swallowedBodyBytesMax + 1)])} `,
      `${headOf('/admin', [longAs(limits.swallowedBodyBytesMax + 1)])} `,
      `${headOf('/health', ['transfer-encoding: chunked']).replace('POST', 'GET')}1\r\n `,
    ]) {
      const raw = await connection();
      raw.send(bytes);
      await expect(raw.ended()).resolves.toBeUndefined();
    }
  });

  test.each([
    ['a form', headOf(LOGIN, [longAs(1_000)], 'multipart/form-data; boundary=x'), 415],
    ['text', headOf(LOGIN, [longAs(1_000)], 'text/plain'), 415],
    ['a body for another address', headOf('/admin', [longAs(8_000_000)]), 404],
    ['a body for the top', headOf('/', [longAs(8_000_000)]), 404],
  ])('%s is refused before it is sent', async (_what, head, status) => {
    expect(await answerTo(head)).toMatchObject({ status });
  });
});

describe('a key with the name of a prototype', () => {
  test('[W1] is a key like any other: it gives no field, no right and nothing to other calls', async () => {
    const [libraryId, name] = [randomUUID(), randomUUID()];
    const fields = `"libraryId":"${libraryId}","name":"${name}"`;
    const poison = '"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}';
    expect(await answerTo(whole(CREATE, `{"__proto__":{${fields}}}`, [as(bob)]))).toMatchObject({
      status: 400,
    });
    expect(await answerTo(whole(CREATE, `{${poison},${fields}}`, [as(bob)]))).toMatchObject({ status: 200 });
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    expect(await bob.client.auth.whoami.query()).toMatchObject({ email: bob.email, admin: false });
  });
});

describe('a connection without a request', () => {
  test('[W64] is ended where its head does not come in time, and others are answered meanwhile', async () => {
    const hasty = await startTestServer({ headTimeoutMs: 300 });
    const [silent, slow] = [await openRaw(hasty.url), await openRaw(hasty.url)];
    slow.send('GET /health HTTP/1.1\r\nhost: x\r\nx-long: ');
    const trickle = setInterval(() => slow.send('a'), 20);
    const ended = Promise.all([silent.ended(), slow.ended()]).then(() => 'ended');
    const asked = fetch(`${hasty.url}/health`).then(({ status }) => status);
    expect(await asked).toBe(200);
    expect(await ended).toBe('ended');
    clearInterval(trickle);
    await hasty.stop();
  });
});
