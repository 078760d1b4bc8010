import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { RootCheck } from './check-root.ts';
import type { EngineParts, ServerConnection } from './engine-parts.ts';
import { IdleCheck } from './idle-check.ts';
import type { RootEvents } from './root-events.ts';
import { SyncRoot } from './sync-root.ts';
import { createDownloader } from './transfer/downloader.ts';
import type { Pace } from './transfer/pace.ts';
import { createUploader } from './transfer/uploader.ts';

export interface RootStart {
  readonly parts: Pick<
    EngineParts,
    'clock' | 'random' | 'sha256' | 'watcher' | 'log' | 'openDisk' | 'openCutter' | 'bootId'
  >;
  readonly connection: Pick<ServerConnection, 'sync' | 'objects'>;
  /** Of the whole device. */
  readonly paces: { readonly up: Pace; readonly down: Pace };
  readonly deviceName: string;
  readonly record: RootRecord;
  readonly journal: RootJournal;
}

export interface StartedRoot {
  readonly running: SyncRoot;
  readonly check: RootCheck;
  /** What runs beside the loop: the check in idle time, and the cutter. */
  readonly beside: { close(): Promise<void> };
}

/** Gives a root its disk, cutter and transfers, and starts its loop. What runs beside it is the caller's to close. */
export function startRoot(
  { parts, connection, paces, deviceName, record, journal }: RootStart,
  events: RootEvents,
): StartedRoot {
  const { clock, random, sha256, watcher, log, bootId } = parts;
  const disk = parts.openDisk(record.path);
  const cutter = parts.openCutter(record.path);
  const { sync: server, objects } = connection;
  const ports = { server, objects, disk, clock, random, sha256 };
  const transferPorts = { ...ports, libraryId: record.libraryId };
  const progress = (key: string, doneBytes: number) => {
    running.jobs.progress(key, doneBytes);
    events.changed();
  };
  const uploader = createUploader({
    ...transferPorts,
    pace: paces.up,
    resumeKey: record.rootId,
    onProgress: ({ path, doneBytes }) => progress(path, doneBytes),
  });
  const downloader = createDownloader({
    ...transferPorts,
    pace: paces.down,
    onProgress: ({ temp, doneBytes }) => progress(temp, doneBytes),
  });
  const rootParts = { ...ports, record, journal, cutter, watcher, deviceName, bootId, log };
  const running: SyncRoot = new SyncRoot(rootParts, { uploader, downloader }, events);
  running.start();
  const idle = new IdleCheck(rootParts, running);
  idle.start();
  const close = async () => {
    await idle.stop();
    await cutter.close();
  };
  return { running, check: new RootCheck(rootParts, running), beside: { close } };
}
