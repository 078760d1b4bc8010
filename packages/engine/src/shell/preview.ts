import type { FilePreview } from '@tidesync/shared/wire/engine-screens';

export const PREVIEW_TEXT_BYTES_MAX = 64 * 1024;
/** Larger pictures are not shown: they would have to pass through the local API whole. */
export const PREVIEW_IMAGE_BYTES_MAX = 4 * 1024 * 1024;

const IMAGES: readonly {
  readonly mediaType: string;
  readonly begins: readonly number[];
  readonly at?: number;
}[] = [
  { mediaType: 'image/png', begins: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mediaType: 'image/jpeg', begins: [0xff, 0xd8, 0xff] },
  { mediaType: 'image/gif', begins: [0x47, 0x49, 0x46, 0x38] },
  { mediaType: 'image/bmp', begins: [0x42, 0x4d] },
  { mediaType: 'image/webp', begins: [0x57, 0x45, 0x42, 0x50], at: 8 },
  { mediaType: 'image/avif', begins: [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66], at: 4 },
];

/** What a file's first bytes are, by themselves: a name may lie. */
export function imageTypeOf(bytes: Uint8Array): string | null {
  const found = IMAGES.find(({ begins, at = 0 }) =>
    begins.every((byte, index) => bytes[at + index] === byte),
  );
  return found?.mediaType ?? null;
}

/** Text of the first bytes, or null if they are no UTF-8 text. */
export function textOf(bytes: Uint8Array, whole: boolean): string | null {
  if (bytes.includes(0)) return null;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    // What was cut off may be a part of a character.
    return decoder.decode(bytes, { stream: !whole });
  } catch {
    return null;
  }
}

/** @param head the first bytes, at most `PREVIEW_IMAGE_BYTES_MAX` */
export function previewOf(
  head: { readonly bytes: Uint8Array; readonly sizeBytes: number },
  base64: (bytes: Uint8Array) => string,
): FilePreview {
  const { bytes, sizeBytes } = head;
  const mediaType = imageTypeOf(bytes);
  if (mediaType !== null) {
    if (sizeBytes > bytes.length) return { is: 'none', why: 'tooLarge' };
    return { is: 'image', mediaType, base64: base64(bytes) };
  }
  const start = bytes.subarray(0, PREVIEW_TEXT_BYTES_MAX);
  const whole = sizeBytes <= start.length;
  const text = textOf(start, whole);
  return text === null ? { is: 'none', why: 'unknownKind' } : { is: 'text', text, whole };
}
