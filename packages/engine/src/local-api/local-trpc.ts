import type { Problem } from '@tidesync/shared/problems';
import { Failure, sentenceOf } from '@tidesync/shared/problems';
import type { TRPCError } from '@trpc/server';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { EngineFace } from './engine-face.ts';

export interface LocalContext {
  readonly face: EngineFace;
  readonly prove: (nonce: string) => string;
  /** Fires when the engine stops: subscriptions end. */
  readonly closing: AbortSignal;
}

const PING_MS = 15_000;
/** A stream without even a ping for so long has lost its engine, whatever lies in between. */
const SILENCE_MS_MAX = 40_000;
export const t = initTRPC.context<LocalContext>().create({
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: PING_MS },
    client: { reconnectAfterInactivityMs: SILENCE_MS_MAX },
  },
  errorFormatter: ({ shape, error }) => {
    const problem = problemOf(error);
    return { message: sentenceOf(problem), code: shape.code, data: { problem } };
  },
});

function problemOf(error: TRPCError): Problem {
  if (error.cause instanceof Failure) return error.cause.problem;
  if (error.code === 'INTERNAL_SERVER_ERROR') return { reason: 'internal' };
  if (error.cause instanceof z.ZodError) {
    const first = error.cause.issues[0];
    const where = first?.path.join('.') || 'input';
    return { reason: 'invalidInput', detail: `${where}: ${first?.message ?? 'not valid'}`.slice(0, 500) };
  }
  return { reason: 'invalidInput', detail: error.code };
}
