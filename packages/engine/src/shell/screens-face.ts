import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import type {
  EngineAbout,
  EngineGap,
  FilePreview,
  FolderCheck,
  PlacesListed,
  Restored,
  SearchFound,
  ServerFound,
  VersionRestored,
} from '@tidesync/shared/wire/engine-screens';
import type { Library } from '@tidesync/shared/wire/people';
import type { LibraryRetention, RetentionChange, VersionsPage } from '@tidesync/shared/wire/retention';
import type { TrashPage } from '@tidesync/shared/wire/sync';

/**
 * What the engine does for its screens beyond `Engine`: looks that change nothing, and the server as this account sees
 * it. Every method rejects with Failure; those about the server with `signedOut` or `deviceRevoked` as well.
 */
export interface ScreensFace {
  /** Whether a Tidesync server of our protocol answers there. `invalidInput` for what is no address. */
  checkServer(url: string): Promise<ServerFound>;
  /** Those that this account may use. */
  libraries(): Promise<Library[]>;
  places(path: string): Promise<PlacesListed>;
  /** What would come of adding a folder; nothing is made. `library`: as in `addFolder`, null if none is named yet. */
  checkFolder(input: { path: string; library: string | null }): Promise<FolderCheck>;
  /** A first look at a file of a root. `folderUnbound` for any other. */
  preview(path: string): Promise<FilePreview>;
  trash(libraryId: LibraryId, pageToken: string | null): Promise<TrashPage>;
  /** Brings deleted entries back, with all that was deleted in them. */
  restore(libraryId: LibraryId, entryIds: readonly EntryId[]): Promise<Restored>;
  /** The contents that a file of a root has or had, by its path here. `entryMissing` if the server does not have it. */
  versions(path: string, beforeSeq: number | null): Promise<VersionsPage>;
  /** Makes an earlier content the current one again, on every device. */
  restoreVersion(path: string, seq: number): Promise<VersionRestored>;
  /** How long a library of the server keeps what is not in use any more. */
  retention(libraryId: LibraryId): Promise<LibraryRetention>;
  /** For all members; `forbidden` for all but the owner. */
  setRetention(change: RetentionChange): Promise<LibraryRetention>;
  /** Files and folders whose names hold all the words, as far as one look at each library finds them. */
  search(text: string): Promise<SearchFound>;
  /** When no engine ran here, the newest first. */
  gaps(): Promise<EngineGap[]>;
  about(): Promise<EngineAbout>;
}
