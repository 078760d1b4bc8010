import type { EntryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { SearchPage, treeSearchInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { pathOf } from '../../domain/entry-path.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';

/**
 * Live entries whose names hold all words of the text, whatever the case. Walks the library: one call looks at a
 * bounded number of entries and then says where to go on, found or not.
 * Errors: `libraryMissing`.
 */
export async function searchTree(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, text, pageToken, limit }: z.infer<typeof treeSearchInput>,
): Promise<SearchPage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const words = text.normalize().toLowerCase().split(/\s+/).filter(Boolean);
  const found: EntryState[] = [];
  let afterId: EntryId | null = pageToken;
  for (let seen = 0; seen < limits.searchedPerCallMax; seen += limits.entriesPerPageMax) {
    const rows: EntryState[] = await read.tree.livePage({
      libraryId,
      afterId,
      limit: limits.entriesPerPageMax,
    });
    for (const state of rows) {
      afterId = state.entryId;
      const name = state.name.normalize().toLowerCase();
      if (words.every((word) => name.includes(word))) found.push(state);
      if (found.length === limit) return { ...(await withPaths(found)), nextPageToken: afterId };
    }
    if (rows.length < limits.entriesPerPageMax) return { ...(await withPaths(found)), nextPageToken: null };
  }
  return { ...(await withPaths(found)), nextPageToken: afterId };

  async function withPaths(states: readonly EntryState[]): Promise<Pick<SearchPage, 'items'>> {
    const folders = await loadWithAncestors(read, libraryId, [...new Set(states.map((one) => one.parentId))]);
    return { items: states.map((state) => ({ state, path: pathOf(state, folders) })) };
  }
}
