import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ContentId, LibraryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { PathTrouble } from '../../core/trouble.ts';
import type { Disk, DiskNode } from '../../ports/disk.ts';
import type { Clock, Random, Sha256 } from '../../ports/environment.ts';
import type { ObjectTransfer, SyncServer } from '../../ports/server.ts';
import type { Pace } from './pace.ts';

/** A local file some of whose chunks may be copied (after a hash check) instead of fetched. */
export interface ReuseSource {
  readonly path: RelPath;
  /** All of its chunks in order, as it was cut; what does not match any more is fetched. */
  readonly chunks: readonly ChunkRef[];
}

export interface DownloadFile {
  readonly contentId: ContentId;
  readonly sizeBytes: number;
  /**
   * Where to assemble it: below `.tidesync/tmp/`, in a folder that exists, one name per file of all running calls.
   * A name that depends on the content alone lets an interrupted download resume.
   */
  readonly temp: RelPath;
  readonly executable: boolean;
  readonly mtimeMs: number;
  readonly reuse?: ReuseSource;
}

export type DownloadOutcome =
  /** `temp` holds the whole content, checked and synced to disk, with its attributes set. */
  | { readonly is: 'fetched'; readonly node: DiskNode; readonly receivedBytes: number }
  /** `temp` is gone. */
  | { readonly is: 'trouble'; readonly trouble: PathTrouble };

export interface DownloadProgress {
  readonly temp: RelPath;
  /** Bytes of the file in place, fetched or copied, and those that have come of what is fetched now. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** The server, as far as content is fetched from it. */
export type DownloadServer = Pick<SyncServer, 'revisions' | 'locate' | 'signDownloads' | 'suspect'>;

export interface DownloaderPorts {
  readonly server: DownloadServer;
  readonly objects: ObjectTransfer;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly pace: Pace;
}

export interface DownloaderOptions extends DownloaderPorts {
  readonly libraryId: LibraryId;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Fetches content into temporary files.
 * - `download` answers one outcome per file, in the order given; `onOutcome` hears each as soon as it is known,
 *   so that a long call can be applied while it runs. Calls may run side by side and share their bounds.
 * - No byte is written that failed its hash.
 * - Rejects with Failure where the whole call failed (`unreachable`, `storeUnavailable`, `signedOut`, …) or with
 *   the signal's reason. Temporary files then stay: a later call with the same `temp` re-hashes what they hold
 *   and fetches only the rest. Removing those nobody asks for again is the caller's business.
 */
export interface Downloader {
  download(
    files: readonly DownloadFile[],
    signal: AbortSignal,
    onOutcome?: (file: DownloadFile, outcome: DownloadOutcome) => void,
  ): Promise<DownloadOutcome[]>;
}
