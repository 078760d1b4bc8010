import { formatBytes } from '@tidesync/shared/format';
import type { FolderCheck, FolderFinding, FolderMeasure } from '@tidesync/shared/wire/engine-screens';
import { quotaLine } from './status-text.ts';

type FindingOf<I extends FolderFinding['is']> = Extract<FolderFinding, { is: I }>;

/** The same as the screens say. */
const FINDINGS: { [I in FolderFinding['is']]: (finding: FindingOf<I>) => string } = {
  overlaps: ({ other }) =>
    `it lies inside ${other}, or that lies inside it; each file can be synced only once. Choose a folder beside it.`,
  systemFolder: () =>
    'it belongs to the system, or holds the folders of other people. Choose a folder of your own.',
  notFolder: () => 'it is a file. Choose a folder.',
  parentMissing: () =>
    'neither it nor the folder above it is there. Check the spelling, or make the folder above it first.',
  noPermission: () =>
    'your user may not read and write there. Give your user permission, or choose another folder.',
  readOnlyDisk: () => 'its disk cannot be written to. Choose a folder on another disk.',
  networkDisk: () =>
    'it lies on another computer’s disk. Changes made elsewhere are found more slowly, by a scan every 15 minutes.',
  foldsCase: () =>
    'its disk does not tell upper from lower case. Of two files that differ in case alone, one stays on the server.',
  diskShort: (room) => `its disk is short of ${short(room)}. Free space first; what fits is synced.`,
  quotaShort: (room) =>
    `your storage on the server is short of ${short(room)}. Free space or ask the administrator for more; what fits ` +
    'is sent.',
};

function short({ neededBytes, freeBytes }: { neededBytes: number; freeBytes: number }): string {
  const [lacking, needed, free] = [neededBytes - freeBytes, neededBytes, freeBytes].map(formatBytes);
  return `${lacking}: ${needed} are needed, ${free} are free`;
}

/** What would come of adding a folder, for people. */
export function folderCheckLines({
  path,
  exists,
  here,
  onServer,
  libraryIs,
  ...check
}: FolderCheck): string[] {
  const { freeBytes, quota, findings } = check;
  return [
    `Here: ${path}, ${exists ? measured(here) : 'which would be made'}.`,
    ...(libraryIs === null ? ['The server could not be asked.'] : []),
    ...(libraryIs === 'new' ? ['On the server: a new library would be made.'] : []),
    ...(onServer === null ? [] : [`On the server: ${measured(onServer)}.`]),
    ...(freeBytes === null ? [] : [`Free on the disk: ${formatBytes(freeBytes)}.`]),
    ...(quota === null || libraryIs === 'shared' ? [] : [`Your storage on the server: ${quotaLine(quota)}`]),
    ...findings.map(
      ({ finding, blocks }) => `${blocks ? 'Cannot be added' : 'Mind'}: ${sentenceOfFinding(finding)}`,
    ),
  ];
}

function sentenceOfFinding(finding: FolderFinding): string {
  // TypeScript does not see that the sentence of a finding is one for that finding.
  const sentence = FINDINGS[finding.is] as (finding: FolderFinding) => string;
  return sentence(finding);
}

function measured({ files, sizeBytes, complete }: FolderMeasure): string {
  const count = files === 1 ? '1 file' : `${files} files`;
  return `${complete ? '' : 'at least '}${count} with ${formatBytes(sizeBytes)}`;
}
