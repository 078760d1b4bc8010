import type { TransferRow } from '../../ports/store-transfer.ts';

const WORD_BYTES = 8;

/** The same rows in the same order, in parts of bounded number and size; a row that is longer alone is its own part. */
export function* partsOf(
  rows: readonly TransferRow[],
  { rowsMax, bytesMax }: { readonly rowsMax: number; readonly bytesMax: number },
): Generator<readonly TransferRow[]> {
  let part: TransferRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const rowBytes = bytesOf(row);
    if (part.length > 0 && (part.length === rowsMax || bytes + rowBytes > bytesMax)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(row);
    bytes += rowBytes;
  }
  if (part.length > 0) yield part;
}

/** About what a row takes in a database, for bounds only. */
function bytesOf(row: TransferRow): number {
  let bytes = 0;
  for (const value of Object.values(row)) {
    if (value instanceof Uint8Array) bytes += value.length;
    else if (typeof value === 'string') bytes += Buffer.byteLength(value);
    else if (typeof value === 'object' && value !== null) bytes += Buffer.byteLength(JSON.stringify(value));
    else bytes += WORD_BYTES;
  }
  return bytes;
}
