import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface SignedRequest {
  readonly method: 'PUT' | 'GET' | 'OPTIONS';
  /** As the store signed it, absolute or beginning with `/`. */
  readonly url: string;
  /** What relative URLs are resolved against. */
  readonly serverUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface SignedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** How to get to where a URL points. */
export interface Route {
  /** Connects to this origin instead, while the request still names the host of its URL. */
  readonly origin?: string | undefined;
  /** PEM; default: the system's authorities. */
  readonly ca?: readonly string[] | undefined;
  /** Default: the system's. */
  readonly lookup?: LookupFunction | undefined;
}

const IDLE_TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Sends a request with exactly these headers, no more and no fewer, which `fetch` would not; for the start check
 * and the contract suite, which have to send wrong ones. Rejects when the connection fails.
 */
export function sendSigned(signed: SignedRequest, route: Route = {}): Promise<SignedAnswer> {
  const url = new URL(signed.url, signed.serverUrl);
  const at = route.origin === undefined ? url : new URL(`${url.pathname}${url.search}`, route.origin);
  const options = {
    method: signed.method,
    headers: { host: url.host, ...signed.headers },
    agent: false,
    ...(route.ca === undefined ? {} : { ca: [...route.ca] }),
    ...(route.lookup === undefined ? {} : { lookup: route.lookup }),
  } as const;
  return new Promise((resolve, reject) => {
    const send = at.protocol === 'https:' ? httpsRequest : httpRequest;
    let answered = false;
    const sent = send(at, options, (answer) => {
      answered = true;
      const slices: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (slice: Buffer) => {
        bytes += slice.length;
        if (bytes > ANSWER_BYTES_MAX) sent.destroy(new Error('the answer is too long'));
        else slices.push(slice);
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(slices) }),
      );
      answer.on('error', reject);
    });
    sent.setTimeout(IDLE_TIMEOUT_MS, () =>
      sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    );
    // A store that refuses early may cut off the rest of the body; its answer counts.
    sent.on('error', (error) => {
      if (!answered) reject(error);
    });
    sent.end(signed.body);
  });
}
