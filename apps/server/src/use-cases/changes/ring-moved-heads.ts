import type { ListenersHere } from '../../ports/doorbells.ts';
import type { Store } from '../../ports/store.ts';

const HEADS_PER_LOOK = 500;

/**
 * Rings here for every library that someone listens for and that another server has moved on, or deleted, without a
 * word: what servers do that cannot ring for each other. One look by primary key for every 500 libraries, and none
 * without listeners.
 */
export async function ringMovedHeads(ports: {
  readonly store: Pick<Store, 'read'>;
  readonly listeners: ListenersHere;
}): Promise<void> {
  const { store, listeners } = ports;
  const watched = [...listeners.watchedHeads()];
  for (let at = 0; at < watched.length; at += HEADS_PER_LOOK) {
    const part = watched.slice(at, at + HEADS_PER_LOOK);
    const heads = await store.read.tree.heads(part.map(([libraryId]) => libraryId));
    for (const [libraryId, toldSeq] of part) {
      const headSeq = heads.get(libraryId);
      // Not greater but other: a backup that was restored moves heads back.
      if (headSeq !== toldSeq) listeners.ringHere({ libraryId, headSeq: headSeq ?? toldSeq });
    }
  }
}
