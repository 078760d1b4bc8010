import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from '@tidesync/shared/brand';
import { TRPC_PREFIX } from '@tidesync/shared/screens-bundle';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { Clock, Random } from '../ports/environment.ts';
import { BrowserSessions } from './browser-sessions.ts';
import type { EngineFace } from './engine-face.ts';
import type { Gate, Knock } from './gate.ts';
import { admit, browserHost, ENTER_PATH, proofOf } from './gate.ts';
import { localRouter } from './router.ts';
import type { ScreensDir } from './serve-screens.ts';
import { answerEntered, answerText, serveScreens } from './serve-screens.ts';

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

export interface LocalApiParts {
  readonly random: Random;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** What a browser is shown. */
  readonly screensDir: ScreensDir;
}

/**
 * Serves the engine's local API on a free port of 127.0.0.1, under a token that lives as long as this start; and the
 * screens to a browser that has been let in by a link.
 */
export async function serveLocalApi(face: EngineFace, parts: LocalApiParts): Promise<LocalApi> {
  const token = Buffer.from(parts.random.bytes(32)).toString('hex');
  let gate: Gate = { port: 0, token };
  const closing = new AbortController();
  const api = createHTTPHandler({
    router: localRouter,
    basePath: TRPC_PREFIX,
    createContext: () => ({ face, closing: closing.signal, prove: (nonce) => proofOf(gate, nonce) }),
    maxBodySize: BODY_BYTES_MAX,
    allowBatching: false,
  });
  const sessions = new BrowserSessions(parts.clock, parts.random);
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS_MAX },
    (req, res) => {
      answer({ req, res }, { gate, sessions, api, parts }).catch(() => res.destroy());
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

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}
interface Serving {
  readonly gate: Gate;
  readonly sessions: BrowserSessions;
  readonly api: (req: IncomingMessage, res: ServerResponse) => void;
  readonly parts: LocalApiParts;
}

async function answer({ req, res }: Exchange, { gate, sessions, api, parts }: Serving): Promise<void> {
  const [path = '', query = ''] = (req.url ?? '').split('?', 2);
  const admission = admit(knockOf(req, path), gate, (cookie) => sessions.holds(cookie));
  switch (admission.to) {
    case 'api':
      api(req, res);
      break;
    case 'screens':
      await serveScreens(res, path, parts);
      break;
    case 'enter': {
      const cookie = sessions.enter(new URLSearchParams(query).get('code') ?? '');
      // A page that is loaded again has its cookie already.
      if (cookie !== null || sessions.holds(req.headers.cookie)) answerEntered(res, cookie);
      else answerText(res, 403, 'This link was used already, or is too old. `tidesync ui` makes a new one.');
      break;
    }
    case 'link': {
      const url = `http://${browserHost(gate)}${ENTER_PATH}?code=${sessions.newCode()}`;
      res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      res.end(JSON.stringify({ url }));
      break;
    }
    case 'nothing':
      res.setHeader('connection', 'close');
      answerText(res, admission.status, WHY[admission.status]);
  }
}

const WHY: Readonly<Record<401 | 403 | 404 | 405, string>> = {
  401: 'Who asks is not known here. In a browser, `tidesync ui` makes a link.',
  403: 'Only programs of this computer and their user may ask.',
  404: 'Not here.',
  405: 'Not in this way.',
};

function knockOf({ method = '', headers }: IncomingMessage, path: string): Knock {
  const { host, origin, authorization, cookie } = headers;
  const site = headers['sec-fetch-site'];
  const fetchSite = typeof site === 'string' ? site : undefined;
  return { method, path, host, origin, authorization, cookie, fetchSite };
}
