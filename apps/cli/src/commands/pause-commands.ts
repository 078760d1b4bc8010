import { shownTime } from '@tidesync/engine/core/sentences';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { parseDurationMs } from '../durations.ts';

/** All folders at once, as the menu of the tray has it; single ones: `folder pause`. */
export function addPauseCommands(program: Command, host: CommandHost): void {
  program
    .command('pause')
    .description('hold syncing of all folders')
    .argument('[time]', 'resume by itself after e.g. 30m or 2h (default: when it is resumed)')
    .action((time: string | undefined, _options, command: Command) =>
      host.run(command, (context) => pause(context, time)),
    );
  program
    .command('resume')
    .description('go on with all folders')
    .action((_options, command: Command) => host.run(command, resume));
}

async function pause(context: CliContext, time: string | undefined): Promise<undefined> {
  const untilMs = time === undefined ? null : context.clock.nowMs() + parseDurationMs(time);
  await context.access.use(({ face }) => face.pause('all', untilMs));
  const until = untilMs === null ? 'until `tidesync resume`' : `until ${shownTime(untilMs)}`;
  context.out.result({ paused: true, pausedUntilMs: untilMs }, [`All folders are paused ${until}.`]);
  return undefined;
}

async function resume(context: CliContext): Promise<undefined> {
  await context.access.use(({ face }) => face.resume('all'));
  context.out.result({ paused: false }, ['All folders go on.']);
  return undefined;
}
