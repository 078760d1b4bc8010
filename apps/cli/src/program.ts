import { Command } from 'commander';
import type { CommandHost } from './cli-context.ts';
import { addAccountCommands } from './commands/account-commands.ts';
import { addActivityCommand } from './commands/activity-command.ts';
import { addBatchCommands } from './commands/batch-commands.ts';
import { addCompletionCommand } from './commands/completion-command.ts';
import { addConfigCommands } from './commands/config-commands.ts';
import { addConflictCommands } from './commands/conflict-commands.ts';
import { addDeviceCommands } from './commands/device-commands.ts';
import { addDiagnoseCommand } from './commands/diagnose-command.ts';
import { addEngineCommands } from './commands/engine-commands.ts';
import { addFolderCommands } from './commands/folder-commands.ts';
import { addLibraryCommands } from './commands/library-commands.ts';
import { addPathCommands } from './commands/path-commands.ts';
import { addPauseCommands } from './commands/pause-commands.ts';
import { addProblemCommands } from './commands/problem-commands.ts';
import { addSearchCommand } from './commands/search-command.ts';
import { addSelectCommands } from './commands/select-commands.ts';
import { addServeCommand } from './commands/serve-command.ts';
import { addServiceCommands } from './commands/service-commands.ts';
import { addStatusCommand } from './commands/status-command.ts';
import { addSyncCommand } from './commands/sync-command.ts';
import { addTrashCommands } from './commands/trash-commands.ts';
import { addUiCommand } from './commands/ui-command.ts';
import { addVerifyCommand } from './commands/verify-command.ts';
import { addVersionCommands } from './commands/version-commands.ts';
import { beginWithExamples } from './examples.ts';
import type { Streams } from './output.ts';

const AFTER_HELP = `
Exit codes: 0 ok · 1 failed or server unreachable · 2 usage · 3 needs attention, or wait timed out
            4 engine not running · 5 signed out · 130 stopped with Ctrl-C
Data of this device: $TIDESYNC_HOME, else the platform's data folder (see \`tidesync paths\`).`;

/** The whole command line. Parsing throws CommanderError instead of ending the process. */
export function createProgram(host: CommandHost, version: string, streams: Streams): Command {
  const program = new Command('tidesync')
    .description('Keep folders the same on all your devices, through your own server.')
    .version(version)
    .option('--json', 'machine-readable output')
    .addHelpText('after', AFTER_HELP);
  addAccountCommands(program, host);
  addFolderCommands(program, host);
  addServeCommand(program, host);
  addUiCommand(program, host);
  addSyncCommand(program, host);
  addStatusCommand(program, host);
  addPathCommands(program, host);
  addActivityCommand(program, host);
  addSearchCommand(program, host);
  addProblemCommands(program, host);
  addPauseCommands(program, host);
  addVersionCommands(program, host);
  addConflictCommands(program, host);
  addSelectCommands(program, host);
  addTrashCommands(program, host);
  addVerifyCommand(program, host);
  addBatchCommands(program, host);
  addLibraryCommands(program, host);
  addDeviceCommands(program, host);
  addConfigCommands(program, host);
  addServiceCommands(program, host);
  addEngineCommands(program, host);
  addDiagnoseCommand(program, host);
  addCompletionCommand(program, host);
  tame(program, streams, 'tidesync');
  return program;
}

/** For a command and all below it, since commander does not hand these settings down to what exists. */
function tame(command: Command, streams: Streams, name: string): void {
  beginWithExamples(command, name);
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: streams.out, writeErr: () => {} })
    .showHelpAfterError(false);
  for (const child of command.commands) tame(child, streams, `${name} ${child.name()}`);
}
