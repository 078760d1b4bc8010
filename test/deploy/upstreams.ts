// What stands behind the proxy in these tests: servers that do as they are told, and a witness before the store.

import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

export interface Upstream {
  readonly address: string;
  /** Requests that arrived, as `METHOD path`, without the looks at `/ready`. */
  readonly seen: string[];
  stop(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of Tidesync, as far as a proxy can tell. */
export interface FakeServer extends Upstream {
  ready: boolean;
  answer: Answer;
}

export async function startFakeServer(): Promise<FakeServer> {
  const seen: string[] = [];
  const http = createServer((asked, response) => {
    if (asked.url === '/ready') {
      response.writeHead(fake.ready ? 200 : 503).end();
      return;
    }
    seen.push(`${asked.method} ${asked.url}`);
    fake.answer(asked, response);
  });
  const fake: FakeServer = {
    ...(await listening(http)),
    seen,
    ready: true,
    answer: (_asked, response) => response.end('ok'),
  };
  return fake;
}

export interface Witness extends Upstream {
  /** Bytes of bodies that have come so far. */
  readonly bytes: { count: number };
}

/** Hands everything on to the object store as it is, and keeps what came. */
export async function startWitness(store: { host: string; port: number }): Promise<Witness> {
  const seen: string[] = [];
  const bytes = { count: 0 };
  const http = createServer((asked, response) => {
    seen.push(`${asked.method} ${asked.url}`);
    const { host, port } = store;
    const { method = '', url: path = '', rawHeaders: headers } = asked;
    const onward = request({ host, port, method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    asked.on('data', (slice: Buffer) => {
      bytes.count += slice.length;
    });
    asked.pipe(onward);
  });
  return { ...(await listening(http)), seen, bytes };
}

async function listening(http: Server): Promise<Pick<Upstream, 'address' | 'stop'>> {
  http.listen(0, HOST);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const stop = async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  return { address: `${HOST}:${port}`, stop };
}
