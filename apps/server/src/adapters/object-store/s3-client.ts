import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Endpoint, S3Keys, S3Settings } from '../../settings/server-settings.ts';
import { s3Limits } from './s3-limits.ts';
import type { UnsignedRequest } from './s3-signature.ts';
import { encodedTarget, signHeaders } from './s3-signature.ts';
import { storeUnavailable } from './store-trouble.ts';

export interface S3Call extends Omit<UnsignedRequest, 'origin' | 'path'> {
  /** In the bucket, without a leading slash; empty for the bucket itself. */
  readonly key: string;
  readonly body?: Uint8Array;
  /** What the answer may be long. */
  readonly answerBytesMax?: number;
  readonly timeoutMs?: number;
  /** Default: the server's. */
  readonly keys?: S3Keys;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface S3Client {
  /** Any answer resolves. Rejects with `storeUnavailable` when there is none, or one that is too long. */
  call(call: S3Call): Promise<S3Answer>;
  /** The agent of all calls, for a library that brings its own requests. */
  readonly agent: http.Agent;
  close(): void;
}

export interface S3ClientPorts {
  readonly nowMs: () => number;
  /** PEM; null for the system's authorities. */
  readonly ca: string | null;
  /** Default: the system's. */
  readonly lookup?: LookupFunction | undefined;
}

/** Where a bucket's objects are, for a path-style or a virtual-host-style store. */
export function addressOf(
  { bucket, pathStyle }: Pick<S3Settings, 'bucket' | 'pathStyle'>,
  endpoint: Endpoint,
  key: string,
): { readonly origin: string; readonly path: string } {
  const host = endpoint.host.includes(':') ? `[${endpoint.host.replace(/^\[|\]$/g, '')}]` : endpoint.host;
  const named = pathStyle ? host : `${bucket}.${host}`;
  const { origin } = new URL(`${endpoint.secure ? 'https' : 'http'}://${named}:${endpoint.port}`);
  return { origin, path: pathStyle ? `/${bucket}/${key}` : `/${key}` };
}

/** Signed calls of the server itself, on kept connections, to the endpoint that the server can reach. */
export function createS3Client(settings: S3Settings, ports: S3ClientPorts): S3Client {
  const { secure } = settings.endpoint;
  const options = {
    keepAlive: true,
    maxSockets: s3Limits.socketsMax,
    maxFreeSockets: s3Limits.socketsMax,
    timeout: s3Limits.idleTimeoutMs,
    ...(ports.lookup === undefined ? {} : { lookup: ports.lookup }),
  };
  const agent = secure
    ? new https.Agent({ ...options, ...(ports.ca === null ? {} : { ca: ports.ca }) })
    : new http.Agent(options);

  return {
    agent,
    close: () => agent.destroy(),
    call(call) {
      const request: UnsignedRequest = { ...call, ...addressOf(settings, settings.endpoint, call.key) };
      const body = call.body ?? new Uint8Array();
      const signer = { keys: call.keys ?? settings.keys, region: settings.region, nowMs: ports.nowMs() };
      const headers = signHeaders(
        { ...request, headers: { ...call.headers, 'content-length': String(body.length) } },
        signer,
        createHash('sha256').update(body).digest('hex'),
      );
      return exchange({
        url: `${request.origin}${encodedTarget(request)}`,
        options: { method: call.method, headers, agent },
        body,
        answerBytesMax: call.answerBytesMax ?? s3Limits.answerBytesMax,
        timeoutMs: call.timeoutMs ?? s3Limits.shortCallTimeoutMs,
      });
    },
  };
}

interface Exchange {
  readonly url: string;
  readonly options: http.RequestOptions;
  readonly body: Uint8Array;
  readonly answerBytesMax: number;
  readonly timeoutMs: number;
}

function exchange({ url, options, body, answerBytesMax, timeoutMs }: Exchange): Promise<S3Answer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? https.request : http.request;
    const request = send(url, options);
    const lost = (error: unknown) => {
      reject(storeUnavailable(networkWords(error), true, error));
      request.destroy();
    };
    const inTime = setTimeout(() => lost(timedOut()), timeoutMs);
    request.once('close', () => clearTimeout(inTime));
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      const connected = setTimeout(() => lost(timedOut()), s3Limits.connectTimeoutMs);
      const clear = () => clearTimeout(connected);
      socket.once('connect', clear).once('close', clear);
    });
    request.setTimeout(s3Limits.idleTimeoutMs, () => lost(timedOut()));
    let answered = false;
    request.on('error', (error) => {
      // A store that refuses early cuts off what is still being sent; its answer counts.
      if (!answered) lost(error);
    });
    request.on('response', (answer) => {
      answered = true;
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > answerBytesMax) {
          reject(storeUnavailable('its answer is longer than any object', false));
          request.destroy();
        } else parts.push(part);
      });
      answer.on('error', lost);
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
        if (!request.writableFinished) request.destroy();
      });
    });
    request.end(body);
  });
}

const timedOut = () => Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' });

/** Codes of Node's network layer, in words for who runs the server. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens at its address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'it did not answer in time',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody this server trusts: name its authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody this server trusts: name its authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by nobody this server trusts: name its authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by nobody this server trusts: name its authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Nothing but a known code is told: messages may repeat addresses with their signatures. */
export function networkWords(error: unknown): string {
  const codes: string[] = [];
  // Node tries every address of a name, and then throws all the errors at once.
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; depth++) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  const known = codes.find((code) => code in words);
  return known === undefined ? `no answer (${codes[0] ?? 'unknown'})` : (words[known] ?? known);
}
