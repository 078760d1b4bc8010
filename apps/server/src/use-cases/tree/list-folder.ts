import { topFolderOf } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { FolderPage, treeFolderInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { foldersAbove } from '../../domain/entry-path.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';

/**
 * What lies in one folder, in no order that means anything, and the folders that lead to it.
 * Errors: `libraryMissing`, `entryMissing` for what is no live folder.
 */
export async function listFolder(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, folderId, pageToken, limit }: z.infer<typeof treeFolderInput>,
): Promise<FolderPage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const head = await read.tree.head(libraryId);
  if (head === null) fail({ reason: 'libraryMissing', library: libraryId });
  const parentId = folderId ?? topFolderOf(libraryId);
  const isTop = parentId === topFolderOf(libraryId);
  const folders = isTop ? new Map() : await loadWithAncestors(read, libraryId, [parentId]);
  const folder = folders.get(parentId);
  if (!isTop && (folder?.kind !== 'folder' || folder.deleted))
    fail({ reason: 'entryMissing', entry: parentId });
  const rows = await read.tree.childrenPage({ libraryId, parentId, afterKey: pageToken, limit: limit + 1 });
  const page = rows.slice(0, limit);
  return {
    entries: page.map(({ state }) => state),
    above: folder === undefined ? [] : foldersAbove(folder, folders),
    headSeq: head.headSeq,
    nextPageToken: rows.length > limit ? (page.at(-1)?.nameKey ?? null) : null,
  };
}
