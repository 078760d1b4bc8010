// The proxy of deploy/caddy as it is deployed, on loopback, with certificates as deploy/make-secrets.sh makes them.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import path from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { findProgram } from '../servers/find-program.ts';
import type { Lifecycle } from '../servers/running-server.ts';
import { freePort, RunningServer } from '../servers/running-server.ts';

export const repoDir = path.resolve(import.meta.dirname, '../..');
export const PUBLIC_HOST = 'tidesync.test';
export const OBJECTS_HOST = 'objects.test';

const HOST = '127.0.0.1';

export interface Behind {
  /** `host:port` of each server. */
  readonly servers: readonly string[];
  readonly objectStore: string;
}

export interface Asked {
  readonly to: typeof PUBLIC_HOST | typeof OBJECTS_HOST;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface RunningProxy extends Lifecycle {
  /** As signed URLs name it. */
  readonly objectsOrigin: string;
  readonly port: number;
  /** PEM. */
  readonly authorityFile: string;
  /** Begins a request, whose body is the caller's to send. Names lead to the proxy; the certificate is checked. */
  begin(asked: Asked): ClientRequest;
  ask(asked: Asked, body?: Uint8Array): Promise<Answered>;
}

export async function startProxy({ servers, objectStore }: Behind): Promise<RunningProxy> {
  const httpPort = await freePort();
  const server = await RunningServer.begin({
    title: 'Caddy',
    found: await findProgram('caddy'),
    async arguments({ port, topDir }) {
      const certsDir = await makeCertificates(topDir);
      return {
        args: ['run', '--config', path.join(repoDir, 'deploy/caddy/Caddyfile')],
        env: {
          ...{ PUBLIC_HOST, OBJECTS_HOST, BIND: HOST, TLS_MODE: 'files', CERTS: certsDir },
          ...{ HTTP_PORT: `${httpPort}`, HTTPS_PORT: `${port}` },
          ...{ SERVERS: servers.join(' '), OBJECT_STORE: objectStore },
        },
      };
    },
    answers: async ({ port, topDir }) => {
      const socket = connect({ host: HOST, port, servername: PUBLIC_HOST, ca: await authority(topDir) });
      await once(socket, 'secureConnect').finally(() => socket.destroy());
    },
  });
  const { port } = server;
  const ca = await authority(server.place.topDir);
  const begin = ({ to, method, path: target, headers }: Asked) =>
    request({
      ...{ host: HOST, port, servername: to, ca, agent: false, method, path: target },
      headers: { host: `${to}:${port}`, ...headers },
    });
  return Object.assign(server, {
    authorityFile: path.join(secretsOf(server.place.topDir), 'tls-ca.pem'),
    objectsOrigin: `https://${OBJECTS_HOST}:${port}`,
    begin,
    ask: (asked: Asked, body?: Uint8Array) => {
      const sent = begin(asked);
      sent.end(body);
      return answerTo(sent);
    },
  });
}

/** An answer may come before the body was taken whole; what then breaks in sending is no error. */
export function answerTo(sent: ClientRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const slices: Buffer[] = [];
      answer.on('data', (slice: Buffer) => slices.push(slice));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(slices) }),
      );
    });
  });
}

const secretsOf = (topDir: string) => path.join(topDir, 'secrets');
const authority = (topDir: string) => readFile(path.join(secretsOf(topDir), 'tls-ca.pem'));

/** Under the names that the compose file gives them. */
async function makeCertificates(topDir: string): Promise<string> {
  const secrets = secretsOf(topDir);
  const script = path.join(repoDir, 'deploy/make-secrets.sh');
  await promisify(execFile)(script, ['--self-signed', PUBLIC_HOST, OBJECTS_HOST], {
    env: { ...process.env, SECRETS_DIR: secrets },
  });
  for (const name of ['cert', 'key'])
    await symlink(`tls-${name}.pem`, path.join(secrets, `${name}.pem`)).catch(() => {});
  return secrets;
}
