import type { ContentId, LibraryId } from '@tidesync/shared/ids';
import type { Problem } from '@tidesync/shared/problems';

/** A number that names one piece of work of the worker. */
export type WorkId = number;

/** A file on its way up. */
export interface SentFile {
  /** Names it in answers; any text, once per call. */
  readonly key: string;
  readonly file: File;
}
export type SentOutcome =
  | { readonly is: 'staged'; readonly key: string; readonly contentId: ContentId; readonly sizeBytes: number }
  | { readonly is: 'failed'; readonly key: string; readonly problem: Problem };

/** A file on its way down. */
export interface WantedFile {
  /** Its path in an archive; ignored where the file comes alone. */
  readonly path: string;
  readonly contentId: ContentId;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}
export type Wanted =
  | { readonly kind: 'file'; readonly file: WantedFile }
  /** One archive of files and of folders that would be empty otherwise. */
  | { readonly kind: 'zip'; readonly files: readonly WantedFile[]; readonly folders: readonly string[] };

export type ToWorker =
  | {
      readonly do: 'send';
      readonly id: WorkId;
      readonly libraryId: LibraryId;
      readonly files: readonly SentFile[];
    }
  | { readonly do: 'fetch'; readonly id: WorkId; readonly libraryId: LibraryId; readonly wanted: Wanted }
  /** Asks for the next bytes of what is fetched. */
  | { readonly do: 'pull'; readonly id: WorkId }
  | { readonly do: 'stop'; readonly id: WorkId };

export type FromWorker =
  | { readonly is: 'progress'; readonly id: WorkId; readonly key: string; readonly doneBytes: number }
  | { readonly is: 'sent'; readonly id: WorkId; readonly outcomes: readonly SentOutcome[] }
  | { readonly is: 'bytes'; readonly id: WorkId; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly is: 'end'; readonly id: WorkId }
  | { readonly is: 'failed'; readonly id: WorkId; readonly problem: Problem };
