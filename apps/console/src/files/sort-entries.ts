import type { EntryState } from '@tidesync/shared/wire/entries';

export type Column = 'name' | 'size' | 'changed';
export interface Order {
  readonly by: Column;
  readonly descending: boolean;
}

const sizeOf = (state: EntryState) => (state.kind === 'file' ? state.sizeBytes : -1);

/** Folders first, then by the column; names as people of that language sort them, numbers in them by their value. */
export function sortEntries<T>(
  rows: readonly T[],
  { order, locale, stateOf }: { order: Order; locale: string; stateOf: (row: T) => EntryState },
): T[] {
  const names = new Intl.Collator(locale, { numeric: true });
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((rowA, rowB) => {
    const [a, b] = [stateOf(rowA), stateOf(rowB)];
    const folders = Number(b.kind === 'folder') - Number(a.kind === 'folder');
    if (folders !== 0) return folders;
    const byName = names.compare(a.name, b.name);
    if (order.by === 'name') return sign * byName;
    const by = order.by === 'size' ? sizeOf(a) - sizeOf(b) : a.mtimeMs - b.mtimeMs;
    return by === 0 ? byName : sign * by;
  });
}
