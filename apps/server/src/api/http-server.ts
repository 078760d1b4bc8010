import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { DeviceId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Problem } from '@tidesync/shared/problems';
import { isFailure } from '@tidesync/shared/problems';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import type { FastifyHandlerOptions } from '@trpc/server/adapters/fastify';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Fastify, { LogController } from 'fastify';
import type { Metrics } from '../ports/metrics.ts';
import type { ServerPorts } from '../ports/server-ports.ts';
import type { AppRouter } from './app-router.ts';
import { appRouter } from './app-router.ts';
import { browserSession, foreignOrigin } from './browser-session.ts';
import { endLongBodies, takeCallBodies } from './call-bodies.ts';
import type { ConsoleFace } from './console-routes.ts';
import { mountConsole } from './console-routes.ts';
import { errorForLog } from './error-for-log.ts';
import type { HealthFace } from './health-routes.ts';
import { mountHealthRoutes } from './health-routes.ts';
import { errorShapeOf, problemOf, retryAfterHeader, wantsLog } from './problem-codes.ts';
import { addressOf, protocolOf, tokenOf } from './request-facts.ts';
import type { RequestContext, Watches } from './trpc.ts';
import { PING_MS } from './trpc.ts';

/** Where the router is mounted below the server's address. */
export const TRPC_PATH = '/trpc';

/** A pack over a slow line takes its time, but no longer than its URL holds. */
const REQUEST_TIMEOUT_MS = limits.signedPutLifeMs;
/** No byte either way for this long ends a connection; streams ping more often. */
const IDLE_TIMEOUT_MS = 4 * PING_MS;
const CONNECTIONS_MAX = 5_000;
const LOOK_AT_CONNECTIONS_EVERY_MS = 5_000;
const WATCHES_PER_DEVICE_MAX = 8;
const PROCEDURE_CHARS_MAX = 1_000;
const ORIGIN_CHARS_MAX = 200;

export interface HttpFace {
  readonly ports: ServerPorts;
  /** Of this build, for `/health`. */
  readonly version: string;
  readonly health: HealthFace;
  readonly console: Omit<ConsoleFace, 'random'>;
  readonly log: FastifyBaseLogger;
  /** Addresses and networks of proxies that are believed when they say who asks. */
  readonly trustedProxies: readonly string[];
  /** How often a watch makes sure that its device is still signed in; at most the ping interval. */
  readonly watchRecheckMs: number;
  /** How long the head of a request may take to arrive. */
  readonly headTimeoutMs: number;
  /** How long a call's body may take to arrive; packs have their own, longer time. */
  readonly bodyTimeoutMs: number;
}

/** The server's face: health and the router. Takes rubbish calmly: every refusal is a problem of the catalogue. */
export function createHttpServer(face: HttpFace): FastifyInstance {
  const server: FastifyInstance = Fastify({
    loggerInstance: face.log,
    logController: new LogController({ disableRequestLogging: true }),
    connectionTimeout: IDLE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
    http: {
      headersTimeout: face.headTimeoutMs,
      connectionsCheckingInterval: Math.min(LOOK_AT_CONNECTIONS_EVERY_MS, face.headTimeoutMs),
    },
    routerOptions: { maxParamLength: PROCEDURE_CHARS_MAX },
    forceCloseConnections: 'idle',
    // From anywhere else such headers are not believed: tries of a password are counted per address.
    trustProxy: [...face.trustedProxies],
    // What still comes in on a connection while the server closes is answered, not refused.
    return503OnClosing: false,
  });
  server.server.maxConnections = CONNECTIONS_MAX;
  // Calls and packs take bodies, each in their own way; nothing else does.
  server.removeAllContentTypeParsers();
  guardBodies(server, face.bodyTimeoutMs);
  refuseForeignPages(server);
  endConnectionsWhileDraining(server, face.health);
  endLongBodies(server);
  cutEndlessOnClose(server);
  logRequests(server, face.log);
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOfHttp(error);
    if (wantsLog(problem))
      face.log.error({ err: errorForLog(error), path: pathOf(request) }, 'a request failed');
    const shape = errorShapeOf(problem);
    const status = error.statusCode ?? shape.data.httpStatus;
    return reply
      .code(problem.reason === 'invalidInput' ? status : shape.data.httpStatus)
      .headers(retryAfterHeader([problem]))
      .send({ error: shape });
  });
  server.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send({ error: errorShapeOf({ reason: 'invalidInput', detail: 'there is nothing at this address' }) }),
  );
  server.get('/health', () => ({
    ok: true,
    product: 'tidesync',
    protocol: PROTOCOL_VERSION,
    version: face.version,
  }));
  mountHealthRoutes(server, face.health);
  mountRouter(server, face);
  mountConsole(server, { ...face.console, random: face.ports.random });
  return server;
}

function mountRouter(server: FastifyInstance, face: HttpFace): void {
  const watches = countWatches(face.watchRecheckMs, face.ports.metrics);
  const options: FastifyHandlerOptions<AppRouter, FastifyRequest, FastifyReply> = {
    router: appRouter,
    maxBatchSize: limits.requestsPerBatchMax,
    allowMethodOverride: true,
    createContext: ({ req, res }): RequestContext => ({
      ports: face.ports,
      token: tokenOf(req),
      session: browserSession(req, res),
      address: addressOf(req.ip),
      protocol: protocolOf(req),
      watches,
    }),
    responseMeta: ({ errors }) => ({ headers: retryAfterHeader(errors.map(problemOf)) }),
    onError: ({ error, path }) => {
      if (wantsLog(problemOf(error))) face.log.error({ err: errorForLog(error), path }, 'a procedure failed');
    },
  };
  const mount = (scope: FastifyInstance, _options: unknown, done: () => void) => {
    takeCallBodies(scope, face.ports);
    // Not by tRPC's plugin: that one takes forms, too, and those of any size.
    scope.all<{ Params: { path: string } }>('/:path', (req, res) =>
      fastifyRequestHandler({ ...options, req, res, path: req.params.path }),
    );
    done();
  };
  void server.register(mount, { prefix: TRPC_PATH });
}

/** Errors that come before any procedure: too large, no such media type, cut short. */
function problemOfHttp(error: FastifyError): Problem {
  if (isFailure(error)) return error.problem;
  const status = error.statusCode ?? 500;
  if (status >= 500) return problemOf(error);
  if (status === 413) return { reason: 'invalidInput', detail: 'it is too large' };
  if (status === 415) return { reason: 'invalidInput', detail: 'only JSON is taken' };
  return { reason: 'invalidInput', detail: 'it is no proper request' };
}

/** Ends connections that trickle the small body of a call for ever, or one that nobody reads. */
function guardBodies(server: FastifyInstance, timeoutMs: number): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    const { raw } = request;
    if (!request.url.startsWith(TRPC_PATH) && !request.is404) return done();
    const timer = setTimeout(() => {
      if (!raw.complete) raw.destroy();
    }, timeoutMs);
    raw.once('close', () => clearTimeout(timer));
    done();
  });
}

/** Before any body is read. Objects have signed addresses, which are their whole authority. */
function refuseForeignPages(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const origin = request.url.startsWith(TRPC_PATH) ? foreignOrigin(request) : null;
    if (origin === null) return done();
    const shape = errorShapeOf({ reason: 'foreignOrigin', origin: origin.slice(0, ORIGIN_CHARS_MAX) });
    reply.code(shape.data.httpStatus).send({ error: shape });
  });
}

/** Clients and proxies take another connection for their next call, which leads to a server that stays. */
function endConnectionsWhileDraining(server: FastifyInstance, health: HealthFace): void {
  // As it is sent: a call may have come in before.
  server.addHook('onSend', async (_request, reply) => {
    if (health.state() === 'draining') reply.header('connection', 'close');
  });
}

/**
 * Closing waits for running requests, but these would not end by themselves: streams, which are cut rather than
 * ended in good order because clients take a cut for what it is and come back; and connections that have never
 * asked anything, which Node does not count as idle.
 */
function cutEndlessOnClose(server: FastifyInstance): void {
  const endless = new Set<ServerResponse | Socket>();
  const hold = (one: ServerResponse | Socket) => {
    endless.add(one);
    one.once('close', () => endless.delete(one));
  };
  server.server.on('connection', hold);
  server.server.on('request', (request) => endless.delete(request.socket));
  server.addHook('onRequest', (request, reply, done) => {
    if (request.headers.accept?.includes('text/event-stream')) hold(reply.raw);
    done();
  });
  server.addHook('preClose', (done) => {
    for (const one of endless) one.destroy();
    done();
  });
}

/** One line per request; neither query strings, which hold signatures, nor headers, nor bodies. */
function logRequests(server: FastifyInstance, log: FastifyBaseLogger): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { method, ip } = request;
    log.info(
      { method, path: pathOf(request), status: reply.statusCode, ms: Math.round(reply.elapsedTime), ip },
      'request',
    );
    done();
  });
}

const pathOf = (request: FastifyRequest) => request.url.split('?', 1)[0];

function countWatches(recheckMs: number, metrics: Metrics): Watches {
  const open = new Map<DeviceId, number>();
  let total = 0;
  const note = (change: 1 | -1) => {
    total += change;
    metrics.set('openWatches', {}, total);
  };
  return {
    recheckMs,
    open(deviceId) {
      const count = open.get(deviceId) ?? 0;
      if (count >= WATCHES_PER_DEVICE_MAX) return false;
      open.set(deviceId, count + 1);
      note(1);
      return true;
    },
    close(deviceId) {
      const count = (open.get(deviceId) ?? 0) - 1;
      if (count > 0) open.set(deviceId, count);
      else open.delete(deviceId);
      note(-1);
    },
  };
}
