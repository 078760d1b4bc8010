import { assert } from '@tidesync/shared/brand';
import { CHAIN_START } from '@tidesync/shared/chain';
import { fail } from '@tidesync/shared/problems';
import type { ChangesPage, changesListInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import type { HistoryPoint } from '../../domain/cursors.ts';
import { cursorAt, parseCursor } from '../../domain/cursors.ts';
import { wholeCommits } from '../../domain/journal-page.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

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
  if (point.libraryId !== libraryId || !(await isInHistory(read, point))) fail({ reason: 'cursorDiverged' });
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

async function isInHistory(read: Reads, { libraryId, seq, chain }: HistoryPoint): Promise<boolean> {
  if (seq === 0) return chain === CHAIN_START;
  const commit = await read.tree.commitEndingAt(libraryId, seq);
  return commit !== null && commit.chain === chain;
}
