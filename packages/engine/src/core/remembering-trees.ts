import type { EntryId } from '@tidesync/shared/ids';
import type { Triple } from './entry.ts';
import type { Trees } from './trees.ts';

/** The same trees, each entry read once. Only for as long as nobody writes: one plan asks for an entry many times. */
export function rememberingTrees(trees: Trees): Trees {
  const triples = new Map<EntryId, Triple>();
  return {
    topId: trees.topId,
    get(id) {
      const known = triples.get(id);
      if (known !== undefined) return known;
      const triple = trees.get(id);
      triples.set(id, triple);
      return triple;
    },
    dirtyIds: (max) => trees.dirtyIds(max),
    absentIds: () => trees.absentIds(),
    localChildren: (folder) => trees.localChildren(folder),
    remoteChildren: (folder) => trees.remoteChildren(folder),
    localAt: (folder, name) => trees.localAt(folder, name),
    remoteAt: (folder, name) => trees.remoteAt(folder, name),
  };
}
