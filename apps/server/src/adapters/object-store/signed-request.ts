import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface SignedRequest {
  readonly method: 'PUT' | 'GET';
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

/**
 * Sends a request with exactly these headers, no more and no fewer, which `fetch` would not; for the start check
 * and the contract suite, which have to send wrong ones. Rejects when the connection fails.
 */
export function sendSigned(signed: SignedRequest): Promise<SignedAnswer> {
  const url = new URL(signed.url, signed.serverUrl);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: signed.method, headers: signed.headers, agent: false }, (answer) => {
      const slices: Buffer[] = [];
      answer.on('data', (slice: Buffer) => slices.push(slice));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(slices) }),
      );
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(signed.body);
  });
}
