import { assert } from '@tidesync/shared/brand';

interface Row {
  readonly firstSeq: number;
}

/**
 * Cuts rows of the journal to a page that does not end inside a commit.
 * Shape: up to limit + 1 rows in order, from the start of a commit → the page and whether there is more.
 * A commit never has more rows than a page, so the page is empty only if there are no rows.
 */
export function wholeCommits<T extends Row>(
  rows: readonly T[],
  limit: number,
): { readonly page: readonly T[]; readonly more: boolean } {
  const beyond = rows[limit];
  if (beyond === undefined) return { page: rows, more: false };
  const cut = rows.findIndex((row) => row.firstSeq === beyond.firstSeq);
  assert(cut > 0, 'a page holds any whole commit');
  return { page: rows.slice(0, cut), more: true };
}
