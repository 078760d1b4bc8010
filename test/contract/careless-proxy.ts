import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signHeaders } from '@tidesync/server/adapters/object-store/s3-signature';
import type { S3Address } from '../servers/real-servers.ts';

/** A request as it comes to the proxy. */
export interface Passing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export interface Carelessness {
  /** Alters what is passed on, as a badly set up proxy does. */
  readonly alter?: (passing: Passing) => void;
  /** Answers in the store's place. */
  readonly answers?: (passing: Passing) => number | null;
  /** Requests that the store behind is made to take all the same, whatever is wrong with them. */
  readonly takes?: (passing: Passing) => boolean;
}

export interface CarelessProxy {
  readonly port: number;
  close(): void;
}

/** Stands in front of a real S3 server on loopback, and makes it look as careless as told. */
export async function carelessProxy(to: S3Address, careless: Carelessness): Promise<CarelessProxy> {
  const server = createServer((incoming, response) => {
    void (async () => {
      const passing = await passingOf(incoming);
      const place = careless.answers?.(passing) ?? null;
      if (place !== null) return response.writeHead(place).end();
      careless.alter?.(passing);
      const answer = await forward(to, careless.takes?.(passing) === true ? resigned(to, passing) : passing);
      return response.writeHead(answer.status, answer.headers).end(answer.body);
    })().catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function passingOf(incoming: IncomingMessage): Promise<Passing> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host}`);
  return { method: incoming.method ?? 'GET', url, headers, body: Buffer.concat(await incoming.toArray()) };
}

/** The same bytes under the same name, with nothing that the store could refuse. */
function resigned(to: S3Address, { url, body }: Passing): Passing {
  const origin = `http://${to.host}:${to.port}`;
  const unsigned = { method: 'PUT', origin, path: url.pathname } as const;
  const keys = { accessKey: to.accessKey, secretKey: to.secretKey };
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const headers = signHeaders(unsigned, { keys, region: to.region, nowMs: Date.now() }, payloadHash);
  return {
    method: 'PUT',
    url: new URL(url.pathname, origin),
    body,
    headers: { ...headers, 'content-length': String(body.length) },
  };
}

type Answer = { status: number; headers: Record<string, string>; body: Buffer };

function forward(to: S3Address, { method, url, headers, body }: Passing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const path = `${url.pathname}${url.search}`;
    const sent = request({ host: to.host, port: to.port, method, path, headers, agent: false }, (answer) => {
      answer
        .toArray()
        .then((parts: Buffer[]) =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers as Record<string, string>,
            body: Buffer.concat(parts),
          }),
        )
        .catch(reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
