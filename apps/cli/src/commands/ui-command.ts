import { assert } from '@tidesync/shared/brand';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';

const LINK_MINUTES = 5;

interface UiOptions {
  /** False with `--no-open`. */
  readonly open: boolean;
}

export function addUiCommand(program: Command, host: CommandHost): void {
  program
    .command('ui')
    .description("open the app's screens in a browser")
    .option('--no-open', 'only print the link, which works once and for five minutes')
    .action((options: UiOptions, command: Command) => host.run(command, (context) => ui(context, options)));
}

/** Where no engine runs, one runs here until Ctrl-C, since the screens are nothing without it. */
async function ui(context: CliContext, options: UiOptions): Promise<undefined> {
  const link = await context.access.browserLink();
  if (link !== null) return show(context, link, options);
  const over = new AbortController();
  let showing: Promise<unknown> = Promise.resolve();
  const showHere = async () => {
    const made = await context.access.browserLink();
    assert(made !== null, 'an engine that has announced itself answers');
    await show(context, made, options);
    context.out.say('Tidesync runs in this terminal. Ctrl-C stops it.');
  };
  await context.access.serve(
    () => {
      // Awaited below; an error ends the engine as well.
      showing = showHere().catch((error: unknown) => {
        over.abort();
        throw error;
      });
      showing.catch(() => {});
    },
    AbortSignal.any([context.interrupted(), over.signal]),
  );
  await showing;
  return undefined;
}

async function show(
  { out, openInBrowser }: CliContext,
  url: string,
  { open }: UiOptions,
): Promise<undefined> {
  const opened = open && (await openInBrowser(url));
  out.result({ url, opened }, [url]);
  out.say(
    opened
      ? 'Opened in the browser. If it does not show, use the link.'
      : `Open this link in a browser of this computer. It works once, within ${LINK_MINUTES} minutes.`,
  );
  return undefined;
}
