import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { isInside } from '@tidesync/engine/shell/bind-folder';
import { formatBytes } from '@tidesync/shared/format';
import { fail } from '@tidesync/shared/problems';
import type { FileVersion } from '@tidesync/shared/wire/retention';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { table } from '../table.ts';

interface RestoreOptions {
  readonly at?: string;
  readonly number?: string;
  readonly to?: string;
}

const HELP = `
Without --to every device gets that content with its next sync, and what the file has now becomes a version.
With --to nothing is replaced: where the name is taken, the new file is called \`report (2).odt\`.`;

/** Earlier contents of a file, as the server keeps them. */
export function addVersionCommands(program: Command, host: CommandHost): void {
  program
    .command('versions')
    .description('list the contents that a file has had, the latest first')
    .argument('<path>', 'a file in a synced folder')
    .action((wanted: string, _options, command: Command) =>
      host.run(command, (context) => list(context, wanted)),
    );
  program
    .command('restore')
    .description('bring an earlier content of a file back, or write it elsewhere with --to')
    .argument('<path>', 'a file in a synced folder')
    .option('--at <time>', 'as it was then, e.g. 2026-11-28 or 2026-11-28T14:05 (default: the one before)')
    .option('--number <n>', 'the version of that number, as `versions` lists it')
    .option('--to <dir>', 'write it into that folder as a new file; the synced file stays as it is')
    .addHelpText('after', HELP)
    .action((wanted: string, options: RestoreOptions, command: Command) =>
      host.run(command, (context) => restore(context, wanted, options)),
    );
}

async function readVersions(face: EngineFace, file: string): Promise<FileVersion[]> {
  const versions: FileVersion[] = [];
  let beforeSeq: number | null = null;
  do {
    const page = await face.screens.versions(file, beforeSeq);
    versions.push(...page.versions);
    beforeSeq = page.nextBeforeSeq;
  } while (beforeSeq !== null);
  return versions;
}

async function list(context: CliContext, wanted: string): Promise<undefined> {
  const file = path.resolve(context.cwd, wanted);
  const versions = await context.access.use(({ face }) => readVersions(face, file));
  const rows = versions.map(({ seq, atMs, sizeBytes, device, is, expiresAtMs }) => [
    String(seq),
    shownTime(atMs),
    formatBytes(sizeBytes),
    device?.name ?? '-',
    is === 'current' ? 'now' : expiresAtMs === null ? 'kept' : `kept until ${shownTime(expiresAtMs)}`,
  ]);
  context.out.result({ path: file, versions }, table(rows));
  return undefined;
}

type Work = Promise<ExitCode | undefined>;

async function restore(context: CliContext, wanted: string, options: RestoreOptions): Work {
  const file = path.resolve(context.cwd, wanted);
  const wish = wishIn(options);
  if (options.to !== undefined) return saveElsewhere(context, { file, wish, to: options.to });
  const restored = await context.access.use(async ({ face }) => {
    const { seq } = await findVersion(face, file, wish);
    return { version: seq, ...(await face.screens.restoreVersion(file, seq)) };
  });
  context.out.result(restored, [`${wanted} has the content of version ${restored.version} again.`]);
  context.out.say('It comes to every device with its next sync. What it was before is a version now.');
  return undefined;
}

async function findVersion(face: EngineFace, file: string, wish: Wish): Promise<FileVersion> {
  const found = chosen(await readVersions(face, file), wish);
  return found ?? fail({ reason: 'entryMissing', entry: `such a version of ${file}` });
}

interface Elsewhere {
  readonly file: string;
  readonly wish: Wish;
  readonly to: string;
}

/** By this program and not by the engine: a folder that its user may write to is enough. */
async function saveElsewhere(context: CliContext, { file, wish, to }: Elsewhere): Work {
  const real = await context.folders.resolve(file);
  const { version, libraryId } = await context.access.use(async ({ face }) => {
    const { roots } = await face.status();
    const root =
      roots.find((one) => isInside(real, one.path)) ?? fail({ reason: 'folderUnbound', path: file });
    return { version: await findVersion(face, file, wish), libraryId: root.libraryId };
  });
  const folder = await context.folders.prepare(path.resolve(context.cwd, to));
  const signal = context.interrupted();
  const { contentId, sizeBytes, mtimeMs, seq } = version;
  const order = { libraryId, contentId, sizeBytes, mtimeMs, folder, name: path.basename(real), signal };
  const savedAs = await context.access
    .useServer((server) => server.saveContent(order))
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return null;
    });
  if (savedAs === null) return exitCodes.interrupted;
  context.out.result({ version: seq, path: file, savedAs, sizeBytes }, [
    `Version ${seq} of ${path.basename(file)} is now ${savedAs} (${formatBytes(sizeBytes)}).`,
  ]);
  return undefined;
}

type Wish = { readonly is: 'before' } | { readonly is: 'seq' | 'time'; readonly value: number };

function wishIn({ at, number }: RestoreOptions): Wish {
  if (at !== undefined && number !== undefined) throw new UsageError('Say either --at or --number.');
  if (number !== undefined) {
    if (!/^\d{1,15}$/.test(number))
      throw new UsageError('--number is what it says, as `tidesync versions` lists it.');
    return { is: 'seq', value: Number(number) };
  }
  if (at === undefined) return { is: 'before' };
  const value = Date.parse(/^\d{4}-\d\d-\d\d$/.test(at) ? `${at}T23:59:59.999` : at);
  if (Number.isNaN(value)) throw new UsageError(`"${at}" is no time; write it like 2026-11-28T14:05.`);
  return { is: 'time', value };
}

/** The latest first: what was there at a time is the first that is not younger. */
function chosen(versions: readonly FileVersion[], wish: Wish): FileVersion | undefined {
  if (wish.is === 'before') return versions.find(({ is }) => is !== 'current');
  if (wish.is === 'seq') return versions.find(({ seq }) => seq === wish.value);
  return versions.find(({ atMs }) => atMs <= wish.value);
}
