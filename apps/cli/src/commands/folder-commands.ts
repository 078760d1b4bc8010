import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import type { FolderAdded } from '@tidesync/engine/shell/face';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { parseDurationMs } from '../durations.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import { folderCheckLines } from '../folder-check-lines.ts';
import { restingFolderLines, rootLines } from '../status-text.ts';
import { addFolderSettings } from './folder-settings.ts';

const PATH_HELP = 'the folder, or anything inside it';

interface AddOptions {
  readonly library: string;
  readonly dryRun?: true;
}

export function addFolderCommands(program: Command, host: CommandHost): void {
  const folder = program.command('folder').description('folders of this device that are synced');
  folder
    .command('add')
    .description('sync a folder with a library; files that are there already are merged, nothing is deleted')
    .argument('<path>', 'the folder; it is made if there is none')
    .requiredOption('--library <name>', 'own library of that name, else OWNER/NAME, else a new one')
    .option('--dry-run', 'only say what would come of it; ends with 3 if it cannot be')
    .action((folderPath: string, options: AddOptions, command: Command) =>
      host.run(command, (context) =>
        options.dryRun === true
          ? check(context, folderPath, options)
          : add(context, folderPath, options.library),
      ),
    );
  folder
    .command('list')
    .description('list the synced folders')
    .action((_options, command: Command) => host.run(command, list));
  folder
    .command('remove')
    .description('stop syncing a folder; files stay, here and on the server')
    .argument('<path>', PATH_HELP)
    .action((folderPath: string, _options, command: Command) =>
      host.run(command, (context) => remove(context, folderPath)),
    );
  folder
    .command('move')
    .description('tell that a folder was moved to another place on this device')
    .argument('<from>', 'where it was')
    .argument('<to>', 'where it is now')
    .action((...[from, to, , command]: [string, string, object, Command]) =>
      host.run(command, (context) => move(context, from, to)),
    );
  addPauseCommands(folder, host);
  addFolderSettings(folder, host);
}

function addPauseCommands(folder: Command, host: CommandHost): void {
  folder
    .command('pause')
    .description('hold syncing of a folder, or of all')
    .argument('[path]', `${PATH_HELP} (default: all folders)`)
    .option('--for <time>', 'resume by itself after e.g. 30m or 2h')
    .action((folderPath: string | undefined, options: { for?: string }, command: Command) =>
      host.run(command, (context) => pause(context, folderPath, options.for)),
    );
  folder
    .command('resume')
    .description('go on with a folder, or with all')
    .argument('[path]', `${PATH_HELP} (default: all folders)`)
    .action((folderPath: string | undefined, _options, command: Command) =>
      host.run(command, (context) => resume(context, folderPath)),
    );
  folder
    .command('rescan')
    .description('look at every file again')
    .argument('[path]', `${PATH_HELP} (default: all folders)`)
    .action((folderPath: string | undefined, _options, command: Command) =>
      host.run(command, (context) => rescan(context, folderPath)),
    );
}

const WAS: Record<FolderAdded['libraryWas'], (library: string) => string> = {
  own: (library) => `your library "${library}"`,
  shared: (library) => `the library "${library}", which is shared with you`,
  made: (library) => `the new library "${library}"`,
};

async function add(context: CliContext, folderPath: string, library: string): Promise<undefined> {
  const absolute = path.resolve(context.cwd, folderPath);
  const { added, runs } = await context.access.use(async ({ face, runs }) => {
    const added = await face.addFolder({ path: absolute, library });
    return { added, runs };
  });
  const { root, libraryWas } = added;
  context.out.result({ folder: root, libraryWas }, [
    `${root.path} is now synced with ${WAS[libraryWas](root.libraryName)}.`,
  ]);
  if (runs === 'here')
    context.out.say('Next: `tidesync serve` keeps it in sync, `tidesync sync` syncs once.');
  return undefined;
}

/** Nothing is made, here or on the server. */
async function check(
  context: CliContext,
  folderPath: string,
  { library }: AddOptions,
): Promise<ExitCode | undefined> {
  const wanted = { path: path.resolve(context.cwd, folderPath), library };
  const check = await context.access.use(({ face }) => face.screens.checkFolder(wanted));
  const isBlocked = check.findings.some(({ blocks }) => blocks);
  context.out.result({ ...check, canBeAdded: !isBlocked }, folderCheckLines(check));
  return isBlocked ? exitCodes.attention : undefined;
}

async function list(context: CliContext): Promise<undefined> {
  const { status, runs } = await context.access.use(async ({ face, runs }) => ({
    status: await face.status(),
    runs,
  }));
  const { roots } = status;
  const engineRunning = runs === 'elsewhere';
  const none = 'No folder is synced. Add one with `tidesync folder add PATH --library NAME`.';
  const lines = engineRunning ? roots.flatMap(rootLines) : restingFolderLines(status);
  context.out.result({ engineRunning, folders: roots }, roots.length === 0 ? [none] : lines);
  return undefined;
}

async function remove(context: CliContext, folderPath: string): Promise<undefined> {
  const absolute = path.resolve(context.cwd, folderPath);
  await context.access.use(({ face }) => face.removeFolder(absolute));
  context.out.result({ path: absolute, removed: true }, [
    `${absolute} is no longer synced. Its files stay here, and those on the server stay there.`,
  ]);
  return undefined;
}

async function move(context: CliContext, from: string, to: string): Promise<undefined> {
  const [old, next] = [path.resolve(context.cwd, from), path.resolve(context.cwd, to)];
  await context.access.use(({ face }) => face.moveFolder(old, next));
  context.out.result({ from: old, to: next }, [`${next} goes on where ${old} was.`]);
  return undefined;
}

const absoluteOrAll = (context: CliContext, folderPath: string | undefined) =>
  folderPath === undefined ? 'all' : path.resolve(context.cwd, folderPath);
const shownTarget = (target: string) => (target === 'all' ? 'All folders' : target);

async function pause(
  context: CliContext,
  folderPath: string | undefined,
  time: string | undefined,
): Promise<undefined> {
  const untilMs = time === undefined ? null : context.clock.nowMs() + parseDurationMs(time);
  const target = absoluteOrAll(context, folderPath);
  await context.access.use(({ face }) => face.pause(target, untilMs));
  const until = untilMs === null ? 'until `tidesync folder resume`' : `until ${shownTime(untilMs)}`;
  context.out.result({ path: target, paused: true, pausedUntilMs: untilMs }, [
    `${shownTarget(target)}: paused ${until}.`,
  ]);
  return undefined;
}

async function resume(context: CliContext, folderPath: string | undefined): Promise<undefined> {
  const target = absoluteOrAll(context, folderPath);
  await context.access.use(({ face }) => face.resume(target));
  context.out.result({ path: target, paused: false }, [`${shownTarget(target)}: resumed.`]);
  return undefined;
}

async function rescan(context: CliContext, folderPath: string | undefined): Promise<undefined> {
  const target = absoluteOrAll(context, folderPath);
  await context.access.use(({ face }) => face.rescan(target));
  context.out.result({ path: target, rescan: 'begun' }, [
    `${shownTarget(target)}: every file is looked at again.`,
  ]);
  return undefined;
}
