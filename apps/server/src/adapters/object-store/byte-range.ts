/** Both ends are included, as in HTTP. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a `Range` header for an object of this size: null means the whole object (no header, or another unit),
 * `unsatisfiable` a range that lies outside or has another form than one `a-b`, `a-` or `-n`.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | null | 'unsatisfiable' {
  if (header === undefined || !header.startsWith('bytes=')) return null;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header);
  const [from, to] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (from === '' && to === '') return 'unsatisfiable';
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  return first > last ? 'unsatisfiable' : { first, last };
}
