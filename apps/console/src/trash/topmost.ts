import type { TrashPage } from '@tidesync/shared/wire/sync';

type Trashed = TrashPage['items'][number];

/** Without what lies in a folder that is in the trash as well: it comes back with its folder. */
export function topmost(items: readonly Trashed[]): Trashed[] {
  const folders = new Set(items.flatMap(({ state }) => (state.kind === 'folder' ? [state.entryId] : [])));
  return items.filter(({ state }) => !folders.has(state.parentId));
}
