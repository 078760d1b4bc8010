import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { formatBytes } from '@tidesync/shared/format';
import { fail } from '@tidesync/shared/problems';
import type { FileVersion } from '@tidesync/shared/wire/retention';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { UsageError } from '../exit-codes.ts';
import { table } from '../table.ts';

interface RestoreOptions {
  readonly at?: string;
  readonly number?: string;
}

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
    .description('bring an earlier content of a file back; what it has now becomes a version')
    .argument('<path>', 'a file in a synced folder')
    .option('--at <time>', 'as it was then, e.g. 2026-11-28 or 2026-11-28T14:05 (default: the one before)')
    .option('--number <n>', 'the version of that number, as `versions` lists it')
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

async function restore(context: CliContext, wanted: string, options: RestoreOptions): Promise<undefined> {
  const file = path.resolve(context.cwd, wanted);
  const wish = wishIn(options);
  const restored = await context.access.use(async ({ face }) => {
    const found = chosen(await readVersions(face, file), wish);
    const { seq } = found ?? fail({ reason: 'entryMissing', entry: `such a version of ${file}` });
    return { version: seq, ...(await face.screens.restoreVersion(file, seq)) };
  });
  context.out.result(restored, [`${wanted} has the content of version ${restored.version} again.`]);
  context.out.say('It comes to every device with its next sync. What it was before is a version now.');
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
