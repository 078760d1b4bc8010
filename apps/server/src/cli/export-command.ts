import type { Command } from 'commander';
import type { MoveTo } from '../compose-move.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './cli-io.ts';
import { addAdoptFlags, adoptFrom, ownPlace, PLACE_SETTINGS, placeOfFile } from './move-flags.ts';
import { runMove, sayMoved } from './run-move.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags } from './setting-flags.ts';

const HOW = `
Stop every server on the data first. The data is the one that \`start\` with the same options would serve. The command
may be stopped and started again at any time; it goes on where it was.

--to-env names a file in the form of .env with the settings of the other server: DATABASE_URL, STORAGE_BACKEND and so
on. Nothing but this file says where the data goes.`;

/** `tidesync-server export`: to a folder, or straight to another database and store. */
export function addExportCommand(program: Command, io: CliIo): void {
  const command = program
    .command('export')
    .argument('[folder]', 'a new folder for the export')
    .description('copy everything, or one library, to a folder or to another database and store')
    .option('--to-env <file>', 'instead of to a folder: straight to the server with these settings')
    .option('--library <name-or-id>', 'this library alone')
    .option('--accept-damaged', 'take damaged packs along as they are, instead of not finishing')
    .option('--json', 'answer as JSON');
  addSettingFlags(addAdoptFlags(command), PLACE_SETTINGS)
    .addHelpText('after', HOW)
    .action(async (folder: string | undefined, flags: Flags) => {
      const to = destinationOf(folder, flags, io);
      const library = (flags.library as string | undefined) ?? null;
      if (to.kind === 'server' && (library === null) !== (to.adopt === null)) {
        throw new UsageError('--library and --owner go together, if it goes straight to another server.');
      }
      const from = { kind: 'server', place: ownPlace(flags, io), library } as const;
      const moved = await runMove({ from, to }, flags, io);
      sayMoved(moved, to.kind === 'server' && library === null ? NOW_START : [], { flags, io });
    });
}

const NOW_START = [
  'Start the server with the new settings. Do not start one on the old data again: devices would find an',
  'older state there. Keep it until you have a backup of the new one.',
];

function destinationOf(folder: string | undefined, flags: Flags, io: CliIo): MoveTo {
  const file = flags.toEnv as string | undefined;
  if ((folder === undefined) === (file === undefined)) {
    throw new UsageError('Name a folder for the export, or another server with --to-env.');
  }
  const adopt = adoptFrom(flags);
  if (file !== undefined) return { kind: 'server', place: placeOfFile(file, io), adopt };
  if (adopt !== null)
    throw new UsageError('--owner is for the import, which decides who takes the library over.');
  return { kind: 'folder', folder: folder as string };
}
