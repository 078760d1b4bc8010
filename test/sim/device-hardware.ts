import path from 'node:path';
import { openSqliteJournal } from '@tidesync/engine/adapters/sqlite-journal';
import type { EngineJournal } from '@tidesync/engine/ports/journal';
import type { DiskModes } from '@tidesync/engine/testing/disk-modes';
import type { DiskKind } from './scenario.ts';
import { workFolder } from './server-database.ts';

const journals: EngineJournal[] = [];
/** The journal of the n-th device, used by one world after the other. */
export function journalFile(index: number): EngineJournal {
  journals[index] ??= openSqliteJournal(path.join(workFolder, `journal-${index}.db`), 0).journal;
  return journals[index] as EngineJournal;
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
