import path from 'node:path';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { fail } from '@tidesync/shared/problems';
import { signedOutProblem } from '@tidesync/shared/signed-out';
import type { VerifiedFolder, VerifyProgress } from '@tidesync/shared/wire/engine';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';

interface VerifyOptions {
  readonly deep?: true;
  readonly quick?: true;
  readonly acceptLocal?: true;
  readonly fetch?: true;
}
/** Between two lines of progress. */
const PROGRESS_EVERY_MS = 2_000;

const HELP = `
Compares the disk, this device's database and the server, and makes right what is wrong: nothing is ever deleted by it,
and no file is written. --deep reads every file; stopped with Ctrl-C, the next --deep goes on where it was.

A file that holds other bytes than were synced, though nothing shows a change, may be damaged. It is not sent, and
stays as it is until you say which version counts:
  tidesync verify --fetch FILE         take the server's; what is here is kept as a conflict copy
  tidesync verify --accept-local FILE  what is here is the new version; the server keeps the old one as well`;

export function addVerifyCommand(program: Command, host: CommandHost): void {
  program
    .command('verify')
    .description('compare disk, database and server, and repair without deleting')
    .argument('[path...]', 'folders (default: all), or with --fetch or --accept-local files')
    .option('--deep', 'read every file and compare its content')
    .option('--quick', 'compare names, kinds, sizes and times only (the default)')
    .option('--fetch', 'of damaged files: take the version of the server')
    .option('--accept-local', 'of damaged files: take the version that is here')
    .addHelpText('after', HELP)
    .action((paths: string[], options: VerifyOptions, command: Command) =>
      host.run(command, (context) => run(context, paths, options)),
    );
}

async function run(
  context: CliContext,
  paths: string[],
  options: VerifyOptions,
): Promise<ExitCode | undefined> {
  const { deep, quick, acceptLocal, fetch } = options;
  if ([deep, quick, acceptLocal, fetch].filter((one) => one === true).length > 1) {
    throw new UsageError('Only one of --deep, --quick, --fetch and --accept-local can be given.');
  }
  const absolute = paths.map((one) => path.resolve(context.cwd, one));
  if (acceptLocal === true || fetch === true)
    return decide(context, absolute, acceptLocal ? 'local' : 'server');
  return verify(context, absolute, deep === true);
}

async function decide(
  context: CliContext,
  files: readonly string[],
  take: 'local' | 'server',
): Promise<undefined> {
  if (files.length === 0) throw new UsageError('Name the files.');
  await context.access.use(async ({ face }) => {
    for (const file of files) await face.decideDamage(file, take);
  });
  const what =
    take === 'local'
      ? 'what is here is the new version'
      : "the server's version comes, and what is here is kept as a copy";
  context.out.result(
    { files, take },
    files.map((file) => `${file}: ${what}.`),
  );
  context.out.say('It is synced by `tidesync serve`, or by `tidesync sync`.');
  return undefined;
}

async function verify(context: CliContext, folders: readonly string[], deep: boolean): Promise<ExitCode> {
  const signal = context.interrupted();
  return context.access.use(async ({ face }) => {
    await requireSignedIn(face);
    const progress = progressSayer(context);
    const found: VerifiedFolder[] = [];
    let isWhole = true;
    for (const one of folders.length === 0 ? ['all'] : folders) {
      const verified = await face.verify({ path: one, deep, signal, progress });
      found.push(...(verified ?? []));
      isWhole &&= verified !== null && !signal.aborted;
    }
    context.out.result({ deep, finished: isWhole, folders: found }, linesOf(found, deep, isWhole));
    if (!isWhole) return exitCodes.interrupted;
    return exitCodeOf(found);
  });
}

async function requireSignedIn(face: EngineFace): Promise<void> {
  const { session } = await face.status();
  if (session.is === 'signedOut') fail(signedOutProblem(session.why));
}

function progressSayer({ out, clock }: CliContext): (now: VerifyProgress) => void {
  let saidMs = clock.monotonicMs();
  return ({ path: folder, done, total }) => {
    if (clock.monotonicMs() - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = clock.monotonicMs();
    out.say(`${folder}: ${done} of ${Math.max(done, total)} entries`);
  };
}

function exitCodeOf(folders: readonly VerifiedFolder[]): ExitCode {
  if (folders.some((one) => one.damaged + one.unreadable > 0 || one.halted)) return exitCodes.attention;
  return folders.every((one) => one.compared) ? exitCodes.ok : exitCodes.failed;
}

function linesOf(folders: readonly VerifiedFolder[], deep: boolean, isWhole: boolean): string[] {
  const lines = folders.flatMap((one) => [
    `${one.path}: ${one.checked} entries compared${deep ? `, ${one.read} files read` : ''}.`,
    ...one.findings.map(({ sentence }) => `    ${sentence}`),
    ...(one.found > one.findings.length ? [`    … and ${one.found - one.findings.length} more.`] : []),
    ...verdictOf(one),
  ]);
  if (folders.length === 0) lines.push('No folder was checked: none is synced now (`tidesync folder list`).');
  return isWhole
    ? lines
    : [...lines, `Stopped.${deep ? ' The next --deep goes on where this one was.' : ''}`];
}

function verdictOf({ found, repaired, damaged, unreadable, compared, halted }: VerifiedFolder): string[] {
  const lines: string[] = [];
  if (halted) lines.push('    It is halted: `tidesync status` says why.');
  else if (!compared) lines.push('    The server does not answer: it was not compared.');
  if (found === 0 && damaged === 0) return halted ? lines : [...lines, '    Nothing is wrong.'];
  if (repaired > 0) lines.push(`    ${repaired} put right; nothing was deleted.`);
  if (unreadable > 0) lines.push(`    ${unreadable} cannot be read: check the disk.`);
  if (damaged > 0) {
    lines.push(`    ${damaged} may be damaged. Which version counts?`);
    lines.push('    `tidesync verify --fetch FILE` or `tidesync verify --accept-local FILE`');
  }
  return lines;
}
