import { batches } from './dialect-sqlite.ts';

const IDS_PER_QUERY = 500;

/** Rows for many ids, asked for in statements of bounded length. */
export async function selectBatched<Id, Row>(
  ids: readonly Id[],
  select: (part: Id[]) => PromiseLike<Row[]>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const part of batches(ids, IDS_PER_QUERY)) found.push(...(await select(part)));
  return found;
}
