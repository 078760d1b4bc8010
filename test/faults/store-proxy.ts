// Stands in front of a real S3 server and lets it look as ill as a test wants.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Address } from '../servers/real-servers.ts';

export type Illness =
  | 'none'
  /** Connections are closed as soon as something is asked. */
  | 'down'
  /** 503 and the code SlowDown. */
  | 'busy'
  /** 507, as a store without room. */
  | 'full'
  /** The connection is cut in the middle of the answer, or of what is sent. */
  | 'cut'
  | 'slowFirstByte'
  | 'slowBody';

export interface StoreProxy {
  readonly port: number;
  /** Requests that came so far. */
  readonly requests: number;
  fall(illness: Illness): void;
  close(): void;
}

const FIRST_BYTE_MS = 700;
const PIECE_BYTES = 4_096;
const PIECE_MS = 15;

export async function storeProxy(to: Pick<S3Address, 'host' | 'port'>): Promise<StoreProxy> {
  let illness: Illness = 'none';
  let requests = 0;
  const server = createServer((incoming, response) => {
    requests++;
    if (illness === 'down') incoming.socket.destroy();
    else if (illness === 'busy') refuse(incoming, response, { status: 503, code: 'SlowDown' });
    else if (illness === 'full') refuse(incoming, response, { status: 507, code: 'XMinioStorageFull' });
    else forward(to, { incoming, response, illness });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get requests() {
      return requests;
    },
    fall(next) {
      illness = next;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function refuse(
  incoming: IncomingMessage,
  response: ServerResponse,
  { status, code }: { readonly status: number; readonly code: string },
): void {
  incoming.resume();
  const body = incoming.method === 'HEAD' ? '' : `<Error><Code>${code}</Code></Error>`;
  incoming.on('end', () => response.writeHead(status, { 'x-minio-error-code': code }).end(body));
}

interface Passing {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly illness: Illness;
}

function forward(to: Pick<S3Address, 'host' | 'port'>, { incoming, response, illness }: Passing): void {
  const { method, url, headers } = incoming;
  const passed = { host: to.host, port: to.port, method, path: url, headers, agent: false } as const;
  const sent = request(passed, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    void relay(answer, response, illness).catch(() => response.destroy());
  });
  sent.on('error', () => response.destroy());
  incoming.on('error', () => sent.destroy());
  if (illness === 'cut' && method === 'PUT') {
    incoming.once('data', () => incoming.socket.destroy());
    incoming.on('close', () => sent.destroy());
  } else incoming.pipe(sent);
}

async function relay(answer: IncomingMessage, response: ServerResponse, illness: Illness): Promise<void> {
  if (illness === 'slowFirstByte') await wait(FIRST_BYTE_MS);
  if (illness === 'cut') {
    response.flushHeaders();
    response.destroy();
    answer.resume();
    return;
  }
  for await (const part of answer as AsyncIterable<Buffer>) {
    if (illness !== 'slowBody') response.write(part);
    else {
      for (let at = 0; at < part.length; at += PIECE_BYTES) {
        response.write(part.subarray(at, at + PIECE_BYTES));
        await wait(PIECE_MS);
      }
    }
  }
  response.end();
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
