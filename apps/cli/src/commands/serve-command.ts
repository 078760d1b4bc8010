import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { followNews } from '../news.ts';

export function addServeCommand(program: Command, host: CommandHost): void {
  program
    .command('serve')
    .description('run the engine in the foreground until Ctrl-C')
    .addOption(
      // For the app that starts it: however that ends, its end of the pipe closes.
      new Option('--until-stdin-ends', 'stop, too, when standard input ends').hideHelp(),
    )
    .action((options: ServeOptions, command: Command) =>
      host.run(command, (context) => serve(context, options)),
    );
}

interface ServeOptions {
  readonly untilStdinEnds?: boolean;
}

async function serve(context: CliContext, options: ServeOptions): Promise<undefined> {
  const { out, access } = context;
  const signals = [context.interrupted()];
  if (options.untilStdinEnds === true) signals.push(context.inputEnded());
  const interrupted = AbortSignal.any(signals);
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
