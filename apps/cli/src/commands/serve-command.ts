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
  const { out, access } = context;
  const interrupted = context.interrupted();
  const over = new AbortController();
  let following: Promise<void> = Promise.resolve();
  await access.serve((face) => {
    out.say(`Tidesync runs (data in ${context.homePath}). Ctrl-C stops it.`);
    const signal = AbortSignal.any([interrupted, over.signal]);
    following = followNews(face, { say: (line) => out.say(line) }, signal);
  }, interrupted);
  over.abort();
  await following;
  out.say('Stopped.');
  return undefined;
}
