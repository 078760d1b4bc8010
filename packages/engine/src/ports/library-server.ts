import type { EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import type {
  LibraryRetention,
  RetentionChange,
  VersionsPage,
  versionsRestoreInput,
  versionsRestoreOutput,
} from '@tidesync/shared/wire/retention';
import type { SearchPage, TrashPage, trashRestoreOutput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';

/**
 * The server as a person looks at it: what rounds have no use for. Every method rejects with `Failure` and with nothing
 * else.
 */
export interface LibraryServer {
  trash(libraryId: LibraryId, pageToken: string | null): Promise<TrashPage>;
  /** The contents that a file has or had, the latest first. */
  versions(libraryId: LibraryId, entryId: EntryId, beforeSeq: number | null): Promise<VersionsPage>;
  restoreVersion(
    wanted: z.input<typeof versionsRestoreInput>,
  ): Promise<z.infer<typeof versionsRestoreOutput>>;
  /** By words of their names; where there is a token, the rest of the library was not looked at. */
  search(libraryId: LibraryId, text: string): Promise<SearchPage>;
  retention(libraryId: LibraryId): Promise<LibraryRetention>;
  setRetention(change: RetentionChange): Promise<LibraryRetention>;
  /** To be asked again, with the same id, while the answer has `more`. */
  restore(
    libraryId: LibraryId,
    opId: OpId,
    entryIds: readonly EntryId[],
  ): Promise<z.infer<typeof trashRestoreOutput>>;
}
