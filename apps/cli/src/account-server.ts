import type { DeviceId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import type { BatchesPage, BatchPage, BatchUndone } from '@tidesync/shared/wire/batches';
import type { devicesListOutput, Library, member, Role, whoamiOutput } from '@tidesync/shared/wire/people';
import type { AccountQuota } from '@tidesync/shared/wire/quotas';
import type { LibraryRetention, RetentionChange } from '@tidesync/shared/wire/retention';
import type { SearchPage, TrashPage, trashRestoreOutput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import type { ContentOrder } from './saved-content.ts';

/**
 * The server as the commands about account, libraries and trash need it, signed in as this device.
 * Every method rejects with Failure and with nothing else.
 */
export interface AccountServer {
  whoami(): Promise<z.infer<typeof whoamiOutput>>;
  quota(): Promise<AccountQuota>;
  /** Signs out the account's other devices. */
  changePassword(current: string, next: string): Promise<{ otherDevicesRevoked: number }>;
  devices(): Promise<z.infer<typeof devicesListOutput>['devices']>;
  revokeDevice(deviceId: DeviceId): Promise<void>;
  libraries(): Promise<Library[]>;
  renameLibrary(libraryId: LibraryId, name: string): Promise<void>;
  /** For everyone, with all that is in it. */
  deleteLibrary(libraryId: LibraryId): Promise<void>;
  retention(libraryId: LibraryId): Promise<LibraryRetention>;
  setRetention(change: RetentionChange): Promise<LibraryRetention>;
  members(libraryId: LibraryId): Promise<z.infer<typeof member>[]>;
  setMember(libraryId: LibraryId, email: string, role: Role): Promise<void>;
  removeMember(libraryId: LibraryId, email: string): Promise<void>;
  trash(libraryId: LibraryId, pageToken: string | null): Promise<TrashPage>;
  /** Entries by words of their names; where there is a token, the rest of the library was not looked at. */
  search(libraryId: LibraryId, text: string, pageToken: EntryId | null): Promise<SearchPage>;
  /** Writes a content into a folder as a new file, replacing nothing, and answers with its path. */
  saveContent(order: ContentOrder): Promise<string>;
  /** The latest of a library, those that begin before a seq. */
  batches(libraryId: LibraryId, beforeSeq: number | null): Promise<BatchesPage>;
  batch(libraryId: LibraryId, firstSeq: number, afterSeq: number): Promise<BatchPage>;
  undoBatch(libraryId: LibraryId, firstSeq: number, beforeSeq: number | null): Promise<BatchUndone>;
  restore(
    libraryId: LibraryId,
    opId: OpId,
    entryIds: readonly EntryId[],
  ): Promise<z.infer<typeof trashRestoreOutput>>;
}
