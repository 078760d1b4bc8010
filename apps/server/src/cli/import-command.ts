import type { Command } from 'commander';
import type { CliIo } from './cli-io.ts';
import { addAdoptFlags, adoptFrom, ownPlace, PLACE_SETTINGS } from './move-flags.ts';
import { runMove, sayMoved } from './run-move.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags } from './setting-flags.ts';

const HOW = `
An export of everything goes into an empty database; a library goes beside what is there, to the account that --owner
names. The data is the one that \`start\` with the same options would serve. The command may be stopped and started
again at any time; it goes on where it was, and until it has finished no server serves what it has brought.`;

/** `tidesync-server import`: from a folder that `export` made. */
export function addImportCommand(program: Command, io: CliIo): void {
  const command = program
    .command('import')
    .argument('<folder>', 'a finished export')
    .description('bring in what was exported to a folder, checked by its hashes')
    .option('--accept-damaged', 'take damaged packs along as they are, instead of not finishing')
    .option('--json', 'answer as JSON');
  addSettingFlags(addAdoptFlags(command), PLACE_SETTINGS)
    .addHelpText('after', HOW)
    .action(async (folder: string, flags: Flags) => {
      const to = { kind: 'server', place: ownPlace(flags, io), adopt: adoptFrom(flags) } as const;
      const moved = await runMove({ from: { kind: 'folder', folder }, to }, flags, io);
      sayMoved(moved, [], { flags, io });
    });
}
