import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { homeFolder } from '@tidesync/engine/adapters/home-folder';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface ServedScreens {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the built screens, and the local API of the engine of a home beside them, as the app's shell does. */
export async function serveScreens(bundleDir: string, homePath: string): Promise<ServedScreens> {
  const server = createServer((req, res) => {
    const answer = req.url?.startsWith('/trpc/') ? passOn(req, res, homePath) : sendFile(req, res, bundleDir);
    answer.catch(() => res.writeHead(502).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Looks up the engine for each call: another one may have started since. */
async function passOn(req: IncomingMessage, res: ServerResponse, homePath: string): Promise<void> {
  const engine = await homeFolder(homePath).announced();
  if (engine === null) throw new Error('no engine runs');
  const headers: Record<string, string> = {
    host: `127.0.0.1:${engine.port}`,
    authorization: `Bearer ${engine.token}`,
  };
  for (const name of ['content-type', 'content-length', 'accept', 'last-event-id']) {
    const value = req.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const to = {
    host: '127.0.0.1',
    port: engine.port,
    path: req.url,
    method: req.method,
  };
  const asked = request({ ...to, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    // An engine that dies ends the page's stream as well.
    pipeline(answer, res, () => {});
  });
  asked.on('error', () => (res.headersSent ? res.destroy() : res.writeHead(502).end()));
  res.on('close', () => asked.destroy());
  req.pipe(asked);
}

async function sendFile(req: IncomingMessage, res: ServerResponse, bundleDir: string): Promise<void> {
  const asked = new URL(req.url ?? '/', 'http://x').pathname;
  const file = path.join(bundleDir, asked === '/' ? 'index.html' : asked);
  const nonce = randomBytes(16).toString('base64');
  const content = await readFile(file).catch(() => null);
  if (content === null || !file.startsWith(bundleDir)) {
    res.writeHead(404).end();
    return;
  }
  const policy =
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
  res.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
  res.end(type.startsWith('text/html') ? String(content).replaceAll('tidesync-csp-nonce', nonce) : content);
}
