import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { fail, isFailure } from '@tidesync/shared/problems';
import { signedOutProblem } from '@tidesync/shared/signed-out';
import type { Quota } from '@tidesync/shared/wire/people';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { parseDurationMs } from '../durations.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodeOfStatus, exitCodes } from '../exit-codes.ts';
import { statusLines } from '../status-text.ts';
import { troublesByRoot } from '../troubles.ts';
import { waitSettled } from '../wait-settled.ts';

export function addSyncCommand(program: Command, host: CommandHost): void {
  program
    .command('sync')
    .description('sync all folders until only paths that need attention are left')
    .option('--timeout <seconds>', 'give up after that long, with exit code 3')
    .action((options: { timeout?: string }, command: Command) =>
      host.run(command, (context) => sync(context, options.timeout)),
    );
}

async function sync(context: CliContext, timeout: string | undefined): Promise<ExitCode> {
  const timeoutMs = timeout === undefined ? null : parseDurationMs(timeout);
  const interrupted = context.interrupted();
  return context.access.use(async ({ face }) => {
    const before = await face.status();
    if (before.session.is === 'signedOut') {
      return fail(signedOutProblem(before.session.why));
    }
    const startMs = context.clock.nowMs();
    await face.rescan('all');
    const came = await waitSettled(face, context.clock, { timeoutMs, interrupted });
    return report(context, face, { came, startMs });
  });
}

async function report(
  context: CliContext,
  face: EngineFace,
  run: { came: Awaited<ReturnType<typeof waitSettled>>; startMs: number },
): Promise<ExitCode> {
  const status = { ...(await face.status()), quota: await quotaNow(context) };
  const activity = (await face.activity(ACTIVITY_MAX)).filter((one) => one.atMs >= run.startMs);
  const troubles = await troublesByRoot(face, status);
  const done = countKinds(activity.map((one) => one.kind));
  const exitCode = exitCodeOfStatus(status);
  const summary = Object.entries(done).map(([kind, count]) => `${count} ${WORDS[kind] ?? kind}`);
  context.out.result({ settled: run.came === 'settled', done, troubles, ...status }, [
    doneLine(summary, exitCode),
    ...statusLines(status, troubles),
  ]);
  if (run.came === 'interrupted') return exitCodes.interrupted;
  return run.came === 'timedOut' ? exitCodes.attention : exitCode;
}

/** What was done to so many, for people; a kind that this program does not know stands for itself. */
const WORDS: Readonly<Record<string, string>> = {
  ...{ uploaded: 'sent', downloaded: 'received', movedHere: 'moved here', movedThere: 'moved on the server' },
  ...{ deletedHere: 'put into the trash here', deletedThere: 'deleted on the server' },
  ...{
    madeHere: 'made here',
    madeThere: 'made on the server',
    conflict: 'kept twice, as both sides changed',
  },
  ...{ settled: 'settled', leftOut: 'taken off this device', restored: 'restored' },
  broughtBack: 'brought back after a power cut',
};

function doneLine(summary: readonly string[], exitCode: ExitCode): string {
  if (summary.length > 0) return `Done: ${summary.join(', ')}.`;
  return exitCode === exitCodes.ok ? 'Nothing had to be changed.' : 'Nothing was changed.';
}

/** The engine's own knowledge of it may be older than what was just sent; null if the server does not answer. */
async function quotaNow(context: CliContext): Promise<Quota | null> {
  try {
    return await context.access.useServer((server) => server.quota());
  } catch (error) {
    if (isFailure(error)) return null;
    throw error;
  }
}

/** As many as the engine keeps. */
const ACTIVITY_MAX = 10_000;

function countKinds(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
