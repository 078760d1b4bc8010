/** What a preview may make of bytes. Pages and drawings, which may hold scripts, are text here. */
export type Sniffed =
  | { readonly is: 'image'; readonly mediaType: string }
  | { readonly is: 'pdf' }
  | { readonly is: 'text' }
  | { readonly is: 'unknown' };

const MAGIC: readonly (readonly [mediaType: string, offset: number, bytes: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/bmp', 0, [0x42, 0x4d]],
  ['image/avif', 4, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];
const PDF = [0x25, 0x50, 0x44, 0x46, 0x2d];

const has = (bytes: Uint8Array, offset: number, wanted: readonly number[]) =>
  wanted.every((byte, index) => bytes[offset + index] === byte);

/** By the first bytes alone: neither a name nor what anyone says counts. */
export function sniff(head: Uint8Array): Sniffed {
  const image = MAGIC.find(([, offset, bytes]) => has(head, offset, bytes));
  if (image !== undefined) return { is: 'image', mediaType: image[0] };
  if (has(head, 0, RIFF) && has(head, 8, WEBP)) return { is: 'image', mediaType: 'image/webp' };
  if (has(head, 0, PDF)) return { is: 'pdf' };
  return isText(head) ? { is: 'text' } : { is: 'unknown' };
}

/** UTF-8 without what no text holds; the end may be in the middle of a letter. */
function isText(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b))) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
