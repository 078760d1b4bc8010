#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Failure, isFailure } from '@tidesync/shared/problems';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { defaultDataDir } from './adapters/data-folder/data-folder.ts';
import type { LoggedError } from './api/error-for-log.ts';
import { errorForLog } from './api/error-for-log.ts';
import { addAdminCommand } from './cli/admin-command.ts';
import { addAuditCommand } from './cli/audit-command.ts';
import type { CliIo } from './cli/cli-io.ts';
import { UsageError } from './cli/cli-io.ts';
import { addDoctorCommand } from './cli/doctor-command.ts';
import { addExportCommand } from './cli/export-command.ts';
import { addFsckCommand } from './cli/fsck-command.ts';
import { addGcCommand } from './cli/gc-command.ts';
import { addImportCommand } from './cli/import-command.ts';
import { addOrganisationCommand } from './cli/organisation-command.ts';
import { addQuotaCommand } from './cli/quota-command.ts';
import { addRetentionCommand } from './cli/retention-command.ts';
import { addStartCommand } from './cli/start-command.ts';
import { addVerifyCommand } from './cli/verify-command.ts';

const FAILED = 1;
const USAGE = 2;

const io: CliIo = {
  defaultDataDir: defaultDataDir(process.env, process.platform),
  environment: process.env,
  readDotEnv: () => (existsSync('.env') ? readFileSync('.env', 'utf8') : null),
  readSecretFile: (path) => readFileSync(path, 'utf8'),
  say: (line) => console.log(line),
  warn: (line) => console.error(line),
  readInput: () => text(process.stdin),
  setExitCode: (code) => {
    process.exitCode = code;
  },
};

/** Exit code of a command that did not do its work. Bugs are told with their stack. */
function exitCodeOf(error: unknown): number {
  // Commander has printed its own errors, and its help, before it throws them.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (!(error instanceof Failure || error instanceof UsageError)) {
    // Not the error itself: those of a database bring the statement along, with hashes of passwords in it.
    for (let told: LoggedError | undefined = errorForLog(error); told !== undefined; told = told.cause) {
      console.error(told.stack === '' ? told.message : told.stack);
    }
    process.exit(FAILED);
  }
  console.error(error.message);
  return error instanceof Failure && !isFailure(error, 'settingsInvalid') ? FAILED : USAGE;
}

// Whoever read our words may have gone, as `| head` does; that ends no server and no move.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) throw error;
  });
}
// Everything we write is for the owner of the process alone.
process.umask(0o077);
const program = new Command('tidesync-server')
  .description('The server of Tidesync.')
  .version(manifest.version)
  .exitOverride();
addStartCommand(program, io);
addAdminCommand(program, io);
addDoctorCommand(program, io);
addExportCommand(program, io);
addImportCommand(program, io);
addOrganisationCommand(program, io);
addQuotaCommand(program, io);
addAuditCommand(program, io);
addRetentionCommand(program, io);
addGcCommand(program, io);
addVerifyCommand(program, io);
addFsckCommand(program, io);
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
