import { unlessBusy } from '@tidesync/engine/shell/transfer/tries';
import type { Problem } from '@tidesync/shared/problems';
import { Failure, fail, parseProblem } from '@tidesync/shared/problems';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import type { ServerCall } from '@tidesync/shared/wire/procedures';
import { procedures } from '@tidesync/shared/wire/procedures';
import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client';
import { clock, random } from '../transfer/browser-ports.ts';

/** The whole answer has to be there by then; the largest are a few MB. */
const CALL_MS_MAX = 60_000;

/** Nothing answered that call. */
export const unanswered = (): Problem => ({
  reason: 'unreachable',
  url: location.origin,
  detail: 'it does not answer',
});

/** Asks the server that served this page; the browser adds the session's cookie by itself. */
export const call: ServerCall = async (name, ...[input]) => {
  const { kind, output } = procedures[name];
  const answer = await unlessBusy({ clock, random }, () =>
    client()
      [kind](name, input)
      .catch((error: unknown) => {
        throw failureOf(error);
      }),
  );
  const parsed = output.safeParse(answer);
  if (!parsed.success) fail({ reason: 'notTidesync', url: location.origin }, parsed.error);
  return parsed.data as never;
};

let made: ReturnType<typeof createTRPCUntypedClient> | null = null;

function client(): ReturnType<typeof createTRPCUntypedClient> {
  made ??= createTRPCUntypedClient({
    links: [
      httpLink({
        url: new URL('/trpc', location.origin),
        headers: { 'x-tidesync-protocol': String(PROTOCOL_VERSION) },
        methodOverride: 'POST',
        fetch: fetchInTime as never,
      }),
    ],
  });
  return made;
}

const fetchInTime: typeof fetch = async (address, init) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), CALL_MS_MAX);
  try {
    return await fetch(address, { ...init, signal: stop.signal, credentials: 'same-origin' });
  } finally {
    clearTimeout(timer);
  }
};

interface Told {
  readonly problem?: unknown;
  readonly class?: unknown;
  readonly retryAfterMs?: unknown;
}

/** What a call's rejection means, in the one catalogue. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const options = { cause: error };
  if (!(error instanceof TRPCClientError)) return new Failure(unanswered(), options);
  const told = (error.shape as { data?: Told } | undefined)?.data;
  if (told === undefined) return new Failure(unanswered(), options);
  const problem = parseProblem(told.problem) ?? nearestProblem(told.class, error.message);
  const retryAfterMs = typeof told.retryAfterMs === 'number' ? Math.min(told.retryAfterMs, CALL_MS_MAX) : 0;
  return new Failure(problem, { ...options, retryAfterMs });
}

/** A newer server's reason, as what its class says. */
function nearestProblem(problemClass: unknown, message: string): Problem {
  if (problemClass === 'INVALID_ARGUMENT')
    return { reason: 'invalidInput', detail: message.replace(/\.$/, '') };
  if (problemClass === 'UNAVAILABLE') return { reason: 'databaseUnavailable' };
  return { reason: 'internal' };
}
