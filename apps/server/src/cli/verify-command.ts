import { formatBytes, safeForTerminal } from '@tidesync/shared/format';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { verifyPlace } from '../compose-verify.ts';
import type { ObjectKey } from '../ports/object-store.ts';
import { parseObjectKey } from '../ports/object-store.ts';
import type { VerifyReport } from '../use-cases/verify/verify-data.ts';
import { isSound } from '../use-cases/verify/verify-data.ts';
import type { CliIo } from './cli-io.ts';
import { watched } from './long-work.ts';
import { ownPlace, PLACE_SETTINGS } from './move-flags.ts';
import { counted } from './move-progress-line.ts';
import { parseLibraryId } from './quota-command.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags } from './setting-flags.ts';

const HOW = `
May run beside the server. Nothing is removed. Without --deep packs are only looked at by their size; with it every
pack is read, at most 64 MiB a second, and each chunk hashed. A check that is stopped says how it goes on. A pack that
is not as it should be is marked, so that nobody relies on it: devices then send its content again.

Exit code 1 if anything is wrong, or it was stopped.`;

/** `tidesync-server verify`: whether metadata and objects fit each other, and which files do not. */
export function addVerifyCommand(program: Command, io: CliIo): void {
  const command = program
    .command('verify')
    .description('compare metadata with objects, and name the files that are damaged')
    .option('--deep', 'read every pack and hash its chunks')
    .option('--library <id>', 'this library alone; `quota libraries` lists them', parseLibraryId)
    .option('--after <pack>', 'with --deep: go on behind this pack, as a stopped check says', parsePack)
    .option('--json', 'answer as JSON');
  addSettingFlags(command, PLACE_SETTINGS)
    .addHelpText('after', HOW)
    .action(async (flags: Flags) => {
      const { library = null, after = null } = flags as { library?: VerifyLibrary; after?: ObjectKey };
      const report = await watched(io, (watch) =>
        verifyPlace(ownPlace(flags, io), { libraryId: library, after, deep: flags.deep === true, watch }),
      );
      if (flags.json === true) io.say(JSON.stringify({ ok: isSound(report), ...report }));
      else for (const line of linesOf(report)) io.say(safeForTerminal(line));
      if (!isSound(report) || report.stopped !== null) io.setExitCode(1);
    });
}
type VerifyLibrary = ReturnType<typeof parseLibraryId>;

function parsePack(text: string): ObjectKey {
  const key = parseObjectKey(text);
  if (key !== null) return key;
  throw new InvalidArgumentError('It is no pack. Take what the stopped check has said.');
}

const CURE =
  'A running server heals what it can: a device that has such a file sends its content again by itself. What no ' +
  'device has comes back only with its packs, from a backup of the objects.';

function linesOf(report: VerifyReport): string[] {
  const { libraries, packs, contents, commits, entries, deep, strays } = report;
  const how = deep ? 'read whole' : 'looked at by size';
  const through = `${counted(libraries)} libraries, ${counted(commits)} commits, ${counted(entries)} entries, `;
  const lines = [
    `Checked ${through}${counted(contents)} contents; ${counted(packs)} packs ${how}.`,
    ...report.history.map(({ library, says }) => `The history of "${library}": ${says}.`),
    ...report.damagedPacks.map(
      ({ libraryId, packId, why }) => `Damaged pack ${libraryId}/${packId}: ${why}.`,
    ),
    ...report.damagedFiles.map(fileLine),
    ...strays.objects.map(({ key, sizeBytes }) => `No metadata for ${key} (${formatBytes(sizeBytes ?? 0)}).`),
    ...(report.quotas?.driftsFound
      ? [`${report.quotas.driftsFound} numbers of quotas are wrong: \`tidesync-server quota recount\`.`]
      : []),
    verdictOf(report),
  ];
  if (report.filesDamaged > 0) lines.push(CURE);
  if (report.stopped === null) return lines;
  const { after } = report.stopped;
  return [
    ...lines,
    `Stopped. Go on with: verify${deep ? ' --deep' : ''}${after === null ? '' : ` --after ${after}`}`,
  ];
}

const IS: Record<VerifyReport['damagedFiles'][number]['is'], string> = {
  live: 'Damaged file',
  trash: 'Damaged file in the trash',
  version: 'Damaged earlier version',
};

function fileLine({ is, library, path, seq, device, why }: VerifyReport['damagedFiles'][number]): string {
  return `${IS[is]}: "${path}" in "${library}", change ${seq} of ${device ?? 'a device that is gone'}: ${why}.`;
}

function verdictOf(report: VerifyReport): string {
  const { packsDamaged, filesDamaged, historyFaults, strays } = report;
  const left =
    strays.found === 0 ? '' : ` ${counted(strays.found)} objects have no metadata; they are left alone.`;
  if (isSound(report)) return `Nothing is wrong.${left}`;
  const found = [
    `${counted(packsDamaged)} packs are damaged`,
    `${counted(filesDamaged)} versions of files cannot be read whole`,
    `${counted(historyFaults)} faults are in the metadata`,
  ];
  return `${found.join(', ')}.${left}`;
}
