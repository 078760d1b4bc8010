import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import { formatBytes } from '@tidesync/shared/format';
import { fail } from '@tidesync/shared/problems';
import type { ListedEntry } from '@tidesync/shared/wire/engine';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { table } from '../table.ts';

const ACTIVITY_DEFAULT = 50;
const ACTIVITY_MAX = 10_000;
/** Lines that may come between two looks. */
const FOLLOWED_MAX = 1_000;

/** Commands that tell about single paths. */
export function addPathCommands(program: Command, host: CommandHost): void {
  program
    .command('why')
    .description('say why a path is, or is not, synced')
    .argument('<path>', 'a file or folder')
    .action((wanted: string, _options, command: Command) =>
      host.run(command, (context) => why(context, wanted)),
    );
  program
    .command('activity')
    .description('show what was synced last, newest first')
    .option('--limit <n>', 'at most that many lines', String(ACTIVITY_DEFAULT))
    .option('--follow', 'then each new line as it comes, until Ctrl-C (with --json one document a line)')
    .action((options: ActivityOptions, command: Command) =>
      host.run(command, (context) => activity(context, options)),
    );
  program
    .command('ls')
    .description('list a synced folder, as it is here and on the server, with the state of every entry')
    .argument('[path]', 'the folder (default: the current one)')
    .action((folder: string | undefined, _options, command: Command) =>
      host.run(command, (context) => ls(context, folder ?? '.')),
    );
  program
    .command('paths')
    .description('show where this device keeps its data')
    .action((_options, command: Command) => host.run(command, paths));
}

async function why(context: CliContext, wanted: string): Promise<undefined> {
  const answer = await context.access.use(({ face }) => face.why(path.resolve(context.cwd, wanted)));
  const next = answer.nextTryMs === null ? [] : [`Next try: ${shownTime(answer.nextTryMs)}.`];
  context.out.result(answer, [
    `${answer.code} (${answer.state}): ${answer.sentence}`,
    ...(answer.remedy === '' ? [] : [answer.remedy]),
    ...next,
    ...answer.evidence.map((line) => `    ${line}`),
  ]);
  return undefined;
}

const KIND_SIGNS: Record<ListedEntry['kind'], string> = { folder: '/', file: '', symlink: '@' };

async function ls(context: CliContext, folder: string): Promise<undefined> {
  const absolute = path.resolve(context.cwd, folder);
  const entries = await context.access.use(({ face }) => face.list(absolute));
  const rows = entries.map((entry) => [
    entry.sizeBytes === null ? '-' : formatBytes(entry.sizeBytes),
    shownTime(entry.mtimeMs),
    entry.code + (entry.here ? '' : ', not here yet'),
    entry.name + KIND_SIGNS[entry.kind],
  ]);
  context.out.result({ path: absolute, entries }, table(rows));
  return undefined;
}

interface ActivityOptions {
  readonly limit: string;
  readonly follow?: true;
}

async function activity(
  context: CliContext,
  { limit: limitText, follow: follows }: ActivityOptions,
): Promise<ExitCode | undefined> {
  const limit = Number(limitText);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= ACTIVITY_MAX)) {
    throw new UsageError(`--limit is a number from 1 to ${ACTIVITY_MAX}.`);
  }
  if (follows === true) return follow(context, limit);
  const activity = await context.access.use(({ face }) => face.activity(limit));
  const rows = activity.map((one) => [shownTime(one.atMs), one.sentence]);
  context.out.result({ activity }, rows.length === 0 ? ['Nothing was synced yet.'] : table(rows));
  return undefined;
}

/** Oldest first, each once. Only a running engine has anything new to tell. */
async function follow(context: CliContext, limit: number): Promise<ExitCode> {
  const face = (await context.access.running()) ?? fail({ reason: 'engineDown' });
  let seen: ReadonlySet<string> | null = null;
  for await (const _status of face.watch(context.interrupted())) {
    const latest = await face.activity(Math.max(limit, FOLLOWED_MAX));
    const known: ReadonlySet<string> | null = seen;
    const news =
      known === null ? latest.slice(0, limit) : latest.filter((one) => !known.has(JSON.stringify(one)));
    for (const one of news.reverse()) context.out.result(one, [`${shownTime(one.atMs)}  ${one.sentence}`]);
    seen = new Set(latest.map((one) => JSON.stringify(one)));
  }
  return exitCodes.interrupted;
}

async function paths(context: CliContext): Promise<undefined> {
  context.out.result(context.paths, table(Object.entries(context.paths)));
  return undefined;
}
