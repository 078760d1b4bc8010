import type { LibraryId } from '@tidesync/shared/ids';
import { fetchBytes } from '../transfer/transfers.ts';
import type { FileState } from './download-entries.ts';
import { sniff } from './sniff.ts';

const MIB = 1024 * 1024;
/** Of a larger text the beginning is shown. */
const TEXT_BYTES_MAX = MIB;
const IMAGE_BYTES_MAX = 64 * MIB;
const PDF_BYTES_MAX = 128 * MIB;
const HEAD_BYTES = 4_096;

export type Preview =
  | { readonly is: 'image' | 'pdf'; readonly blob: Blob }
  | { readonly is: 'text'; readonly text: string; readonly isCut: boolean }
  | { readonly is: 'tooLarge' | 'unknown' };

/** Reads as much of a file as its preview takes. Rejects with Failure. */
export async function readPreview(
  libraryId: LibraryId,
  { name, contentId, sizeBytes, mtimeMs }: FileState,
  signal: AbortSignal,
): Promise<Preview> {
  if (sizeBytes === 0) return { is: 'text', text: '', isCut: false };
  const file = { path: name, contentId, sizeBytes, mtimeMs };
  const reader = fetchBytes(libraryId, { kind: 'file', file }).getReader();
  const stop = () => void reader.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const first = (await reader.read()).value ?? new Uint8Array();
    const kind = sniff(first.subarray(0, HEAD_BYTES));
    switch (kind.is) {
      case 'unknown':
        return { is: 'unknown' };
      case 'text': {
        const parts = await readUpTo(reader, first, TEXT_BYTES_MAX);
        const bytes = new Uint8Array(await new Blob(parts).arrayBuffer()).subarray(0, TEXT_BYTES_MAX);
        return { is: 'text', text: new TextDecoder().decode(bytes), isCut: sizeBytes > TEXT_BYTES_MAX };
      }
      case 'image':
        if (sizeBytes > IMAGE_BYTES_MAX) return { is: 'tooLarge' };
        return blobOf('image', kind.mediaType, await readUpTo(reader, first, sizeBytes));
      case 'pdf':
        if (sizeBytes > PDF_BYTES_MAX) return { is: 'tooLarge' };
        return blobOf('pdf', 'application/pdf', await readUpTo(reader, first, sizeBytes));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await reader.cancel().catch(() => undefined);
  }
}

const blobOf = (is: 'image' | 'pdf', type: string, parts: BlobPart[]): Preview => ({
  is,
  blob: new Blob(parts, { type }),
});

async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  first: Uint8Array<ArrayBuffer>,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts = [first];
  let bytes = first.length;
  while (bytes < bytesMax) {
    const next = await reader.read();
    if (next.done) break;
    parts.push(next.value);
    bytes += next.value.length;
  }
  return parts;
}
