import { assert } from '@tidesync/shared/brand';
import { cursorAt } from '@tidesync/shared/wire/entries';
import type { ChangesPage, changesListInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { parseCursor } from '../../domain/cursors.ts';
import { wholeCommits } from '../../domain/journal-page.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { requirePoint } from './require-point.ts';

/**
 * What happened in a library after a cursor, in whole commits.
 * Errors: `cursorDiverged` for a cursor that is no point of this library's history, `libraryMissing`.
 */
export async function listChanges(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, cursor, limit }: z.infer<typeof changesListInput>,
): Promise<ChangesPage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const point = parseCursor(cursor);
  await requirePoint(read, libraryId, point);
  const rows = await read.tree.journal({ libraryId, afterSeq: point.seq, limit: limit + 1 });
  const { page, more } = wholeCommits(rows, limit);
  const last = page.at(-1);
  if (last === undefined) return { changes: [], cursor, more: false };
  const commit = await read.tree.commitEndingAt(libraryId, last.seq);
  assert(commit !== null, 'a page ends where a commit ends');
  return {
    changes: page.map(({ seq, state }) => ({ seq, state })),
    cursor: cursorAt({ libraryId, seq: last.seq, chain: commit.chain }),
    more,
  };
}
