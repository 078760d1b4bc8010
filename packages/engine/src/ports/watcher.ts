import type { RelPath } from '@tidesync/shared/names';

/** A hint that something may have changed; never proof of anything. */
export type WatchHint =
  | { readonly is: 'folder'; readonly folder: RelPath }
  /** Too much or too little is known: look everywhere. */
  | { readonly is: 'everything'; readonly why: 'burst' | 'error' | 'noWatches' };

/**
 * Watches folders (never files) below a root for hints. Hints may be lost, doubled or late; the scanner is the
 * truth. `.tidesync` is not watched.
 */
export interface Watcher {
  /** Resolves when the initial walk is done; hints may come before. `close` resolves when none can come any more. */
  watch(rootPath: string, onHint: (hint: WatchHint) => void): Promise<{ close(): Promise<void> }>;
}
