import path from 'node:path';
import { formatBytes } from '@tidesync/shared/format';
import type { SelectionChange, SelectionTree } from '@tidesync/shared/wire/selection';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

const PATHS_SHOWN_MAX = 20;

/** Which folders of a library are on this device. */
export function addSelectCommands(program: Command, host: CommandHost): void {
  const select = program.command('select').description('which folders of the server are on this device');
  select
    .command('tree')
    .description('the folders that the server has in a folder, and whether they are here')
    .argument('[path]', 'a synced folder, or one in it (default: the current one)')
    .action((folder: string | undefined, _options, command: Command) =>
      host.run(command, (context) => tree(context, folder ?? '.')),
    );
  const change = (verb: 'exclude' | 'include', description: string, dryRun: string) =>
    select
      .command(verb)
      .description(description)
      .argument('<path>', 'a folder, as it lies or would lie on this device')
      .option('--dry-run', dryRun)
      .action((folder: string, options: { dryRun?: true }, command: Command) =>
        host.run(command, (context) => changed(context, verb, { folder, dryRun: options.dryRun === true })),
      );
  change('exclude', 'take a folder off this device; it stays on the server', 'only say what would go');
  change('include', 'bring a folder back to this device', 'only say what would come');
}

const SIGNS: Record<SelectionTree['folders'][number]['state'], string> = {
  here: '[x]',
  partly: '[~]',
  excluded: '[ ]',
};

async function tree(context: CliContext, folder: string): Promise<undefined> {
  const absolute = path.resolve(context.cwd, folder);
  const found = await context.access.use(({ face }) => face.selectionTree(absolute));
  const rows = found.folders.map(({ state, there, name, hasFolders }) => [
    SIGNS[state],
    formatBytes(there.bytes),
    `${there.files} files`,
    `${name}/${hasFolders ? '…' : ''}`,
  ]);
  context.out.result(found, rows.length === 0 ? ['No folders in it.'] : table(rows));
  return undefined;
}

async function changed(
  context: CliContext,
  verb: 'exclude' | 'include',
  { folder, dryRun }: { folder: string; dryRun: boolean },
): Promise<ExitCode | undefined> {
  const absolute = path.resolve(context.cwd, folder);
  const change = await context.access.use(({ face }) => face[verb](absolute, dryRun));
  context.out.result(change, linesOf(change, verb));
  return change.is === 'refused' ? exitCodes.attention : undefined;
}

function linesOf(
  { is, amount, unsynced, unsyncedCount, path: shown }: SelectionChange,
  verb: string,
): string[] {
  const size = `${amount.files} files, ${formatBytes(amount.bytes)}`;
  const held = unsynced.slice(0, PATHS_SHOWN_MAX).map((one) => `    ${one}`);
  const more = unsyncedCount > PATHS_SHOWN_MAX ? [`    and ${unsyncedCount - PATHS_SHOWN_MAX} more`] : [];
  if (is === 'refused') {
    const why = `${shown} stays: ${unsyncedCount} of its paths are not on the server as they are here.`;
    return [why, ...held, ...more, 'Let them sync first; `tidesync why PATH` says what they wait for.'];
  }
  if (verb === 'include')
    return [`${shown}: ${size} ${is === 'preview' ? 'would come' : 'come'} to this device.`];
  if (is === 'done') return [`${shown}: ${size} leave this device. All of it stays on the server.`];
  const unless =
    unsyncedCount === 0 ? [] : [`But ${unsyncedCount} paths are not on the server yet:`, ...held, ...more];
  return [`${shown}: ${size} would leave this device and stay on the server.`, ...unless];
}
