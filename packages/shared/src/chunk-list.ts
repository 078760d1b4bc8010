import type { ChunkId, ContentId } from './ids.ts';
import { limits } from './limits.ts';

/** One slice of a file, in order: its id and its plain length in bytes. */
export interface ChunkRef {
  readonly id: ChunkId;
  readonly sizeBytes: number;
}

/**
 * A file's content as the server keeps it.
 * `depth` 0: `refs` are the file's chunks. `depth` 1: each ref is a *list chunk*, whose plain bytes are
 * `encodeRefs` of up to 1,024 chunks, so that a 200 GB file is neither a large row nor a large message.
 */
export interface Revision {
  readonly contentId: ContentId;
  readonly sizeBytes: number;
  readonly depth: 0 | 1;
  readonly refs: readonly ChunkRef[];
}

const REF_BYTES = 36;
const HEADER = [0x54, 0x53, 0x4c, 0x31]; // "TSL1"

/** Canonical bytes of a list of references: 32 bytes of hash, then the length as big-endian u32, each. */
export function encodeRefs(refs: readonly ChunkRef[]): Uint8Array {
  const bytes = new Uint8Array(refs.length * REF_BYTES);
  const view = new DataView(bytes.buffer);
  refs.forEach((ref, index) => {
    const at = index * REF_BYTES;
    for (let i = 0; i < 32; i++) bytes[at + i] = Number.parseInt(ref.id.slice(i * 2, i * 2 + 2), 16);
    view.setUint32(at + 32, ref.sizeBytes);
  });
  return bytes;
}

/** The inverse of `encodeRefs`; null for bytes that are no such list. */
export function decodeRefs(bytes: Uint8Array): ChunkRef[] | null {
  if (bytes.length === 0 || bytes.length % REF_BYTES !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refs: ChunkRef[] = [];
  for (let at = 0; at < bytes.length; at += REF_BYTES) {
    let hex = '';
    for (let i = 0; i < 32; i++) hex += (bytes[at + i] as number).toString(16).padStart(2, '0');
    const sizeBytes = view.getUint32(at + 32);
    if (sizeBytes === 0 || sizeBytes > limits.chunkBytesMax) return null;
    refs.push({ id: hex as ChunkId, sizeBytes });
  }
  return refs;
}

/** What a revision's content id is the SHA-256 of: magic, depth, total size, then the references. */
export function contentIdInput(revision: Omit<Revision, 'contentId'>): Uint8Array {
  const refs = encodeRefs(revision.refs);
  const bytes = new Uint8Array(HEADER.length + 1 + 8 + refs.length);
  bytes.set(HEADER);
  bytes[4] = revision.depth;
  new DataView(bytes.buffer).setBigUint64(5, BigInt(revision.sizeBytes));
  bytes.set(refs, 13);
  return bytes;
}

/**
 * The inverse of `contentIdInput`; null for bytes that are no such thing. These bytes are stored as a chunk of their
 * own beside the content, under the content id as their hash: so the objects alone tell what a content is made of.
 */
export function decodeDescription(bytes: Uint8Array): Omit<Revision, 'contentId'> | null {
  if (bytes.length < 13 || HEADER.some((byte, at) => bytes[at] !== byte)) return null;
  const depth = bytes[4];
  const refs = bytes.length === 13 ? [] : decodeRefs(bytes.subarray(13));
  if (refs === null || (depth !== 0 && depth !== 1)) return null;
  const sizeBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(5));
  return Number.isSafeInteger(sizeBytes) ? { sizeBytes, depth, refs } : null;
}

/**
 * What is stored to describe a revision; null for one of a single chunk or none, which its chunk alone tells.
 */
export function descriptionOf(
  revision: Revision,
): { readonly ref: ChunkRef; readonly bytes: Uint8Array } | null {
  if (revision.depth === 0 && revision.refs.length < 2) return null;
  const bytes = contentIdInput(revision);
  return { ref: { id: revision.contentId as string as ChunkId, sizeBytes: bytes.length }, bytes };
}

export interface FiledRevision {
  readonly revision: Revision;
  /** The list chunks a depth 1 revision needs beside the file's own chunks; empty at depth 0. */
  readonly lists: readonly { readonly ref: ChunkRef; readonly refs: readonly ChunkRef[] }[];
}

/**
 * Files a whole chunk list as a revision, of depth 1 where it is long. Deterministic: equal content gives
 * an equal content id on every device.
 */
export function fileRevision(
  chunks: readonly ChunkRef[],
  sha256: (bytes: Uint8Array) => string,
): FiledRevision {
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
  const finish = (depth: 0 | 1, refs: readonly ChunkRef[], lists: FiledRevision['lists']): FiledRevision => {
    const contentId = sha256(contentIdInput({ sizeBytes, depth, refs })) as ContentId;
    return { revision: { contentId, sizeBytes, depth, refs }, lists };
  };
  if (chunks.length <= limits.chunkListRefsMax) return finish(0, chunks, []);
  const lists: { ref: ChunkRef; refs: ChunkRef[] }[] = [];
  for (let at = 0; at < chunks.length; at += limits.chunkListRefsMax) {
    const refs = chunks.slice(at, at + limits.chunkListRefsMax);
    const bytes = encodeRefs(refs);
    lists.push({ ref: { id: sha256(bytes) as ChunkId, sizeBytes: bytes.length }, refs });
  }
  return finish(
    1,
    lists.map((list) => list.ref),
    lists,
  );
}
