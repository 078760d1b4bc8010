const IDS_PER_QUERY = 500;

export function batches<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}

/** Rows for many ids, asked for in statements of bounded length. */
export async function selectBatched<Id, Row>(
  ids: readonly Id[],
  select: (part: Id[]) => PromiseLike<Row[]>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const part of batches(ids, IDS_PER_QUERY)) found.push(...(await select(part)));
  return found;
}
