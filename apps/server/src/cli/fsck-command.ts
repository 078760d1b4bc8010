import { formatBytes, safeForTerminal } from '@tidesync/shared/format';
import type { LibraryId } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import type { Command } from 'commander';
import type { RescuePlace } from '../compose-rescue.ts';
import { hasDatabase, rescueTo } from '../compose-rescue.ts';
import type { RescueOptions, RescueReport } from '../use-cases/rescue/rescue-data.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './cli-io.ts';
import { watched } from './long-work.ts';
import { ownPlace, PLACE_SETTINGS } from './move-flags.ts';
import { counted } from './move-progress-line.ts';
import { parseLibraryId } from './quota-command.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags } from './setting-flags.ts';

const HOW = `
With the database: files/LIBRARY/… has every live file by its path, trash/ and versions/ what is asked for besides.
Without a usable database: content/ID has every content that the objects tell of. Which name, folder and time it had,
and whose it was, only the database knows. listing-N.jsonl says for each file where it came from and what is wrong.

Nothing is changed in the server's data, and nothing in DIR is ever replaced: run it again after a stop.
Exit code 1 if anything is damaged, in the way, or it was stopped.`;

/** `tidesync-server fsck --export DIR`: readable files, out of whatever is left. */
export function addFsckCommand(program: Command, io: CliIo): void {
  const command = program
    .command('fsck')
    .description('rebuild readable files from the objects, with the database or without it')
    .option('--export <dir>', 'write the files into this folder')
    .option('--library <id>', 'this library alone', parseLibraryId)
    .option('--trash', 'deleted files too')
    .option('--versions', 'what files were before, too')
    .option('--without-database', 'by the objects alone, as if there were no database')
    .option('--json', 'answer as JSON');
  addSettingFlags(command, PLACE_SETTINGS)
    .addHelpText('after', HOW)
    .action(async (flags: Flags) => fsck(flags, io));
}

async function fsck(flags: Flags, io: CliIo): Promise<void> {
  const { export: dir, library = null } = flags as { export?: string; library?: LibraryId };
  if (dir === undefined) {
    throw new UsageError('Name a folder with --export. To only look whether all is well: `verify`.');
  }
  const place = ownPlace(flags, io);
  const withDatabase = flags.withoutDatabase !== true && hasDatabase(place);
  const narrowed = library !== null || flags.trash === true || flags.versions === true;
  if (!withDatabase && narrowed) {
    throw new UsageError('--library, --trash and --versions need the database.');
  }
  if (!withDatabase) io.warn('Without the database: contents are found, but no names, folders and times.');
  const report = await watched(io, (watch) => {
    const options = {
      libraryId: library,
      trash: flags.trash === true,
      versions: flags.versions === true,
      watch,
    };
    return rescued(dir, place, { withDatabase, options });
  });
  if (flags.json === true) io.say(JSON.stringify({ withDatabase, ...report }));
  else for (const line of linesOf(report, withDatabase)) io.say(safeForTerminal(line));
  if (report.damaged + report.taken > 0 || report.stopped) io.setExitCode(1);
}

async function rescued(
  dir: string,
  place: RescuePlace,
  how: { readonly withDatabase: boolean; readonly options: RescueOptions },
): Promise<RescueReport> {
  try {
    return await rescueTo(dir, place, how);
  } catch (error) {
    if (!how.withDatabase || !isFailure(error, 'databaseUnavailable', 'dataUnusable', 'dataTooNew'))
      throw error;
    throw new UsageError(`${error.message} If it cannot be mended: --without-database.`);
  }
}

function linesOf(report: RescueReport, withDatabase: boolean): string[] {
  const { written, there, bytes, damaged, taken, shown, listing, stopped } = report;
  const what = withDatabase ? 'files' : 'contents';
  return [
    ...shown.map(({ path, says }) => `${path}: ${says}.`),
    `${counted(written)} ${what} written (${formatBytes(bytes)}), ${counted(there)} were there already.`,
    ...(damaged + taken > 0 ? [`${counted(damaged)} are damaged, ${counted(taken)} could not be put.`] : []),
    `What each of them is, is in ${listing}.`,
    ...(stopped ? ['Stopped. The same command goes on.'] : []),
  ];
}
