import type { Problem } from '@tidesync/shared/problems';
import { Failure, parseProblem } from '@tidesync/shared/problems';
import { TRPCClientError } from '@trpc/client';
import { networkWords } from './network-words.ts';

/** What a call's rejection means, in the one catalogue. Nobody above sees an error of tRPC or of the network. */
export function callFailure(error: unknown, url: string): Failure {
  if (error instanceof Failure) return error;
  const options = { cause: error };
  if (!(error instanceof TRPCClientError)) return unreachable(url, error);
  const problem = problemIn(error.shape);
  const told = { ...options, retryAfterMs: retryAfterMsIn(error.shape) };
  if (problem !== null) return new Failure(problem, told);
  const unknown = unknownProblemIn(error.shape, error.message);
  if (unknown !== null) return new Failure(unknown, told);
  if (error.shape !== undefined && error.shape !== null) return new Failure({ reason: 'internal' }, options);
  if (error.cause instanceof Failure) return error.cause;
  // It said that it is JSON, and arrived whole, but is not.
  if (error.cause instanceof SyntaxError) return new Failure({ reason: 'notTidesync', url }, options);
  return unreachable(url, error);
}

/** The problem in an error as the server shapes it; null for anything else. */
export function problemIn(shape: unknown): ReturnType<typeof parseProblem> {
  const data = (shape as { data?: { problem?: unknown } } | null | undefined)?.data;
  return parseProblem(data?.problem);
}

/** A newer server's reason, as the nearest that is known here; null if its class says nothing useful. */
function unknownProblemIn(shape: unknown, message: string): Problem | null {
  const data = (shape as { data?: { class?: unknown } } | null | undefined)?.data;
  switch (data?.class) {
    case 'INVALID_ARGUMENT':
      return { reason: 'invalidInput', detail: message.replace(/\.$/, '') };
    case 'UNAVAILABLE':
      return { reason: 'databaseUnavailable' };
    default:
      return null;
  }
}

/** No server keeps us waiting longer, whatever it says: a person may cure at any time what it waits for. */
const RETRY_AFTER_MS_MAX = 60_000;

/** How long the server asks to be left alone; 0 if it says nothing of the kind. */
function retryAfterMsIn(shape: unknown): number {
  const data = (shape as { data?: { retryAfterMs?: unknown } } | null | undefined)?.data;
  const waitMs = data?.retryAfterMs;
  return typeof waitMs === 'number' && waitMs > 0 ? Math.min(waitMs, RETRY_AFTER_MS_MAX) : 0;
}

/** An answer that no Tidesync server gives: some other program, or a proxy in front of one. */
export function strangeAnswer({ status, headers }: Response, url: string): Failure {
  if (status >= 300 && status < 400) {
    const target = (headers.get('location') ?? 'elsewhere').split(/[?#]/)[0];
    return new Failure({ reason: 'unreachable', url, detail: `it sends us on to ${target}` });
  }
  if (status === 502 || status === 503 || status === 504) {
    const detail = `a proxy answers in its place with status ${status}`;
    return new Failure({ reason: 'unreachable', url, detail });
  }
  return new Failure({ reason: 'notTidesync', url });
}

export function unreachable(url: string, error: unknown): Failure {
  return new Failure({ reason: 'unreachable', url, detail: networkWords(error) }, { cause: error });
}

/** What a refused stream says in its body. */
export async function refusalIn(response: Response, url: string): Promise<Failure> {
  const body: unknown = await response.json().catch(() => null);
  const problem = problemIn((body as { error?: unknown } | null)?.error);
  return problem === null ? strangeAnswer(response, url) : new Failure(problem);
}
