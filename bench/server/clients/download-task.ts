import { nodeClock, nodeRandom, nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { createDownloader } from '@tidesync/engine/shell/transfer/downloader';
import { UNPACED } from '@tidesync/engine/shell/transfer/pace';
import type { ContentId, LibraryId } from '@tidesync/shared/ids';
import { madeContent } from '../made-content.ts';
import { machineMs } from '../monotonic.ts';
import type { CallTimes, DeviceAccess } from './connected-device.ts';
import { connectDevice } from './connected-device.ts';
import { DOWNLOADED, madeDisk } from './made-disk.ts';
import type { Task } from './task.ts';

export interface DownloadInput {
  readonly device: DeviceAccess;
  readonly libraryId: LibraryId;
  readonly seed: string;
  readonly sizeBytes: number;
  readonly contentId: ContentId;
}

export interface DownloadOutput {
  readonly beganMs: number;
  readonly endedMs: number;
  /** Bytes that arrived and are what was uploaded. */
  readonly rightBytes: number;
  readonly times: CallTimes;
}

/** revisions, locate, sign and ranged GETs, each chunk's hash checked and each byte compared with what was sent. */
export const downloadTask: Task<DownloadInput, DownloadOutput> = async (input) => {
  const { libraryId, contentId, sizeBytes } = input;
  const { server, objects, times, close } = connectDevice(input.device);
  const disk = madeDisk(madeContent(input.seed, sizeBytes));
  const surroundings = { clock: nodeClock, random: nodeRandom, sha256: nodeSha256, pace: UNPACED };
  const downloader = createDownloader({ server, objects, disk, libraryId, ...surroundings });
  return async () => {
    const beganMs = machineMs();
    const file = { contentId, sizeBytes, temp: DOWNLOADED, executable: false, mtimeMs: 1 };
    const [outcome] = await downloader.download([file], new AbortController().signal);
    const endedMs = machineMs();
    close();
    if (outcome?.is !== 'fetched') throw new Error(`not fetched: ${JSON.stringify(outcome)}`);
    return { beganMs, endedMs, rightBytes: disk.rightBytes(), times };
  };
};
