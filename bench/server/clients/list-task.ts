import type { LibraryId } from '@tidesync/shared/ids';
import { machineMs } from '../monotonic.ts';
import type { DeviceAccess } from './connected-device.ts';
import { connectDevice } from './connected-device.ts';
import type { Task } from './task.ts';

export interface ListInput {
  readonly device: DeviceAccess;
  readonly libraryId: LibraryId;
  readonly entriesPerPage: number;
}

export interface ListOutput {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly pageMs: readonly number[];
  /** Different ones. */
  readonly entries: number;
}

/** Lists a whole library, page by page. */
export const listTask: Task<ListInput, ListOutput> = async ({ device, libraryId, entriesPerPage }) => {
  const { api } = connectDevice(device);
  return async () => {
    const beganMs = machineMs();
    const seen = new Set<string>();
    const pageMs: number[] = [];
    let pageToken: string | null = null;
    do {
      const askedMs = machineMs();
      const page: { entries: readonly { entryId: string }[]; nextPageToken: string | null } = await api.call(
        'tree.list',
        { libraryId, pageToken, limit: entriesPerPage },
      );
      pageMs.push(machineMs() - askedMs);
      for (const { entryId } of page.entries) seen.add(entryId);
      pageToken = page.nextPageToken;
    } while (pageToken !== null);
    return { beganMs, endedMs: machineMs(), pageMs, entries: seen.size };
  };
};
