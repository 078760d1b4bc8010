import type { Problem } from '@tidesync/shared/problems';
import type { EngineStatus, RootStateName } from '@tidesync/shared/wire/engine';

/** What `tidesync` leaves with; scripts rely on these numbers. */
export const exitCodes = {
  ok: 0,
  /** Failed, or the server cannot be reached. */
  failed: 1,
  usage: 2,
  /** Something needs a person, or a wait timed out. */
  attention: 3,
  engineDown: 4,
  signedOut: 5,
  /** Ctrl-C: 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command was not understood; nothing was tried. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function exitCodeOfProblem(problem: Problem): ExitCode {
  switch (problem.reason) {
    case 'signedOut':
    case 'deviceRevoked':
      return exitCodes.signedOut;
    case 'engineDown':
      return exitCodes.engineDown;
    case 'engineBusy':
      return exitCodes.attention;
    case 'plainHttp':
      return exitCodes.usage;
    default:
      return exitCodes.failed;
  }
}

const OF_STATE: Record<RootStateName, ExitCode> = {
  halted: exitCodes.attention,
  attention: exitCodes.attention,
  offline: exitCodes.failed,
  paused: exitCodes.ok,
  syncing: exitCodes.ok,
  upToDate: exitCodes.ok,
};

/** The same rule for `status`, `status --wait` and `sync`: what a person has to do first decides. */
export function exitCodeOfStatus(status: EngineStatus): ExitCode {
  if (status.session.is === 'signedOut') return exitCodes.signedOut;
  const codes = status.roots.map((root) => OF_STATE[root.state]);
  if (codes.includes(exitCodes.attention)) return exitCodes.attention;
  return codes.includes(exitCodes.failed) ? exitCodes.failed : exitCodes.ok;
}
