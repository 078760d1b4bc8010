import type { RootJournal, RootRecord } from '../ports/journal.ts';
import type { EngineParts, ServerConnection } from './engine-parts.ts';
import type { RootEvents } from './sync-root.ts';
import { SyncRoot } from './sync-root.ts';
import { createDownloader } from './transfer/downloader.ts';
import { createUploader } from './transfer/uploader.ts';

export interface RootStart {
  readonly parts: Pick<
    EngineParts,
    'clock' | 'random' | 'sha256' | 'watcher' | 'log' | 'openDisk' | 'openCutter'
  >;
  readonly connection: ServerConnection;
  readonly deviceName: string;
  readonly record: RootRecord;
  readonly journal: RootJournal;
}

/** Gives a root its disk, its cutter and its transfers, and starts its loop. The cutter is the caller's to close. */
export function startRoot(
  { parts, connection, deviceName, record, journal }: RootStart,
  events: RootEvents,
): { running: SyncRoot; cutter: { close(): Promise<void> } } {
  const { clock, random, sha256, watcher, log } = parts;
  const disk = parts.openDisk(record.path);
  const cutter = parts.openCutter(record.path);
  const { sync: server, objects } = connection;
  const ports = { server, objects, disk, clock, random, sha256 };
  const transferPorts = { ...ports, libraryId: record.libraryId };
  const progress = (key: string, doneBytes: number) => {
    const transfer = running.jobs.transfers.get(key);
    if (transfer !== undefined) transfer.doneBytes = doneBytes;
    events.changed();
  };
  const uploader = createUploader({
    ...transferPorts,
    resumeKey: record.rootId,
    onProgress: ({ path, doneBytes }) => progress(path, doneBytes),
  });
  const downloader = createDownloader({
    ...transferPorts,
    onProgress: ({ temp, doneBytes }) => progress(temp, doneBytes),
  });
  const running: SyncRoot = new SyncRoot(
    { ...ports, record, journal, cutter, watcher, deviceName, log },
    { uploader, downloader },
    events,
  );
  running.start();
  return { running, cutter };
}
