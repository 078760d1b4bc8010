import { createHash, randomUUID } from 'node:crypto';
import type { ContentId, LibraryId, OpId } from '@tidesync/shared/ids';
import { machineMs } from '../monotonic.ts';
import { newFolder } from './commit-task.ts';
import type { DeviceAccess } from './connected-device.ts';
import { connectDevice } from './connected-device.ts';
import { downloadTask } from './download-task.ts';
import { usedBytesOf } from './stored-parts.ts';
import type { Task } from './task.ts';
import { uploadTask } from './upload-task.ts';

export interface MixedInput {
  readonly device: DeviceAccess;
  readonly libraryId: LibraryId;
  readonly seed: string;
  readonly durationMs: number;
}

const kinds = ['poll', 'commit', 'upload', 'download', 'quota'] as const;
export type MixedKind = (typeof kinds)[number];

export interface MixedOutput {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly stepMs: Readonly<Record<MixedKind, readonly number[]>>;
  readonly uploadedBytes: number;
  /** What the uploads take of the quota. */
  readonly usedBytes: number;
  readonly downloadedBytes: number;
}

/** Of 100 steps; what is left are looks at the quota and the list of libraries. */
const shares: readonly (readonly [MixedKind, number])[] = [
  ['poll', 45],
  ['commit', 25],
  ['upload', 12],
  ['download', 10],
];
const FILE_BYTES_MIN = 20_000;
const FILE_BYTES_SPAN = 980_000;

interface Position {
  cursor: string;
  file: { seed: string; sizeBytes: number; contentId: ContentId } | null;
  uploadedBytes: number;
  usedBytes: number;
  downloadedBytes: number;
}

/** A device at its day's work: polls most, commits often, moves files of 20 kB to 1 MB now and then. */
export const mixedTask: Task<MixedInput, MixedOutput> = async (input, surroundings) => {
  const { device, libraryId } = input;
  const { server, close } = connectDevice(device);
  const at: Position = {
    cursor: (await server.tree(libraryId, null)).cursor,
    file: null,
    uploadedBytes: 0,
    usedBytes: 0,
    downloadedBytes: 0,
  };
  const steps: Record<MixedKind, (n: number) => Promise<unknown>> = {
    async poll() {
      at.cursor = (await server.changes(libraryId, at.cursor)).cursor;
    },
    commit: () => server.commit({ libraryId, opId: randomUUID() as OpId, ops: [newFolder(libraryId)] }),
    async upload(n) {
      const seed = `${input.seed}/${n}`;
      const sizeBytes = FILE_BYTES_MIN + (numberOf(`size of ${seed}`) % FILE_BYTES_SPAN);
      const files = [{ name: `file ${n}`, seed, sizeBytes }];
      const run = await uploadTask({ device, libraryId, files }, surroundings);
      const [sent] = (await run()).files;
      if (sent?.is !== 'committed') throw new Error('a file did not fit');
      at.file = { seed, sizeBytes, contentId: sent.contentId };
      at.uploadedBytes += sizeBytes;
      at.usedBytes += usedBytesOf(sent);
    },
    async download() {
      if (at.file === null) throw new Error('nothing was uploaded yet');
      const run = await downloadTask({ device, libraryId, ...at.file }, surroundings);
      at.downloadedBytes += (await run()).rightBytes;
    },
    quota: () => Promise.all([server.quota(), server.libraries()]),
  };
  return async () => {
    const stepMs: Record<MixedKind, number[]> = { poll: [], commit: [], upload: [], download: [], quota: [] };
    const beganMs = machineMs();
    for (let n = 0; machineMs() - beganMs < input.durationMs; n++) {
      const wanted = kindOf(numberOf(`${input.seed}/${n}`) % 100);
      const kind = wanted === 'download' && at.file === null ? 'poll' : wanted;
      const stepBeganMs = machineMs();
      await steps[kind](n);
      stepMs[kind].push(machineMs() - stepBeganMs);
    }
    close();
    const { uploadedBytes, usedBytes, downloadedBytes } = at;
    return { beganMs, endedMs: machineMs(), stepMs, uploadedBytes, usedBytes, downloadedBytes };
  };
};

function kindOf(percent: number): MixedKind {
  let upTo = 0;
  for (const [kind, share] of shares) {
    upTo += share;
    if (percent < upTo) return kind;
  }
  return 'quota';
}

/** The same number for the same text. */
const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE();
