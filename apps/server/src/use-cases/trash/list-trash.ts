import { fail } from '@tidesync/shared/problems';
import type { TrashPage, trashListInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { pathOf } from '../../domain/entry-path.ts';
import { cutoffOf, expiryOf, retentionOf } from '../../domain/retention.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';

/**
 * What was deleted from a library within the life of its trash, the latest first.
 * Errors: `libraryMissing`, `invalidInput` for a token that is none.
 */
export async function listTrash(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'policy'>,
  caller: Caller,
  { libraryId, pageToken, limit }: z.infer<typeof trashListInput>,
): Promise<TrashPage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const library =
    (await read.libraries.byId(libraryId)) ?? fail({ reason: 'libraryMissing', library: libraryId });
  const days = retentionOf(library, ports.policy.retention).trash;
  const sinceMs = cutoffOf(ports.clock.nowMs(), days) ?? 0;
  const afterSeq = library.trashEndedSeq ?? 0;
  const beforeSeq = pageToken === null ? null : parsePageToken(pageToken);
  const rows = await read.tree.trashPage({ libraryId, beforeSeq, afterSeq, sinceMs, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const parents = [...new Set(page.map((row) => row.state.parentId))];
  const folders = await loadWithAncestors(read, libraryId, parents);
  const items = page.map(({ state, deletedAtMs, deletedBy }) => ({
    state,
    path: pathOf(state, folders),
    deletedAtMs,
    deletedBy,
    expiresAtMs: expiryOf(deletedAtMs, days),
  }));
  const last = page.at(-1);
  return { items, nextPageToken: rows.length > limit && last ? String(last.deletedSeq) : null };
}

/** The seq of the deletion that the page before ended with. */
function parsePageToken(token: string): number {
  if (!/^\d{1,15}$/.test(token)) fail({ reason: 'invalidInput', detail: 'a page token of another listing' });
  return Number(token);
}
