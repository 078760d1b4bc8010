import type { LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Library } from '@tidesync/shared/wire/people';

const LIBRARY_DIGITS = 6;

/** Short enough to be typed: the first digits of the library's id, and where in its history the batch begins. */
export function batchName(libraryId: LibraryId, firstSeq: number): string {
  return `${libraryId.slice(0, LIBRARY_DIGITS)}-${firstSeq}`;
}

export type NamedBatch =
  | { readonly is: 'held'; readonly batchId: string }
  | { readonly is: 'sent'; readonly libraryStart: string; readonly firstSeq: number };

/** Errors: `batchMissing` for what names no batch. */
export function parseBatchName(text: string): NamedBatch {
  if (/^held-[0-9a-f]{8}$/.test(text)) return { is: 'held', batchId: text };
  const match = /^([0-9a-f]{6})-(\d{1,15})$/.exec(text);
  if (match === null) fail({ reason: 'batchMissing', batch: text });
  return { is: 'sent', libraryStart: match[1] ?? '', firstSeq: Number(match[2]) };
}

/** The one library that a batch's name begins like. Errors: `batchMissing` for none, or where several do. */
export function libraryOfBatch(libraries: readonly Library[], text: string, libraryStart: string): Library {
  const found = libraries.filter(({ libraryId }) => libraryId.startsWith(libraryStart));
  const [library] = found;
  return library !== undefined && found.length === 1
    ? library
    : fail({ reason: 'batchMissing', batch: text });
}
