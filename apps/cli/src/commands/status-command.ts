import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { fail } from '@tidesync/shared/problems';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { parseDurationMs } from '../durations.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodeOfStatus, exitCodes, UsageError } from '../exit-codes.ts';
import { progressLine, restingLines, statusLines } from '../status-text.ts';
import { troublesByRoot } from '../troubles.ts';
import { waitSettled } from '../wait-settled.ts';

interface StatusOptions {
  readonly watch?: boolean;
  readonly wait?: 'idle';
  readonly timeout?: string;
}

export function addStatusCommand(program: Command, host: CommandHost): void {
  program
    .command('status')
    .description('show account, quota and what every folder is doing')
    .option('--watch', 'show every change until Ctrl-C (with --json one document a line)')
    .addOption(new Option('--wait <state>', 'return when nothing more can be done now').choices(['idle']))
    .option('--timeout <seconds>', 'give up waiting after that long, with exit code 3')
    .action((options: StatusOptions, command: Command) =>
      host.run(command, (context) => status(context, options)),
    );
}

async function status(context: CliContext, options: StatusOptions): Promise<ExitCode> {
  if (options.timeout !== undefined && options.wait === undefined) {
    throw new UsageError('--timeout belongs to --wait idle.');
  }
  const timeoutMs = options.timeout === undefined ? null : parseDurationMs(options.timeout);
  if (options.wait !== 'idle' && options.watch !== true) return showNow(context);
  const startMs = context.clock.monotonicMs();
  const face = await context.access.running({
    withinMs: timeoutMs,
    onBusy: () => context.out.say('The engine is busy and does not answer yet. Waiting for it.'),
  });
  if (face === null) return fail({ reason: 'engineDown' });
  const goneMs = context.clock.monotonicMs() - startMs;
  const leftMs = timeoutMs === null ? null : Math.max(0, timeoutMs - goneMs);
  if (options.watch === true)
    return watch(context, face, { wait: options.wait === 'idle', timeoutMs: leftMs });
  return waitIdle(context, face, leftMs);
}

async function showNow(context: CliContext): Promise<ExitCode> {
  const face = await context.access.running();
  return face === null ? statusWithoutEngine(context) : exitCodeOfStatus(await show(context, face));
}

async function show(context: CliContext, face: EngineFace): Promise<EngineStatus> {
  const status = await face.status();
  const troubles = await troublesByRoot(face, status);
  context.out.result({ engineRunning: true, ...status, troubles }, statusLines(status, troubles));
  return status;
}

async function statusWithoutEngine(context: CliContext): Promise<ExitCode> {
  return context.access.use(async ({ face, runs }) => {
    if (runs === 'elsewhere') return exitCodeOfStatus(await show(context, face));
    const status = await face.status();
    context.out.result({ engineRunning: false, ...status }, restingLines(status));
    return status.session.is === 'signedOut' ? exitCodes.signedOut : exitCodes.engineDown;
  });
}

async function waitIdle(context: CliContext, face: EngineFace, timeoutMs: number | null): Promise<ExitCode> {
  const came = await waitSettled(face, context.clock, { timeoutMs, interrupted: context.interrupted() });
  return exitCodeAfterWait(context, came, await show(context, face));
}

function exitCodeAfterWait(
  context: CliContext,
  came: Awaited<ReturnType<typeof waitSettled>>,
  status: EngineStatus,
): ExitCode {
  if (came === 'interrupted') return exitCodes.interrupted;
  if (came === 'settled') return exitCodeOfStatus(status);
  context.out.say('The time is up, and there is still something to sync.');
  return exitCodes.attention;
}

async function watch(
  context: CliContext,
  face: EngineFace,
  options: { wait: boolean; timeoutMs: number | null },
): Promise<ExitCode> {
  const interrupted = context.interrupted();
  const over = new AbortController();
  const signal = AbortSignal.any([interrupted, over.signal]);
  const waiting = options.wait
    ? waitSettled(face, context.clock, { timeoutMs: options.timeoutMs, interrupted }).finally(() =>
        over.abort(),
      )
    : null;
  let last: string | null = null;
  for await (const status of face.watch(signal)) {
    const line = context.out.json ? JSON.stringify(status) : progressLine(status);
    if (line !== last) context.out.result({ engineRunning: true, ...status }, [line]);
    last = line;
  }
  if (waiting === null) return exitCodes.interrupted;
  return exitCodeAfterWait(context, await waiting, await face.status());
}
