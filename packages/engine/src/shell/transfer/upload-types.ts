import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ContentId, LibraryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { Stamp } from '../../core/entry.ts';
import type { PathTrouble } from '../../core/trouble.ts';
import type { Disk } from '../../ports/disk.ts';
import type { Clock, Random, Sha256 } from '../../ports/environment.ts';
import type { ObjectTransfer, SyncServer } from '../../ports/server.ts';
import type { Pace } from './pace.ts';

/** A file as it was cut: what is sent is exactly this, or nothing of it is staged. */
export interface UploadFile {
  readonly path: RelPath;
  readonly contentId: ContentId;
  readonly chunks: readonly ChunkRef[];
  /** Of the file when it was cut. */
  readonly stamp: Stamp;
}

export type UploadOutcome =
  /** The revision is on the server and may be named in a commit. `sentBytes` of it had to travel. */
  | { readonly is: 'staged'; readonly sentBytes: number }
  /** The file is not what was cut any more (or is gone): cut it again when it is quiet. */
  | { readonly is: 'changed' }
  | { readonly is: 'trouble'; readonly trouble: PathTrouble };

export interface UploadProgress {
  readonly path: RelPath;
  /** Bytes of the file that the server has, whether sent now or known before, and those on their way in a pack. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of those the server has, the ones that had to travel in this call. */
  readonly sentBytes: number;
}

/** The server, as far as content is sent to it. */
export type UploadServer = Pick<
  SyncServer,
  'beginUpload' | 'missingChunks' | 'signPacks' | 'sealPacks' | 'stage'
>;

export interface UploaderPorts {
  readonly server: UploadServer;
  readonly objects: ObjectTransfer;
  readonly disk: Pick<Disk, 'openForRead'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly pace: Pace;
}

export interface UploaderOptions extends UploaderPorts {
  readonly libraryId: LibraryId;
  /** Same for the same root over restarts: a stopped upload is taken up again with what it had reserved. */
  readonly resumeKey: string | null;
  readonly onProgress?: (progress: UploadProgress) => void;
}

/**
 * Brings the content of files to the server, up to the point where a commit may name it.
 * - `upload` answers one outcome per file, in the order given. Calls may run side by side: they share one
 *   upload session, its memory of what was sent, and one bound on buffered bytes.
 * - Rejects with Failure where the whole call failed (`unreachable`, `signedOut`, `serverDiskFull`, …) or with
 *   the signal's reason. What was sent until then is remembered: the same call later sends only the rest.
 * - A full quota is no failure of the call: files that fit (smallest first) are staged, the others answer
 *   `trouble` with `refused` and `quotaExceeded`.
 */
export interface Uploader {
  upload(files: readonly UploadFile[], signal: AbortSignal): Promise<UploadOutcome[]>;
}
