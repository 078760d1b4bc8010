import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PackId } from '@tidesync/shared/ids';
import { afterEach, describe, expect, test } from 'vitest';
import type { Way } from '../ports/server.ts';
import { freeWay } from '../ports/server.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { createHttpObjectTransfer } from './http-object-transfer.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0).reverse()) step();
});

/** A store elsewhere, whose addresses are absolute. */
async function store(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = new FakeClock();
  const transfer = createHttpObjectTransfer({ serverUrl: 'http://127.0.0.1:9', clock });
  cleanUp.push(() => {
    transfer.close();
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/packs/a?X-Amz-Signature=b`;
  const signed = {
    packId: 'a' as PackId,
    url,
    headers: { 'if-none-match': '*' },
    expiresAtMs: clock.nowMs() + 600_000,
  };
  const { signal } = new AbortController();
  return {
    putIn: (way: Way, ...body: Uint8Array[]) => transfer.put({ ...signed, headers: {} }, body, way),
    put: (...body: Uint8Array[]) =>
      transfer.put({ ...signed, headers: { ...signed.headers } }, body, freeWay(signal)),
    get: () => transfer.getRange(signed, { offset: 0, length: 4 }, signal),
  };
}
const body = Buffer.from('some bytes');
const always = (status: number, message = '') =>
  store((request, response) => {
    const said = `<Error><Code>Whatever</Code><Message>${message}</Message></Error>`;
    request.resume().on('end', () => response.writeHead(status).end(said));
  });
const problemOf = (call: Promise<unknown>) =>
  call.then(
    (outcome) => outcome,
    (error: { problem?: { reason: string } }) => error.problem?.reason,
  );

describe('what a store answers', () => {
  test.each([
    [200, 'stored', undefined],
    [412, 'alreadyThere', undefined],
    [400, 'chunkMismatch', 'storeUnavailable'],
    [403, 'storeUnavailable', 'storeUnavailable'],
    [404, 'storeUnavailable', 'packMissing'],
    [409, 'storeUnavailable', 'storeUnavailable'],
    [416, 'storeUnavailable', 'packMissing'],
    [500, 'storeUnavailable', 'storeUnavailable'],
    [503, 'storeUnavailable', 'storeUnavailable'],
    [507, 'serverDiskFull', 'serverDiskFull'],
  ])('%s is %s to a PUT and %s to a GET', async (status, toPut, toGet) => {
    const t = await always(status);
    expect(await problemOf(t.put(body))).toBe(toPut);
    if (toGet !== undefined) expect(await problemOf(t.get())).toBe(toGet);
  });

  test('MinIO that has not noticed yet that its disk is full is full', async () => {
    const t = await always(500, 'We encountered an internal error, cause(no space left on device)');
    expect(await problemOf(t.put(body))).toBe('serverDiskFull');
  });
});

describe('a store that sends more than was asked for', () => {
  test.each(['without an end', 'with a length that is a lie'])('%s is cut off at once', async (how) => {
    let sentBytes = 0;
    let closed: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const t = await store((_request, response) => {
      const headers = how === 'without an end' ? {} : { 'content-length': '4000000000' };
      response.writeHead(206, headers);
      const portion = randomBytes(64 * 1024);
      const more = () => {
        while (!response.destroyed) {
          sentBytes += portion.length;
          if (!response.write(portion)) return void response.once('drain', more);
        }
      };
      response.on('close', closed);
      more();
    });
    expect(await problemOf(t.get())).toBe('storeUnavailable');
    await isClosed;
    // As much as sockets hold, and not what it would send.
    expect(sentBytes).toBeLessThan(32_000_000);
  });

  test('and less, too: neither is taken for the bytes', async () => {
    const t = await store((_request, response) => response.writeHead(206).end('abc'));
    expect(await problemOf(t.get())).toBe('storeUnavailable');
  });
});

describe('[B18] a PUT that is cut off', () => {
  test('is tried again with a pause in which the answer arrives', async () => {
    let tries = 0;
    const t = await store((request, response) => {
      const isFirst = ++tries === 1;
      let bytes = 0;
      request
        .on('error', () => undefined)
        .on('data', (part: Buffer) => {
          bytes += part.length;
          if (isFirst && bytes > 1_000_000) request.socket.resetAndDestroy();
          if (!isFirst && bytes >= 256 * 1024) response.writeHead(412).end();
        });
    });
    expect(await t.put(randomBytes(8_000_000))).toBe('alreadyThere');
    expect(tries).toBe(2);
  });

  test('arrives whole after the pause where nothing is said in it', async () => {
    const parts = [randomBytes(100_000), randomBytes(400_000), randomBytes(100_000)];
    let tries = 0;
    const got: Buffer[] = [];
    const t = await store((request, response) => {
      if (++tries === 1) return request.socket.resetAndDestroy();
      request.on('data', (part: Buffer) => got.push(part));
      request.on('end', () => response.writeHead(200).end());
    });
    expect(await t.put(...parts)).toBe('stored');
    expect(Buffer.concat(got).equals(Buffer.concat(parts))).toBe(true);
  });

  test('is not tried a third time', async () => {
    let tries = 0;
    const t = await store((request) => {
      tries++;
      request.socket.resetAndDestroy();
    });
    expect(await problemOf(t.put(randomBytes(600_000)))).toBe('storeUnavailable');
    expect(tries).toBe(2);
  });
});

describe('[B50] the body of a PUT goes as its way lets it', () => {
  test('portion by portion, and arrives whole', async () => {
    const got: Buffer[] = [];
    const t = await store((request, response) => {
      request.on('data', (part: Buffer) => got.push(part)).on('end', () => response.writeHead(200).end());
    });
    const body = randomBytes(1_000_000);
    const asked: number[] = [];
    const take = async (bytes: number) => {
      asked.push(bytes);
      return Math.min(bytes, 300_000 / asked.length);
    };
    const { signal } = new AbortController();
    const parts = [body.subarray(0, 400_000), body.subarray(400_000)];
    expect(await t.putIn({ signal, take: async (bytes) => Math.ceil(await take(bytes)) }, ...parts)).toBe(
      'stored',
    );
    expect(Buffer.concat(got).equals(body)).toBe(true);
    expect(asked.length).toBeGreaterThan(4);
    expect(Math.max(...asked)).toBeLessThanOrEqual(256 * 1024);
  });

  test('[B53] a store that refuses meanwhile, or a stop, ends what waits', async () => {
    const t = await store((request, response) => {
      request.once('data', () => response.writeHead(507).end());
    });
    const stop = new AbortController();
    let takes = 0;
    const waitForever = () =>
      new Promise<never>((_resolve, reject) => stop.signal.addEventListener('abort', reject));
    const way = { signal: stop.signal, take: async () => (++takes === 1 ? 1_000 : waitForever()) };
    expect(await problemOf(t.putIn(way, randomBytes(5_000)))).toBe('serverDiskFull');
    const silent = await store(() => undefined);
    takes = 0;
    const put = silent.putIn(way, randomBytes(5_000));
    stop.abort(new Error('paused'));
    await expect(put).rejects.toThrow('paused');
  });
});
