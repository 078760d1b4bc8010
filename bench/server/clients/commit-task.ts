import { randomUUID } from 'node:crypto';
import type { EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import { machineMs } from '../monotonic.ts';
import type { DeviceAccess } from './connected-device.ts';
import { ASKED_AGAIN, connectDevice } from './connected-device.ts';
import type { Task } from './task.ts';

export interface CommitInput {
  readonly device: DeviceAccess;
  readonly libraryId: LibraryId;
  readonly commits: number;
  readonly opsPerCommit: number;
}

export interface CommitOutput {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly commitMs: readonly number[];
  /** Heads in the order of the answers. */
  readonly headSeqs: readonly number[];
  readonly askedAgain: number;
}

/** Makes folders, one commit after the other. */
export const commitTask: Task<CommitInput, CommitOutput> = async (input) => {
  const { libraryId } = input;
  const { server, times } = connectDevice(input.device);
  return async () => {
    const beganMs = machineMs();
    const commitMs: number[] = [];
    const headSeqs: number[] = [];
    for (let n = 0; n < input.commits; n++) {
      const ops = Array.from({ length: input.opsPerCommit }, () => newFolder(libraryId));
      const sentMs = machineMs();
      const { headSeq, results } = await server.commit({ libraryId, opId: randomUUID() as OpId, ops });
      commitMs.push(machineMs() - sentMs);
      if (results.some(({ result }) => result !== 'applied')) throw new Error('a folder was not made');
      headSeqs.push(headSeq);
    }
    return { beganMs, endedMs: machineMs(), commitMs, headSeqs, askedAgain: times[ASKED_AGAIN]?.length ?? 0 };
  };
};

export function newFolder(libraryId: LibraryId): Op {
  const entryId = randomUUID() as EntryId;
  const name = `folder ${entryId}` as EntryName;
  return {
    op: 'create',
    entryId,
    parentId: topFolderOf(libraryId),
    name,
    mtimeMs: 1,
    body: { kind: 'folder' },
  };
}
