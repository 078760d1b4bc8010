import type { ProblemClass } from '@tidesync/shared/problem-definition';
import type { Problem } from '@tidesync/shared/problems';
import { catalogue, classOf, Failure, sentenceOf } from '@tidesync/shared/problems';
import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';

interface Code {
  readonly code: TRPC_ERROR_CODE_KEY;
  readonly httpStatus: number;
}

/** Every class of problem has one code of tRPC and one status of HTTP. */
const codes: Record<ProblemClass, Code> = {
  INVALID_ARGUMENT: { code: 'BAD_REQUEST', httpStatus: 400 },
  UNAUTHENTICATED: { code: 'UNAUTHORIZED', httpStatus: 401 },
  PERMISSION_DENIED: { code: 'FORBIDDEN', httpStatus: 403 },
  NOT_FOUND: { code: 'NOT_FOUND', httpStatus: 404 },
  ALREADY_EXISTS: { code: 'CONFLICT', httpStatus: 409 },
  FAILED_PRECONDITION: { code: 'PRECONDITION_FAILED', httpStatus: 412 },
  ABORTED: { code: 'CONFLICT', httpStatus: 409 },
  RESOURCE_EXHAUSTED: { code: 'TOO_MANY_REQUESTS', httpStatus: 429 },
  UNAVAILABLE: { code: 'SERVICE_UNAVAILABLE', httpStatus: 503 },
  DEADLINE_EXCEEDED: { code: 'GATEWAY_TIMEOUT', httpStatus: 504 },
  INTERNAL: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 },
};

/** How an error leaves the server: the problem and its class, never a cause or a stack. */
export interface ErrorShape {
  readonly message: string;
  readonly code: number;
  readonly data: {
    readonly code: TRPC_ERROR_CODE_KEY;
    readonly httpStatus: number;
    readonly problem: Problem;
    readonly class: ProblemClass;
    /** Not to be asked again before; only for what passes by itself. */
    readonly retryAfterMs?: number;
  };
}

/** What someone is told to wait where the problem itself does not say how long. */
const RETRY_MS = { away: 2_000, full: 60_000, busy: 200, accountBusy: 1_000 } as const;

/** How long to wait before the same call makes sense again; null where waiting does not help. */
function retryAfterMsOf(problem: Problem): number | null {
  if ('retryAfterMs' in problem && problem.retryAfterMs !== undefined) return problem.retryAfterMs;
  if (problem.reason === 'serverDiskFull') return RETRY_MS.full;
  if (problem.reason === 'busy' || problem.reason === 'accountBusy') return RETRY_MS[problem.reason];
  return classOf(problem) === 'UNAVAILABLE' ? RETRY_MS.away : null;
}

/** The header of HTTP that says the longest of these waits, in whole seconds; none if there is none. */
export function retryAfterHeader(problems: readonly Problem[]): Record<string, string> {
  const waits = problems.map(retryAfterMsOf).filter((waitMs) => waitMs !== null);
  return waits.length === 0 ? {} : { 'retry-after': String(Math.ceil(Math.max(...waits) / 1_000)) };
}

export function errorShapeOf(problem: Problem): ErrorShape {
  const problemClass = classOf(problem);
  const { code, httpStatus } = codes[problemClass];
  const retryAfterMs = retryAfterMsOf(problem);
  const wait = retryAfterMs === null ? {} : { retryAfterMs };
  return {
    message: sentenceOf(problem),
    code: TRPC_ERROR_CODES_BY_KEY[code],
    data: { code, httpStatus, problem, class: problemClass, ...wait },
  };
}

/** What of an error may be told: a failure is its problem, a refused input its detail, all else is internal. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return error.problem;
  if (!(error instanceof TRPCError)) return { reason: 'internal' };
  if (error.cause instanceof Failure) return error.cause.problem;
  if (error.code === 'INTERNAL_SERVER_ERROR') return { reason: 'internal' };
  return { reason: 'invalidInput', detail: detailOf(error) };
}

const DETAIL_CHARS_MAX = 300;

function detailOf(error: TRPCError): string {
  if (!(error.cause instanceof ZodError)) return tellable[error.code] ?? 'it is malformed';
  const issues = error.cause.issues.slice(0, 3);
  const text = issues
    .map((issue) => `${issue.path.map(String).join('.')} ${issue.message}`.trim())
    .join('; ');
  return text.slice(0, DETAIL_CHARS_MAX);
}

/** Errors that tRPC itself makes, in our words; its own may repeat the input. */
const tellable: Partial<Record<TRPC_ERROR_CODE_KEY, string>> = {
  NOT_FOUND: 'there is no such procedure',
  METHOD_NOT_SUPPORTED: 'this procedure takes another HTTP method',
  PARSE_ERROR: 'it is no JSON',
  UNSUPPORTED_MEDIA_TYPE: 'only JSON is taken',
  PAYLOAD_TOO_LARGE: 'it is too large',
};

/** Internal problems are bugs or broken surroundings, which the log has to explain. */
export function wantsLog(problem: Problem): boolean {
  const problemClass = catalogue[problem.reason].class;
  return problemClass === 'INTERNAL' || problemClass === 'UNAVAILABLE';
}
