import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Cursor } from '@tidesync/shared/wire/entries';
import { cursorAt } from '@tidesync/shared/wire/entries';
import type { TreePage, treeListInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { parseCursor, parseTreePageToken, treePageToken } from '../../domain/cursors.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * The live entries of a library by their ids. Pages are not one snapshot: every page carries the cursor of the
 * first, and replaying the changes from there makes the listing exact.
 * Errors: `libraryMissing`, `invalidInput` for a token of another listing.
 */
export async function listTree(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, pageToken, limit }: z.infer<typeof treeListInput>,
): Promise<TreePage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const { cursor, afterId } =
    pageToken === null ? await startOf(read, libraryId) : positionOf(libraryId, pageToken);
  const rows = await read.tree.livePage({ libraryId, afterId, limit: limit + 1 });
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { entries, cursor, nextPageToken: more ? treePageToken({ cursor, afterId: last.entryId }) : null };
}

interface Position {
  readonly cursor: Cursor;
  readonly afterId: EntryId | null;
}

async function startOf(read: Reads, libraryId: LibraryId): Promise<Position> {
  const head = await read.tree.head(libraryId);
  if (head === null) fail({ reason: 'libraryMissing', library: libraryId });
  return { cursor: cursorAt({ libraryId, seq: head.headSeq, chain: head.chain }), afterId: null };
}

function positionOf(libraryId: LibraryId, pageToken: string): Position {
  const position = parseTreePageToken(pageToken);
  if (position === null || parseCursor(position.cursor).libraryId !== libraryId) {
    fail({ reason: 'invalidInput', detail: 'a page token of another listing' });
  }
  return position;
}
