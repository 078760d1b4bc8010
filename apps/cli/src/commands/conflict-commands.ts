import { shownTime } from '@tidesync/engine/core/sentences';
import { formatBytes } from '@tidesync/shared/format';
import { Failure, fail, sentenceOf } from '@tidesync/shared/problems';
import type { ConflictKeep, ConflictVersion } from '@tidesync/shared/wire/engine';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';

interface ResolveOptions {
  readonly keep: ConflictKeep;
  readonly all?: true;
}
type Face = Parameters<Parameters<CliContext['access']['use']>[0]>[0]['face'];
type Conflict = Awaited<ReturnType<Face['conflicts']>>[number];

const KEEPS: readonly ConflictKeep[] = ['both', 'mine', 'theirs'];
const HASH_DIGITS_SHOWN = 12;

export function addConflictCommands(program: Command, host: CommandHost): void {
  const conflicts = program
    .command('conflicts')
    .description('files that were changed on two devices at once');
  conflicts
    .command('list', { isDefault: true })
    .description('list the copies that were kept')
    .option('--resolved', 'those that are settled and can be taken back')
    .action((options: { resolved?: true }, command: Command) =>
      host.run(command, options.resolved === true ? listResolved : list),
    );
  conflicts
    .command('resolve')
    .description('keep both versions, or one, and the other goes to the trash')
    .argument('[conflict]', 'as `conflicts list` names it')
    .addOption(
      new Option('--keep <which>', 'mine: of this device; theirs: what has the name')
        .choices(KEEPS)
        .makeOptionMandatory(),
    )
    .option('--all', 'every conflict that is listed')
    .action((conflict: string | undefined, options: ResolveOptions, command: Command) =>
      host.run(command, (context) => resolve(context, conflict, options)),
    );
  conflicts
    .command('undo')
    .description('take an answer back: the other version returns from the trash')
    .argument('<conflict>', 'as `conflicts list --resolved` names it')
    .action((conflict: string, _options, command: Command) =>
      host.run(command, (context) => undo(context, conflict)),
    );
}

/** The second part changes with either version, so that an answer is to what was shown. */
function nameOf({ conflictId, shown }: Conflict): string {
  return `${conflictId}-${shown}`;
}

async function list(context: CliContext): Promise<undefined> {
  const conflicts = await context.access.use(({ face }) => face.conflicts());
  const named = conflicts.map((one) => ({ name: nameOf(one), ...one }));
  const lines = named.flatMap((one) => [
    `${one.name}  ${shownTime(one.atMs)}  ${one.path}`,
    `    mine:   ${versionLine(one.mine)}`,
    `    theirs: ${versionLine(one.theirs)}`,
    `    the other version: ${one.copyPath}`,
  ]);
  context.out.result({ conflicts: named }, lines.length === 0 ? ['No conflicts.'] : lines);
  if (named.length > 0) context.out.say('Next: `tidesync conflicts resolve NAME --keep both|mine|theirs`.');
  return undefined;
}

function versionLine(version: ConflictVersion | null): string {
  if (version === null) return 'not here';
  const { deviceName, mtimeMs, sizeBytes, contentId, kind } = version;
  const parts = [
    shownTime(mtimeMs),
    sizeBytes === null ? `a ${kind}` : formatBytes(sizeBytes),
    ...(deviceName === null ? [] : [`from ${deviceName}`]),
    ...(sizeBytes === null ? [] : [contentId?.slice(0, HASH_DIGITS_SHOWN) ?? 'not read yet']),
  ];
  return parts.join('  ');
}

async function listResolved(context: CliContext): Promise<undefined> {
  const resolved = await context.access.use(({ face }) => face.resolvedConflicts());
  const lines = resolved.map(
    ({ conflictId, resolvedMs, path, kept }) =>
      `${conflictId}  ${shownTime(resolvedMs)}  ${path}  kept: ${kept}`,
  );
  context.out.result({ resolved }, lines.length === 0 ? ['Nothing to take back.'] : lines);
  return undefined;
}

async function resolve(
  context: CliContext,
  name: string | undefined,
  { keep: which, all }: ResolveOptions,
): Promise<ExitCode | undefined> {
  if ((name === undefined) === (all === undefined))
    throw new UsageError('Name one conflict, or say --all. `tidesync conflicts list` shows them.');
  return context.access.use(async ({ face }) => {
    if (name === undefined) return resolveAll(context, face, which);
    const conflict = (await face.conflicts()).find((one) => name.startsWith(one.conflictId));
    if (conflict === undefined) return fail({ reason: 'conflictMissing', conflict: name });
    if (nameOf(conflict) !== name) return fail({ reason: 'conflictChanged', path: conflict.path });
    const { conflictId, shown } = conflict;
    const resolved = await face.resolveConflict({ conflictId, shown, keep: which });
    context.out.result(resolved, [settledLine(conflict.path, which)]);
    context.out.say(`\`tidesync conflicts undo ${conflictId}\` takes it back, for 30 days.`);
    return undefined;
  });
}

/** Each on its own: one that is refused stays in the list, with its reason. */
async function resolveAll(
  context: CliContext,
  face: Face,
  keep: ConflictKeep,
): Promise<ExitCode | undefined> {
  const resolved: string[] = [];
  const refused: { path: string; sentence: string }[] = [];
  for (const { conflictId, shown, path } of await face.conflicts()) {
    try {
      await face.resolveConflict({ conflictId, shown, keep });
      resolved.push(conflictId);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refused.push({ path, sentence: sentenceOf(error.problem) });
    }
  }
  context.out.result({ keep, resolved, refused }, [
    `${resolved.length} settled, ${refused.length} not.`,
    ...refused.map(({ sentence }) => `    ${sentence}`),
  ]);
  return refused.length === 0 ? undefined : exitCodes.attention;
}

function settledLine(path: string, keep: ConflictKeep): string {
  if (keep === 'both') return `${path}: both versions stay.`;
  const kept = keep === 'mine' ? "this device's version" : 'the version that has the name';
  return `${path}: ${kept} is kept; the other one lies in the trash.`;
}

async function undo(context: CliContext, name: string): Promise<undefined> {
  const conflictId = name.slice(0, name.indexOf('-') === -1 ? undefined : name.indexOf('-'));
  if (!/^[0-9a-f]{8}$/.test(conflictId)) fail({ reason: 'conflictMissing', conflict: name });
  const conflict = await context.access.use(({ face }) => face.undoConflict(conflictId));
  context.out.result({ name: nameOf(conflict), ...conflict }, [
    `${conflict.path}: both versions are back, the other one as ${conflict.copyPath}.`,
  ]);
  return undefined;
}
