import type { ChunkRef } from '@tidesync/shared/chunk-list';

/** Names from the top of the folder down, each usable as a name; never `.` or `..`. */
export type RescuePath = readonly string[];

export interface RescuedFile {
  readonly path: RescuePath;
  readonly chunks: readonly ChunkRef[];
  readonly executable: boolean;
  /** Null: nobody knows. */
  readonly mtimeMs: number | null;
  /** Null for a chunk that nobody has any more: zeros take its place, and the file is named `.damaged`. */
  read(chunk: ChunkRef): Promise<Uint8Array | null>;
}

/** `there`: the same bytes are there already; `taken`: something else is, which stays. */
export type RescueEnd =
  | { readonly is: 'written' | 'there' | 'taken' }
  /** `kept`: whether a file with what there is was written. */
  | { readonly is: 'damaged'; readonly missingChunks: number; readonly kept: boolean };

/**
 * A folder into which files are rescued. Nothing that is there is ever replaced or removed, and nothing is written
 * through a symlink; a file has its name once it is whole and durable. So a rescue that was stopped goes on.
 * Errors: Failure `exportFolderUnusable`.
 */
export interface RescueFolder {
  file(file: RescuedFile): Promise<RescueEnd>;
  folder(path: RescuePath): Promise<'written' | 'there' | 'taken'>;
  symlink(path: RescuePath, target: string): Promise<'written' | 'there' | 'taken'>;
  /** One line of the listing of this run. */
  list(row: object): Promise<void>;
  /** Name of the listing. */
  readonly listing: string;
  close(): Promise<void>;
}
