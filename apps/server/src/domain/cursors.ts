import { assert } from '@tidesync/shared/brand';
import type { Chain, EntryId, LibraryId } from '@tidesync/shared/ids';
import { entryId } from '@tidesync/shared/ids';
import type { Cursor, HistoryPoint } from '@tidesync/shared/wire/entries';
import { cursor as cursorSchema } from '@tidesync/shared/wire/entries';

export function parseCursor(cursor: Cursor): HistoryPoint {
  const [libraryId, seq, chain] = cursor.split('.');
  assert(libraryId !== undefined && seq !== undefined && chain !== undefined, 'a cursor has three parts');
  return { libraryId: libraryId as LibraryId, seq: Number(seq), chain: chain as Chain };
}

/** Where a listing of the tree goes on, and the history point it began at. */
export interface TreePosition {
  readonly cursor: Cursor;
  readonly afterId: EntryId;
}

export function treePageToken({ cursor, afterId }: TreePosition): string {
  return `${cursor}~${afterId}`;
}

/** Null for anything that `treePageToken` does not make. */
export function parseTreePageToken(token: string): TreePosition | null {
  const [cursor, afterId, ...rest] = token.split('~');
  const parsedCursor = cursorSchema.safeParse(cursor);
  const parsedId = entryId.safeParse(afterId);
  if (!parsedCursor.success || !parsedId.success || rest.length > 0) return null;
  return { cursor: parsedCursor.data, afterId: parsedId.data };
}
