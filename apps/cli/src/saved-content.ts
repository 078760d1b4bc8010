import type { ContentId, LibraryId } from '@tidesync/shared/ids';

/** A content that the server keeps, and the folder of this computer where it is to be written. */
export interface ContentOrder {
  readonly libraryId: LibraryId;
  readonly contentId: ContentId;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** The real path of a folder that is there. */
  readonly folder: string;
  readonly name: string;
  /** Ends the work; nothing of it stays then. */
  readonly signal: AbortSignal;
}

/** Names that are tried where the wanted one is taken. */
export const SAVED_NAMES_MAX = 1_000;

/** The name itself, then `report (2).odt`, `report (3).odt` and so on. */
export function* savedNames(name: string): Generator<string> {
  yield name;
  const dot = name.lastIndexOf('.');
  const end = dot > 0 ? dot : name.length;
  for (let count = 2; count <= SAVED_NAMES_MAX; count++) {
    yield `${name.slice(0, end)} (${count})${name.slice(end)}`;
  }
}
