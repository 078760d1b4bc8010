import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, createServer } from 'node:net';
import type { Endpoint } from '../../settings/server-settings.ts';

const REACH_MS = 5_000;

/** Null if an HTTP server answers there, whatever it answers; else why not. */
export function whyNoHttp({ host, port, secure }: Endpoint, ca?: Buffer): Promise<string | null> {
  return new Promise((resolve) => {
    const options = {
      host: bare(host),
      port,
      method: 'HEAD',
      path: '/',
      timeout: REACH_MS,
      ...(ca ? { ca } : {}),
    };
    const request = (secure ? requestHttps : requestHttp)(options, (response) => {
      response.destroy();
      resolve(null);
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${REACH_MS / 1_000} s`)));
    request.once('error', (error) => resolve(wordsOf(error)));
    request.end();
  });
}

/** Null if something takes connections there; else why not. */
export function whyNoConnection(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: bare(host), port, timeout: REACH_MS });
    socket.once('connect', () => {
      socket.destroy();
      resolve(null);
    });
    socket.once('timeout', () => socket.destroy(new Error(`no answer within ${REACH_MS / 1_000} s`)));
    socket.once('error', (error) => resolve(wordsOf(error)));
  });
}

/** Null if a server could listen there; else why not. */
export function whyNoPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(wordsOf(error)));
    server.listen(port, bare(host), () => server.close(() => resolve(null)));
  });
}

/** What `/health` of a Tidesync server says there; null for anything else. */
export async function tidesyncAt(url: string): Promise<{ readonly version: string } | null> {
  const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(REACH_MS) }).catch(() => null);
  const body = (await answer?.json().catch(() => null)) as { product?: unknown; version?: unknown } | null;
  return body?.product === 'tidesync' ? { version: String(body.version) } : null;
}

const bare = (host: string) => host.replace(/^\[|\]$/g, '');
const wordsOf = (error: Error) => ('code' in error ? String(error.code) : error.message);
