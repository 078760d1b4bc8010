import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { lockDataDir, prepareDataDir } from './adapters/data-folder/data-folder.ts';
import { openSqliteStore } from './adapters/database/store-sqlite.ts';
import { localDoorbells } from './adapters/events/local-doorbells.ts';
import { mountLocalRoutes } from './adapters/object-store/local-routes.ts';
import type { LocalStore } from './adapters/object-store/local-store.ts';
import { openLocalStore } from './adapters/object-store/local-store.ts';
import { probeObjectStore } from './adapters/object-store/probe.ts';
import { argon2Passwords } from './adapters/passwords/argon2-passwords.ts';
import { errorForLog } from './api/error-for-log.ts';
import { createHttpServer } from './api/http-server.ts';
import { LoginThrottle } from './domain/login-throttle.ts';
import { everySoOften } from './every-so-often.ts';
import type { Clock } from './ports/clock.ts';
import type { Passwords } from './ports/passwords.ts';
import type { ServerPorts } from './ports/server-ports.ts';
import type { Store } from './ports/store.ts';
import { expireUploads } from './use-cases/uploads/expire-uploads.ts';

export const DEFAULT_PORT = 8750;
export const DATABASE_FILE = 'server.sqlite';

const SWEEP_EVERY_MS = 60_000;
const WATCH_RECHECK_MS = 10_000;
const BODY_TIMEOUT_MS = 60_000;
const CLOSE_GRACE_MS = 4_000;
const THROTTLE_KEYS_MAX = 20_000;

export interface ServerOptions {
  /** Made if missing; one server at a time. */
  readonly dataDir: string;
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 8750; 0 takes any free one. */
  readonly port?: number | undefined;
  /** Accepts plain HTTP on an address that others can reach. */
  readonly insecureHttp?: boolean | undefined;
  /** Default: says nothing. */
  readonly log?: FastifyBaseLogger | undefined;
  readonly clock?: Clock | undefined;
  /** Default: argon2id at today's cost. */
  readonly passwords?: Passwords | undefined;
  /** How often an open watch makes sure that its device is still signed in. */
  readonly watchRecheckMs?: number | undefined;
  /** How long a call's body may take to arrive. */
  readonly bodyTimeoutMs?: number | undefined;
}

export interface RunningServer {
  /** With the address a client on this machine can use. */
  readonly url: string;
  readonly port: number;
  /** False before the first account was made. */
  hasAccounts(): Promise<boolean>;
  /** Ends streams, lets running requests finish for a few seconds, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts the whole server in this process.
 * Errors: Failure `insecureHttp`, `dataInUse`, `dataUnusable`, `dataTooNew`, `portTaken`, `addressUnusable`,
 *         `storeUnavailable` (start check of the object store), `serverDiskFull`; nothing is left running.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, host = '127.0.0.1', port = DEFAULT_PORT } = options;
  if (!isLoopback(host) && options.insecureHttp !== true) fail({ reason: 'insecureHttp', host });
  const undo: (() => unknown)[] = [];
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= undoAll(undo);
    return stopped;
  };
  try {
    await prepareDataDir(dataDir);
    const lock = lockDataDir(dataDir);
    undo.push(() => lock.release());
    const store = openSqliteStore({ file: join(dataDir, DATABASE_FILE) });
    undo.push(() => store.close());
    const local = await openLocalStore(dataDir);
    const ports = composePorts(store, local, options);
    const server = createHttpServer({
      ports,
      version: manifest.version,
      log: options.log ?? pino({ level: 'silent' }),
      watchRecheckMs: options.watchRecheckMs ?? WATCH_RECHECK_MS,
      bodyTimeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
    });
    mountLocalRoutes(server, { ...local, nowMs: () => ports.clock.nowMs() });
    undo.push(() => closeWithin(server, CLOSE_GRACE_MS));
    const taken = await listen(server, host, port);
    const url = `http://${hostInUrl(host)}:${taken}`;
    await checkObjectStore(ports, url, server.log);
    const sweep = everySoOften(
      SWEEP_EVERY_MS,
      () => expireUploads(ports),
      (error) => server.log.error({ err: errorForLog(error) }, 'sweeping expired uploads failed'),
    );
    undo.push(() => sweep.stop());
    return { url, port: taken, stop, hasAccounts: async () => (await store.read.accounts.count()) > 0 };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Last things first. */
async function undoAll(steps: readonly (() => unknown)[]): Promise<void> {
  for (const step of steps.toReversed()) await step();
}

function composePorts(store: Store, local: LocalStore, options: ServerOptions): ServerPorts {
  return {
    store,
    objectStore: local.store,
    clock: options.clock ?? { nowMs: () => Date.now() },
    random: { bytes: (count) => randomBytes(count) },
    doorbells: localDoorbells(),
    passwords: options.passwords ?? argon2Passwords({ randomBytes }),
    throttle: new LoginThrottle(THROTTLE_KEYS_MAX),
  };
}

/** On a full disk nothing can be proved, but people can still read and delete, so that is no reason not to start. */
async function checkObjectStore(
  ports: ServerPorts,
  serverUrl: string,
  log: FastifyBaseLogger,
): Promise<void> {
  const { objectStore: store, clock } = ports;
  try {
    await probeObjectStore({ store, serverUrl, nowMs: clock.nowMs(), uuid: randomUUID });
  } catch (error) {
    if (!isFailure(error, 'serverDiskFull')) throw error;
    log.warn('the disk is full: started without the check of the object store');
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A wildcard address is reached through loopback from here. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    if (isFailure(error)) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EADDRINUSE') fail({ reason: 'portTaken', host, port }, error);
    if (!/^E[A-Z]+$/.test(code)) throw error;
    fail({ reason: 'addressUnusable', host, port, detail: code }, error);
  }
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Waits for running requests, but not longer than this. */
async function closeWithin(server: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), graceMs);
  await server.close();
  clearTimeout(timer);
}
