import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { readConsoleFiles } from './adapters/console-files/read-console-files.ts';
import { lockDataDir, prepareDataDir } from './adapters/data-folder/data-folder.ts';
import { argon2Passwords } from './adapters/passwords/argon2-passwords.ts';
import { errorForLog } from './api/error-for-log.ts';
import type { ServerState } from './api/health-routes.ts';
import { createHttpServer } from './api/http-server.ts';
import type { ComposedDoorbells } from './compose-doorbells.ts';
import { composeDoorbells } from './compose-doorbells.ts';
import { startJobs } from './compose-jobs.ts';
import type { ComposedObjects } from './compose-object-store.ts';
import { composeObjectStore } from './compose-object-store.ts';
import { policyOf } from './compose-policy.ts';
import { countByTheHour } from './compose-samples.ts';
import { composeStore } from './compose-store.ts';
import { LoginThrottle } from './domain/login-throttle.ts';
import { everySoOften } from './every-so-often.ts';
import { healthChecks } from './health-checks.ts';
import { hostInUrl, isLoopback } from './listen-address.ts';
import type { Clock } from './ports/clock.ts';
import type { Metrics } from './ports/metrics.ts';
import { NO_METRICS } from './ports/metrics.ts';
import type { Passwords } from './ports/passwords.ts';
import type { ServerPorts } from './ports/server-ports.ts';
import { DEFAULT_HOST, DEFAULT_PORT, DEFAULT_TRUSTED_PROXIES } from './settings/parse-settings.ts';
import type { ServerSettings } from './settings/server-settings.ts';
import { EMBEDDED_SETTINGS, needsDataDir } from './settings/server-settings.ts';
import { ringMovedHeads } from './use-cases/changes/ring-moved-heads.ts';
import { requireWholeImport } from './use-cases/moving/require-whole.ts';

const LOOK_FOR_HEADS_EVERY_MS = 3_000;
const WATCH_RECHECK_MS = 10_000;
const HEAD_TIMEOUT_MS = 20_000;
const BODY_TIMEOUT_MS = 60_000;
const CLOSE_GRACE_MS = 4_000;
/** Whoever asked for a drain would rather wait than have a request cut. */
const DRAINED_GRACE_MS = 15_000;
const THROTTLE_KEYS_MAX = 20_000;
const CONSOLE_DIR = fileURLToPath(new URL('../../console/dist/', import.meta.url));

export interface ServerOptions {
  /** Made if missing; one server at a time. Left alone if the settings keep nothing in it. */
  readonly dataDir: string;
  /** Default: SQLite and objects in the data folder. */
  readonly settings?: ServerSettings | undefined;
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 8750; 0 takes any free one. */
  readonly port?: number | undefined;
  /** Accepts plain HTTP on an address that others can reach. */
  readonly insecureHttp?: boolean | undefined;
  /** Default: those on this machine. See `HttpFace`. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Default: says nothing. */
  readonly log?: FastifyBaseLogger | undefined;
  readonly clock?: Clock | undefined;
  /** Default: argon2id at today's cost. */
  readonly passwords?: Passwords | undefined;
  /** How often an open watch makes sure that its device is still signed in. */
  readonly watchRecheckMs?: number | undefined;
  /** How long the head of a request may take to arrive. */
  readonly headTimeoutMs?: number | undefined;
  /** How long a call's body may take to arrive. */
  readonly bodyTimeoutMs?: number | undefined;
  /** The built web console. Default: where the repository builds it. */
  readonly consoleDir?: string | undefined;
}

export interface RunningServer {
  /** With the address a client on this machine can use. */
  readonly url: string;
  readonly port: number;
  /** Null: no metrics. */
  readonly metricsUrl: string | null;
  /** False before the first account was made. */
  hasAccounts(): Promise<boolean>;
  /**
   * Says that it is not ready and goes on serving for as long as the settings say, so that whoever spreads calls over
   * servers takes it out; then stops.
   */
  drain(): Promise<void>;
  /** Ends streams, lets running requests finish for a few seconds, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts the whole server in this process.
 * Errors: Failure `insecureHttp`, `dataInUse`, `dataUnusable`, `dataTooNew`, `portTaken`, `addressUnusable`,
 *         `importHalfDone`, `metricsPortUnusable`, `databaseUnavailable`, `storeUnavailable` (also by the start check
 *         of the object store), `serverDiskFull`; nothing is left running.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, settings = EMBEDDED_SETTINGS } = options;
  if (!isLoopback(host) && options.insecureHttp !== true) fail({ reason: 'insecureHttp', host });
  const undo: (() => unknown)[] = [];
  const serverId = randomUUID();
  let state: ServerState = 'starting';
  let stopped: Promise<void> | null = null;
  const stop = () => {
    state = 'draining';
    stopped ??= undoAll(undo);
    return stopped;
  };
  try {
    const parts = await openParts(options, serverId, undo);
    const { ports } = parts;
    const server = createHttpServer({
      ports,
      version: manifest.version,
      health: {
        state: () => state,
        check: healthChecks({ ...ports, eventsConnected: parts.events.connected }),
      },
      console: {
        files: await readConsoleFiles(options.consoleDir ?? CONSOLE_DIR),
        storeOrigin: parts.objects.publicOrigin,
      },
      log: options.log ?? pino({ level: 'silent' }),
      trustedProxies: options.trustedProxies ?? DEFAULT_TRUSTED_PROXIES,
      watchRecheckMs: options.watchRecheckMs ?? WATCH_RECHECK_MS,
      headTimeoutMs: options.headTimeoutMs ?? HEAD_TIMEOUT_MS,
      bodyTimeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
    });
    parts.objects.mount(server);
    undo.push(() => closeWithin(server, settings.drainMs > 0 ? DRAINED_GRACE_MS : CLOSE_GRACE_MS));
    const taken = await listen(server, host, port);
    const url = `http://${hostInUrl(host)}:${taken}`;
    await parts.objects.prove(url);
    const jobs = startJobs(ports, { serverId, log: server.log });
    undo.push(() => jobs.stop());
    if (settings.database.kind === 'tidb') {
      const looking = lookForMovedHeads(parts, server.log);
      undo.push(() => looking.stop());
    }
    state = 'serving';
    const drain = async () => {
      if (state === 'serving') {
        state = 'draining';
        // Other servers may take them over at once.
        const jobsStopped = jobs.stop();
        await pause(settings.drainMs);
        await jobsStopped;
      }
      await stop();
    };
    const hasAccounts = async () => (await ports.store.read.accounts.count()) > 0;
    return { url, port: taken, metricsUrl: parts.metricsUrl, drain, stop, hasAccounts };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly ports: ServerPorts;
  readonly objects: ComposedObjects;
  readonly events: ComposedDoorbells;
  readonly metricsUrl: string | null;
}

/** All that stands behind the ports, each with the step that closes it. */
async function openParts(options: ServerOptions, serverId: string, undo: (() => unknown)[]): Promise<Parts> {
  const { dataDir, settings = EMBEDDED_SETTINGS, clock = { nowMs: () => Date.now() } } = options;
  const log = options.log ?? pino({ level: 'silent' });
  if (needsDataDir(settings)) {
    await prepareDataDir(dataDir);
    const lock = lockDataDir(dataDir);
    undo.push(() => lock.release());
  }
  const exported = await openMetrics(settings, options.host ?? DEFAULT_HOST, undo);
  const store = await composeStore(settings, dataDir);
  undo.push(() => store.close());
  await requireWholeImport(store);
  const counted = countByTheHour(exported.metrics, { store, clock, serverId, log });
  undo.push(() => counted.stop());
  const objects = await composeObjectStore(settings, { dataDir, clock, log });
  undo.push(() => objects.close());
  const events = await composeDoorbells(settings, { serverId, log });
  undo.push(() => events.close());
  const ports: ServerPorts = {
    store,
    objectStore: objects.store,
    clock,
    random: { bytes: (count) => randomBytes(count) },
    doorbells: events.doorbells,
    passwords: options.passwords ?? argon2Passwords({ randomBytes }),
    throttle: new LoginThrottle(THROTTLE_KEYS_MAX),
    metrics: counted.metrics,
    policy: policyOf(settings),
  };
  return { ports, objects, events, metricsUrl: exported.metricsUrl };
}

async function openMetrics(
  { metricsPort }: ServerSettings,
  host: string,
  undo: (() => unknown)[],
): Promise<{ readonly metrics: Metrics; readonly metricsUrl: string | null }> {
  if (metricsPort === null) return { metrics: NO_METRICS, metricsUrl: null };
  const [{ serveMetrics }, { prometheusMetrics }] = await Promise.all([
    import('./adapters/metrics/metrics-server.ts'),
    import('./adapters/metrics/prometheus-metrics.ts'),
  ]);
  const prometheus = prometheusMetrics();
  const served = await serveMetrics(prometheus, { host, port: metricsPort });
  undo.push(() => served.close());
  return { metrics: prometheus.metrics, metricsUrl: `http://${hostInUrl(host)}:${served.port}/metrics` };
}

/** Servers that share a database and cannot ring for each other look every few seconds what the others did. */
function lookForMovedHeads(
  { ports, events }: Parts,
  log: FastifyBaseLogger,
): { readonly stop: () => Promise<void> } {
  const look = async () => {
    if (!events.hearsOthers()) await ringMovedHeads({ store: ports.store, listeners: events.listeners });
  };
  return everySoOften(LOOK_FOR_HEADS_EVERY_MS, look, (error) =>
    log.warn({ err: errorForLog(error) }, 'looking for news of other servers failed'),
  );
}

/** Last things first. */
async function undoAll(steps: readonly (() => unknown)[]): Promise<void> {
  for (const step of steps.toReversed()) await step();
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
