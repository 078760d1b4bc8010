const CAUSES_MAX = 5;

export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: LoggedError;
}

/**
 * An error as it may stand in a log, with its causes. Database errors list their query's parameters, among them
 * hashes of passwords and tokens and the names of people's files: those are left out.
 */
export function errorForLog(error: unknown, causesMax = CAUSES_MAX): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const logged = {
    type: error.name,
    message: withoutParameters(error.message),
    stack: withoutParameters(error.stack ?? ''),
  };
  if (error.cause === undefined || causesMax === 0) return logged;
  return { ...logged, cause: errorForLog(error.cause, causesMax - 1) };
}

function withoutParameters(text: string): string {
  return text.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/, '\nparams: (left out)');
}
