import type { RelPath } from '@tidesync/shared/names';

/** What is ours inside a root, all in one folder that is never synced. */
export const layout = {
  own: '.tidesync' as RelPath,
  /** Recognises the root: its id, and which folder it was bound to. */
  marker: '.tidesync/root.json' as RelPath,
  /** Downloads on their way; may be removed at any time. */
  temporary: '.tidesync/tmp' as RelPath,
  /** Files that a swap took out of the way and has not dealt with yet; never removed unseen. */
  aside: '.tidesync/aside' as RelPath,
  /** What is left out on this device, for the moment in which somebody may still be writing to it. */
  leaving: '.tidesync/leaving' as RelPath,
  /** What a sync removed or replaced, by day; kept for `trashLifeMs`. */
  trash: '.tidesync/trash' as RelPath,
} as const;
