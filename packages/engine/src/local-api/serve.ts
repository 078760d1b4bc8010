import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from '@tidesync/shared/brand';
import { TRPC_PREFIX } from '@tidesync/shared/screens-bundle';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { Random } from '../ports/environment.ts';
import type { EngineFace } from './engine-face.ts';
import type { Gate } from './gate.ts';
import { proofOf, refusal } from './gate.ts';
import { localRouter } from './router.ts';

const BODY_BYTES_MAX = 256 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
const REQUEST_MS_MAX = 10_000;
/** Running calls may answer for so long after the end was asked for; `shutdown` itself is one of them. */
const CLOSE_GRACE_MS = 250;

export interface LocalApi {
  readonly port: number;
  /** Goes into the runtime file, which only this user may read. */
  readonly token: string;
  /** Ends open subscriptions, too. */
  close(): Promise<void>;
}

/** Serves the engine's local API on a free port of 127.0.0.1, under a token that lives as long as this start. */
export async function serveLocalApi(face: EngineFace, random: Random): Promise<LocalApi> {
  const token = Buffer.from(random.bytes(32)).toString('hex');
  let gate: Gate = { port: 0, token };
  const closing = new AbortController();
  const answer = createHTTPHandler({
    router: localRouter,
    basePath: TRPC_PREFIX,
    createContext: () => ({ face, closing: closing.signal, prove: (nonce) => proofOf(gate, nonce) }),
    maxBodySize: BODY_BYTES_MAX,
    allowBatching: false,
  });
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS_MAX },
    (req, res) => {
      const path = (req.url ?? '').split('?', 1)[0] ?? '';
      const { host, origin, authorization } = req.headers;
      const refused = refusal({ path, host, origin, authorization }, gate);
      if (refused === null) {
        answer(req, res);
        return;
      }
      res.writeHead(refused, { 'content-type': 'text/plain', connection: 'close' });
      res.end(refused === 401 ? 'token missing or wrong\n' : 'only programs of this machine may ask\n');
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  assert(address !== null && typeof address === 'object', 'a TCP server has a port');
  gate = { port: (address satisfies AddressInfo).port, token };
  return {
    port: gate.port,
    token,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
