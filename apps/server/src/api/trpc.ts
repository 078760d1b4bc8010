import { fail } from '@tidesync/shared/problems';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import { initTRPC } from '@trpc/server';
import type { ServerPorts } from '../ports/server-ports.ts';
import { requireAdmin } from '../use-cases/admin/require-admin.ts';
import { authenticate } from '../use-cases/auth/authenticate.ts';
import type { Caller } from '../use-cases/caller.ts';
import type { BrowserSession } from './browser-session.ts';
import { measureCall } from './measure-calls.ts';
import { errorShapeOf, problemOf } from './problem-codes.ts';

/** What one HTTP request brings along; a batch shares it. */
export interface RequestContext {
  readonly ports: ServerPorts;
  /** Of the Authorization header or a browser's cookie; null for none. */
  readonly token: string | null;
  readonly session: BrowserSession;
  readonly address: string;
  /** The protocol the client says it speaks, as the header has it; null if it says nothing. */
  readonly protocol: string | null;
  readonly watches: Watches;
}

/** Counts the open watch streams of devices, so that one device cannot hold the server's sockets. */
export interface Watches {
  /** False if the device has too many; otherwise it holds one more until `close`. */
  open(deviceId: Caller['deviceId']): boolean;
  close(deviceId: Caller['deviceId']): void;
  /** How often an open stream makes sure that its device is still signed in. */
  readonly recheckMs: number;
}

export const PING_MS = 15_000;
const STREAM_LIFE_MS = 3_600_000;

const t = initTRPC.context<RequestContext>().create({
  isDev: false,
  errorFormatter: ({ error }) => errorShapeOf(problemOf(error)),
  sse: {
    ping: { enabled: true, intervalMs: PING_MS },
    maxDurationMs: STREAM_LIFE_MS,
    client: { reconnectAfterInactivityMs: 3 * PING_MS },
  },
});

export const router = t.router;

const measured = t.procedure.use(async ({ ctx, path, getRawInput, next }) => {
  const startMs = performance.now();
  const result = await next();
  const seconds = (performance.now() - startMs) / 1_000;
  const outcome = result.ok
    ? { ok: true as const, output: result.data }
    : { ok: false as const, problem: problemOf(result.error) };
  measureCall(ctx.ports.metrics, {
    procedure: path,
    seconds,
    input: result.ok ? await getRawInput() : null,
    outcome,
  });
  return result;
});

/** `protocol`: as the header has it; null if the client says nothing. Errors: `incompatible`, `invalidInput`. */
export function requireOurProtocol(protocol: string | null): void {
  const client = protocol === null ? PROTOCOL_VERSION : Number.parseInt(protocol, 10);
  if (Number.isNaN(client)) fail({ reason: 'invalidInput', detail: 'x-tidesync-protocol is no number' });
  if (client !== PROTOCOL_VERSION) fail({ reason: 'incompatible', server: PROTOCOL_VERSION, client });
}

/** Anyone may call it who speaks our protocol. */
export const openProcedure = measured.use(({ ctx, next }) => {
  requireOurProtocol(ctx.protocol);
  return next();
});

/** A signed-in device calls, and is looked up on every call. */
export const procedure = openProcedure.use(async ({ ctx, next }) => {
  const caller = await authenticate(ctx.ports, ctx.token);
  return next({ ctx: { caller } });
});

/** Refused before the input is even looked at; the use-cases check again. */
export const adminProcedure = procedure.use(({ ctx, next }) => {
  requireAdmin(ctx.caller);
  return next();
});
