import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import type { TroublesOfCause } from '@tidesync/shared/trouble-groups';
import { groupByCause } from '@tidesync/shared/trouble-groups';
import type { PathTroubleView, RootStatus } from '@tidesync/shared/wire/engine';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import { troublesByRoot } from '../troubles.ts';

/** Of one cause, unless all are asked for. */
const PATHS_SHOWN = 5;

const LIST_HELP = `
One group for each cause, with the one thing that cures it; folders that stand still come first. Ends with 3 if there is
any. A file that may be damaged is decided with \`tidesync verify --fetch\` or \`--accept-local\`.`;

/** What the Problems screen shows and does. */
export function addProblemCommands(program: Command, host: CommandHost): void {
  const problems = program
    .command('problems')
    .description('what keeps files from being synced, by its cause');
  problems
    .command('list', { isDefault: true })
    .description('list the causes, each with its cure and the paths it concerns')
    .option('--all', `every path (default: ${PATHS_SHOWN} of each cause)`)
    .addHelpText('after', LIST_HELP)
    .action((options: { all?: true }, command: Command) =>
      host.run(command, (context) => list(context, options.all === true)),
    );
  problems
    .command('retry')
    .description('try everything again now, as after a cause was cured')
    .argument('[path]', 'a synced folder (default: all folders)')
    .action((folder: string | undefined, _options, command: Command) =>
      host.run(command, (context) => retry(context, folder)),
    );
}

async function list(context: CliContext, isAll: boolean): Promise<ExitCode | undefined> {
  const { roots, halted, troubles } = await context.access.use(async ({ face }) => {
    const status = await face.status();
    const stopped = status.roots.filter(({ state }) => state === 'halted');
    const cured = stopped.map(async (root) => ({ ...root, remedy: (await face.why(root.path)).remedy }));
    return {
      ...{ roots: status.roots, halted: await Promise.all(cured) },
      troubles: await troublesByRoot(face, status),
    };
  });
  const folderOf = new Map(roots.map((root) => [root.rootId, root.path]));
  const groups = groupByCause(troubles);
  const lines = [
    ...halted.flatMap(({ path: folder, sentence, remedy }) => [`${folder}: ${sentence}`, `  ${remedy}`]),
    ...groups.flatMap((group) => groupLines(group, { folderOf, isAll })),
  ];
  const document = {
    halted: halted.map(({ path: folder, libraryName, halt, sentence, remedy }) => ({
      ...{ path: folder, library: libraryName, halt, sentence, remedy },
    })),
    groups: groups.map(({ key, first, troubles: all }) => ({
      ...{ cause: key, code: first.code, remedy: first.remedy, count: all.length },
      paths: all.map(({ rootId, path: below, sentence, sinceMs, tries, nextTryMs }) => ({
        ...{ folder: folderOf.get(rootId) ?? null, path: below, sentence, sinceMs, tries, nextTryMs },
      })),
    })),
  };
  context.out.result(document, lines.length === 0 ? ['No problems.'] : lines);
  return lines.length === 0 ? undefined : exitCodes.attention;
}

interface Shown {
  readonly folderOf: ReadonlyMap<RootStatus['rootId'], string>;
  readonly isAll: boolean;
}

function groupLines(group: TroublesOfCause<PathTroubleView>, { folderOf, isAll }: Shown): string[] {
  const { key, first, troubles } = group;
  const shown = isAll ? troubles : troubles.slice(0, PATHS_SHOWN);
  const more = troubles.length - shown.length;
  return [
    `${key} (${troubles.length === 1 ? '1 path' : `${troubles.length} paths`})`,
    ...(first.remedy === '' ? [] : [`  ${first.remedy}`]),
    ...shown.flatMap(({ rootId, path: below, sentence, nextTryMs }) => [
      `  ${path.join(folderOf.get(rootId) ?? '', below)}`,
      `      ${sentence}${nextTryMs === null ? '' : ` Next try: ${shownTime(nextTryMs)}.`}`,
    ]),
    ...(more === 0 ? [] : [`  … and ${more} more: --all shows them.`]),
  ];
}

async function retry(context: CliContext, folder: string | undefined): Promise<undefined> {
  const target = folder === undefined ? 'all' : path.resolve(context.cwd, folder);
  const runs = await context.access.use(async ({ face, runs }) => {
    await face.rescan(target);
    return runs;
  });
  const what = target === 'all' ? 'Everything' : `Everything in ${target}`;
  context.out.result({ path: target, retry: 'begun' }, [`${what} is tried again.`]);
  if (runs === 'here') context.out.say('It happens with the next `tidesync serve` or `tidesync sync`.');
  return undefined;
}
