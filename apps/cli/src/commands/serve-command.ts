import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { followNews } from '../news.ts';

export function addServeCommand(program: Command, host: CommandHost): void {
  program
    .command('serve')
    .description('run the engine in the foreground until Ctrl-C')
    .action((_options, command: Command) => host.run(command, serve));
}

async function serve(context: CliContext): Promise<undefined> {
  const signal = context.interrupted();
  let following: Promise<void> = Promise.resolve();
  await context.access.serve((face) => {
    context.out.say(`Tidesync runs (data in ${context.homePath}). Ctrl-C stops it.`);
    following = followNews(face, (line) => context.out.say(line), signal);
  }, signal);
  await following;
  context.out.say('Stopped.');
  return undefined;
}
