import { randomUUID } from 'node:crypto';
import { nodeClock, nodeRandom, nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { UNPACED } from '@tidesync/engine/shell/transfer/pace';
import { createUploader } from '@tidesync/engine/shell/transfer/uploader';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ContentId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Problem } from '@tidesync/shared/problems';
import { cutContent, madeContent } from '../made-content.ts';
import { machineMs } from '../monotonic.ts';
import type { CallTimes, ConnectedDevice, DeviceAccess } from './connected-device.ts';
import { connectDevice } from './connected-device.ts';
import { madeDisk, UPLOADED } from './made-disk.ts';
import type { Task } from './task.ts';

export interface UploadInput {
  readonly device: DeviceAccess;
  readonly libraryId: LibraryId;
  /** One after the other. */
  readonly files: readonly FileToMake[];
}
export interface FileToMake {
  readonly name: string;
  readonly seed: string;
  readonly sizeBytes: number;
}

export type Uploaded = {
  readonly seed: string;
  readonly sizeBytes: number;
  readonly contentId: ContentId;
  readonly chunks: readonly ChunkRef[];
  readonly beganMs: number;
  readonly endedMs: number;
} & ({ readonly is: 'committed' } | { readonly is: 'refused'; readonly problem: Problem });

export interface UploadOutput {
  readonly files: readonly Uploaded[];
  readonly times: CallTimes;
}

/** begin, missing, sign, PUT, seal, stage and commit, as the engine does it; the files are cut beforehand. */
export const uploadTask: Task<UploadInput, UploadOutput> = async ({ device, libraryId, files }) => {
  const connected = connectDevice(device);
  const cut = files.map((file) => {
    const content = madeContent(file.seed, file.sizeBytes);
    return { file, content, ...cutContent(content) };
  });
  return async () => {
    const uploaded: Uploaded[] = [];
    for (const one of cut) uploaded.push(await uploadOne(connected, libraryId, one));
    connected.close();
    return { files: uploaded, times: connected.times };
  };
};

type CutFile = ReturnType<typeof cutContent> & {
  readonly file: FileToMake;
  readonly content: ReturnType<typeof madeContent>;
};

async function uploadOne(
  connected: ConnectedDevice,
  libraryId: LibraryId,
  { file, content, contentId, chunks }: CutFile,
): Promise<Uploaded> {
  const { server, objects } = connected;
  const disk = madeDisk(content);
  const surroundings = { clock: nodeClock, random: nodeRandom, sha256: nodeSha256, pace: UNPACED };
  const uploader = createUploader({ server, objects, disk, libraryId, resumeKey: null, ...surroundings });
  const beganMs = machineMs();
  const { signal } = new AbortController();
  const [outcome] = await uploader.upload([{ path: UPLOADED, contentId, chunks, stamp: disk.stamp }], signal);
  const facts = { seed: file.seed, sizeBytes: file.sizeBytes, contentId, chunks, beganMs };
  if (outcome?.is === 'trouble' && outcome.trouble.code === 'refused') {
    return { ...facts, endedMs: machineMs(), is: 'refused', problem: outcome.trouble.problem };
  }
  if (outcome?.is !== 'staged') throw new Error(`${file.name} was not staged: ${JSON.stringify(outcome)}`);
  await commitFile(server, libraryId, { name: file.name, contentId });
  return { ...facts, endedMs: machineMs(), is: 'committed' };
}

/** Makes one entry with content that was staged. Rejects where it was not applied. */
export async function commitFile(
  server: ConnectedDevice['server'],
  libraryId: LibraryId,
  { name, contentId }: { readonly name: string; readonly contentId: ContentId },
): Promise<void> {
  const { results } = await server.commit({
    libraryId,
    opId: randomUUID() as OpId,
    ops: [
      {
        op: 'create',
        entryId: randomUUID() as EntryId,
        parentId: topFolderOf(libraryId),
        name: name as EntryName,
        mtimeMs: 1,
        body: { kind: 'file', contentId, executable: false },
      },
    ],
  });
  if (results[0]?.result !== 'applied')
    throw new Error(`${name} was not applied: ${JSON.stringify(results)}`);
}
