import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { S3Keys, S3Settings } from '../../settings/server-settings.ts';
import { networkWords } from './network-words.ts';
import { s3Limits } from './s3-limits.ts';
import { addressOf } from './s3-names.ts';
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
