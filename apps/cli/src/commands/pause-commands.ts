import { shownTime } from '@tidesync/engine/core/sentences';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { parseDurationMs } from '../durations.ts';

const ANYWAY = '`tidesync resume --anyway` does not wait for that.';

interface ResumeOptions {
  readonly anyway?: boolean;
}

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
    .option('--anyway', 'although on battery or a metered network, until that ends')
    .action((options: ResumeOptions, command: Command) =>
      host.run(command, (context) => resume(context, options)),
    );
}

async function pause(context: CliContext, time: string | undefined): Promise<undefined> {
  const untilMs = time === undefined ? null : context.clock.nowMs() + parseDurationMs(time);
  await context.access.use(({ face }) => face.pause('all', untilMs));
  const until = untilMs === null ? 'until `tidesync resume`' : `until ${shownTime(untilMs)}`;
  context.out.result({ paused: true, pausedUntilMs: untilMs }, [`All folders are paused ${until}.`]);
  return undefined;
}

async function resume(context: CliContext, { anyway }: ResumeOptions): Promise<undefined> {
  const roots = await context.access.use(async ({ face }) => {
    await face.resume('all');
    if (anyway === true) await face.syncAnyway();
    return (await face.status()).roots;
  });
  const resting = roots.find(({ restsFor }) => restsFor !== null);
  const lines = resting === undefined ? ['All folders go on.'] : [resting.sentence, ANYWAY];
  context.out.result({ paused: resting !== undefined, restsFor: resting?.restsFor ?? null }, lines);
  return undefined;
}
