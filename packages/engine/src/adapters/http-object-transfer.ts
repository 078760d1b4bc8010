import http from 'node:http';
import https from 'node:https';
import { assert } from '@tidesync/shared/brand';
import { Failure, fail } from '@tidesync/shared/problems';
import type { Clock } from '../ports/environment.ts';
import type { ObjectTransfer, Way } from '../ports/server.ts';
import { freeWay } from '../ports/server.ts';
import { unreachable } from './server/answer-failure.ts';
import { networkWords } from './server/network-words.ts';

/** No byte either way for so long ends a transfer; how long it takes as a whole is the line's business. */
const IDLE_MS_MAX = 60_000;
const SOCKETS_MAX = 16;
/**
 * A store that refuses a PUT before it has read it all closes the connection, and with it goes its answer, if we are
 * just writing. So a PUT that was cut off is tried once more with a pause after its first bytes, in which such an
 * answer arrives whole. Long enough for an answer from far away.
 */
const PAUSE_AFTER_BYTES = 256 * 1024;
const PAUSE_MS = 3_000;
/** Written at once, so that a speed limit that changes holds for the next portion. */
const PORTION_BYTES_MAX = PAUSE_AFTER_BYTES;
/** A refusal this close to an address's end is put down to its end: the two clocks may differ. */
const EXPIRY_MARGIN_MS = 60_000;
const STATUS_FULL = 507;

export interface HttpObjectTransferPorts {
  /** Of the server this device is signed in to; resolves addresses that begin with `/`. */
  readonly serverUrl: string;
  readonly clock: Clock;
}

/** Bytes over HTTP/1.1, on kept connections, with exactly the headers that were signed. */
export function createHttpObjectTransfer(ports: HttpObjectTransferPorts): ObjectTransfer & { close(): void } {
  const options = { keepAlive: true, maxSockets: SOCKETS_MAX, maxFreeSockets: SOCKETS_MAX };
  const agents: Agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  const ends: Ends = { agents, serverOrigin: URL.parse(ports.serverUrl)?.origin ?? '' };

  const refusal = (status: number, expiresAtMs: number): 'expired' => {
    if (status === 403 && ports.clock.nowMs() >= expiresAtMs - EXPIRY_MARGIN_MS) return 'expired';
    if (status === STATUS_FULL) fail({ reason: 'serverDiskFull' });
    return fail({ reason: 'storeUnavailable', detail: `it answers with status ${status}` });
  };

  return {
    async put(signed, bytes, way) {
      const length = bytes.reduce((sum, part) => sum + part.length, 0);
      const signedLength = signed.headers['content-length'];
      assert(
        signedLength === undefined || Number(signedLength) === length,
        'what is sent is what was signed',
      );
      const headers = { ...signed.headers, 'content-length': String(length) };
      const url = addressOf(ports.serverUrl, signed.url);
      const send = (pauseMs: number) =>
        exchange(ends, { method: 'PUT', url, headers, body: bytes, way, pauseMs }, readStatus);
      const status = await send(0).catch((error: unknown) => {
        if (!wasCut(error) || length <= PAUSE_AFTER_BYTES) throw error;
        return send(PAUSE_MS);
      });
      if (status === 200 || status === 204) return 'stored';
      if (status === 412) return 'alreadyThere';
      if (status === 400) fail({ reason: 'chunkMismatch', detail: 'the store got other bytes' });
      return refusal(status, signed.expiresAtMs);
    },
    async getRange(signed, { offset, length }, signal) {
      const headers = { range: `bytes=${offset}-${offset + length - 1}`, 'accept-encoding': 'identity' };
      const url = addressOf(ports.serverUrl, signed.url);
      const read = (answer: http.IncomingMessage): Promise<Uint8Array | number> =>
        answer.statusCode === 206 ? readExactly(answer, length) : readStatus(answer);
      const asked = { method: 'GET', url, headers, body: [], way: freeWay(signal), pauseMs: 0 } as const;
      const got = await exchange(ends, asked, read);
      if (typeof got !== 'number') return got;
      if (got === 404 || got === 416) fail({ reason: 'packMissing', detail: `status ${got}` });
      return refusal(got, signed.expiresAtMs);
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

type Agents = Readonly<Record<'http:', http.Agent> & Record<'https:', https.Agent>>;

interface Ends {
  readonly agents: Agents;
  readonly serverOrigin: string;
}

/**
 * What became of a request without an answer. A store of its own that is away is no reason to take the server for
 * unreachable. Only the origin is told: the rest of the address is a key.
 */
function lostIn(url: URL, serverOrigin: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (url.origin === serverOrigin) return unreachable(url.origin, error);
  return new Failure({ reason: 'storeUnavailable', detail: networkWords(error) }, { cause: error });
}

function addressOf(serverUrl: string, address: string): URL {
  const url = URL.parse(address.startsWith('/') ? `${serverUrl}${address}` : address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    fail({ reason: 'storeUnavailable', detail: 'the server gives no usable address for it' });
  }
  return url;
}

interface Exchange {
  readonly method: 'GET' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  readonly way: Way;
  /** How long to wait for an answer after the first bytes of the body; 0: not at all. */
  readonly pauseMs: number;
}

/** True if the connection was closed from the other side, which may have said something before. */
function wasCut(error: unknown): boolean {
  const { code } = ((error as Error | undefined)?.cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** One request. Rejects with the signal's reason, with `read`'s Failure, or as `lostIn` says. */
function exchange<T>(
  { agents, serverOrigin }: Ends,
  { method, url, headers, body, way, pauseMs }: Exchange,
  read: (answer: http.IncomingMessage) => Promise<T>,
): Promise<T> {
  const { signal } = way;
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const lost = (error: unknown) => {
      if (signal.aborted) reject(signal.reason);
      else reject(lostIn(url, serverOrigin, error));
    };
    const secure = url.protocol === 'https:';
    const options = { method, headers, signal, agent: agents[secure ? 'https:' : 'http:'] };
    const request = (secure ? https : http).request(url, options);
    request.setTimeout(IDLE_MS_MAX, () => {
      request.destroy(Object.assign(new Error('it stopped answering'), { code: 'ETIMEDOUT' }));
    });
    let answered = false;
    request.on('error', (error) => {
      if (!answered) lost(error);
    });
    request.on('response', (answer) => {
      answered = true;
      read(answer)
        .then(resolve, lost)
        .finally(() => {
          // A store that refuses early need not be sent the rest, and no more is read than was asked for.
          if (!request.writableFinished || !answer.complete) request.destroy();
        });
    });
    sendBody(request, { body, way, pauseMs }).catch((error: unknown) => {
      // Whoever does not let it go on says so by the signal; anything else ends the request here.
      request.destroy(error instanceof Error ? error : undefined);
    });
  });
}

/**
 * Portion by portion, each when the way lets it go and the one before has left, or with a pause after the first bytes.
 * What goes wrong on the line is told by the request's own events.
 */
async function sendBody(
  request: http.ClientRequest,
  { body, way, pauseMs }: Pick<Exchange, 'body' | 'way' | 'pauseMs'>,
): Promise<void> {
  const [first, rest] = pauseMs > 0 ? splitAt(body, PAUSE_AFTER_BYTES) : [[], body];
  if (!(await writeParts(request, first, way))) return;
  if (pauseMs > 0 && (await answersWithin(request, pauseMs))) return;
  if (await writeParts(request, rest, way)) request.end();
}

/** False: the request is over. */
async function writeParts(
  request: http.ClientRequest,
  parts: readonly Uint8Array[],
  way: Way,
): Promise<boolean> {
  for (const part of parts) {
    for (let at = 0; at < part.length; ) {
      const bytes = await way.take(Math.min(PORTION_BYTES_MAX, part.length - at));
      if (request.destroyed) return false;
      if (!request.write(part.subarray(at, at + bytes))) await drained(request);
      at += bytes;
    }
  }
  return !request.destroyed;
}

function splitAt(parts: readonly Uint8Array[], bytes: number): [Uint8Array[], Uint8Array[]] {
  const [first, rest]: [Uint8Array[], Uint8Array[]] = [[], []];
  let left = bytes;
  for (const part of parts) {
    if (left > 0) first.push(part.subarray(0, left));
    if (left < part.length) rest.push(part.subarray(left));
    left = Math.max(0, left - part.length);
  }
  return [first, rest];
}

/** Also when nothing will go any more. */
function drained(request: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off('drain', done).off('close', done);
      resolve();
    };
    request.on('drain', done).on('close', done);
  });
}

/** False if there is neither an answer nor an end by then. */
function answersWithin(request: http.ClientRequest, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs);
    for (const event of ['response', 'close'] as const) {
      request.once(event, () => {
        clearTimeout(timer);
        resolve(true);
      });
    }
  });
}

const BODY_READ_MAX = 64 * 1024;

/**
 * The status; what little a store says beside it is read, so that the connection can be used again, and because of
 * MinIO: it learns how full its disk is only every second, and until then says 500 with the words of the disk.
 */
async function readStatus(answer: http.IncomingMessage): Promise<number> {
  const status = answer.statusCode ?? 0;
  const said: Uint8Array[] = [];
  let readBytes = 0;
  try {
    for await (const part of answer as AsyncIterable<Uint8Array>) {
      said.push(part);
      readBytes += part.length;
      if (readBytes > BODY_READ_MAX) break;
    }
  } catch {
    // A refusal counts even where the connection is cut behind it.
  }
  const isFull = status === 500 && Buffer.concat(said).includes('no space left on device');
  return isFull ? STATUS_FULL : status;
}

async function readExactly(answer: http.IncomingMessage, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  for await (const part of answer as AsyncIterable<Uint8Array>) {
    if (filled + part.length > length)
      fail({ reason: 'storeUnavailable', detail: 'it sends more than asked' });
    bytes.set(part, filled);
    filled += part.length;
  }
  if (filled < length) fail({ reason: 'storeUnavailable', detail: 'it sends less than asked' });
  return bytes;
}
