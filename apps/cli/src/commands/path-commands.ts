import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import { formatBytes } from '@tidesync/shared/format';
import type { ListedEntry } from '@tidesync/shared/wire/engine';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { table } from '../table.ts';

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

async function paths(context: CliContext): Promise<undefined> {
  context.out.result(context.paths, table(Object.entries(context.paths)));
  return undefined;
}
