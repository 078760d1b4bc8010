import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { openSqliteJournal } from '@tidesync/engine/adapters/sqlite-journal';
import type { EngineJournal } from '@tidesync/engine/ports/journal';
import type { DiskModes } from '@tidesync/engine/testing/disk-modes';
import type { DiskKind } from './scenario.ts';
import { workFolder } from './server-database.ts';

const journals: EngineJournal[] = [];
/** The journal of the n-th device, used by one world after the other. */
export function journalFile(index: number): EngineJournal {
  journals[index] ??= openSqliteJournal(fileOf(index), 0).journal;
  return journals[index] as EngineJournal;
}

const fileOf = (index: number) => path.join(workFolder, `journal-${index}.db`);

/** Makes a copy of it under a name, and opens it anew. */
export function saveJournal(index: number, name: string): void {
  copyWhileClosed(index, [fileOf(index), `${fileOf(index)}.${name}`]);
}
/** Makes it what that copy is. */
export function putBackJournal(index: number, name: string): void {
  copyWhileClosed(index, [`${fileOf(index)}.${name}`, fileOf(index)]);
}

/** Closed, all of it is in the one file. */
function copyWhileClosed(index: number, [from, to]: readonly [string, string]): void {
  journalFile(index).close();
  delete journals[index];
  copyFileSync(from, to);
}

const wholeSeconds = { mtimeStepNs: 1_000_000_000n, otherTimesStepNs: 1_000_000_000n };

/** What the disks of simulated devices are like. FAT: times of two seconds; HFS+: of one. */
export const diskModes: Readonly<Record<DiskKind, Partial<DiskModes>>> = {
  linux: {},
  fat: { mtimeStepNs: 2_000_000_000n, otherTimesStepNs: 2_000_000_000n },
  mac: { names: 'caseInsensitive', unicode: 'nfcInsensitive' },
  hfs: { names: 'caseInsensitive', unicode: 'nfdStored', ...wholeSeconds },
  windows: { windows: true, mtimeStepNs: 100n, otherTimesStepNs: 100n },
};
