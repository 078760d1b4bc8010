import { z } from 'zod';
import { chunkId, contentId, libraryId, packId, sha256Hex, uploadId } from '../ids.ts';
import { limits } from '../limits.ts';
import { timeMs } from './entries.ts';
import { listOf } from './list-of.ts';

export const chunkRef = z.object({
  id: chunkId,
  sizeBytes: z.number().int().min(1).max(limits.chunkBytesMax),
});
export const revision = z.object({
  contentId,
  sizeBytes: z.number().int().nonnegative().max(limits.fileBytesMax),
  depth: z.union([z.literal(0), z.literal(1)]),
  refs: listOf(chunkRef, { max: limits.chunkListRefsMax }),
});

/** Clients make upload ids; `begin` again with the same id is a cheap success. */
export const uploadBeginInput = z.object({ uploadId, libraryId });
export const uploadBeginOutput = z.object({ uploadId, expiresAtMs: timeMs });

export const uploadMissingInput = z.object({
  uploadId,
  chunks: listOf(chunkRef, { min: 1, max: limits.chunksPerMissingCallMax }),
});
/** `missing[i]`: chunk i has to be sent. Quota is reserved for those, once per upload and chunk. */
export const uploadMissingOutput = z.object({
  missing: z.array(z.boolean()),
  reservedBytes: z.number().int(),
});

export const uploadSignInput = z.object({
  uploadId,
  packs: z
    .array(
      z.object({
        sha256: sha256Hex,
        sizeBytes: z.number().int().min(1).max(limits.objectBytesMax),
      }),
    )
    .min(1)
    .max(limits.packsPerCallMax),
});
/** Signing the same (upload, sha256) again gives the same pack with a fresh URL. The PUT carries exactly `headers`. */
export const signedPut = z.object({
  packId,
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  expiresAtMs: timeMs,
});
export const uploadSignOutput = z.object({ packs: z.array(signedPut) });
export type SignedPut = z.infer<typeof signedPut>;

export const packEntry = z.object({
  chunkId,
  offset: z.number().int().nonnegative(),
  storedBytes: z.number().int().positive(),
  plainBytes: z.number().int().min(1).max(limits.chunkBytesMax),
  codec: z.literal('plain'),
  storedSha256: sha256Hex,
});
export const uploadSealInput = z.object({
  uploadId,
  packs: listOf(z.object({ packId, entries: listOf(packEntry, { min: 1, max: limits.packChunksMax }) }), {
    min: 1,
    max: limits.packsPerCallMax,
  }),
});
export const uploadSealOutput = z.object({ chargedBytes: z.number().int() });

/** `lists` carry the plain content of list chunks, so that the server can check what they name. */
export const uploadStageInput = z.object({
  uploadId,
  lists: listOf(z.object({ id: chunkId, refs: listOf(chunkRef, { min: 1, max: limits.chunkListRefsMax }) }), {
    max: 64,
  }).default([]),
  revisions: listOf(revision, { max: limits.revisionsPerStageCallMax }),
});
export const uploadStageOutput = z.object({ staged: z.array(contentId) });

export const locateInput = z.object({
  libraryId,
  chunkIds: z.array(chunkId).min(1).max(limits.chunksPerLocateCallMax),
});
export const location = packEntry.extend({ packId });
/** Chunks that are nowhere are left out of the answer. */
export const locateOutput = z.object({ locations: z.array(location) });
export type Location = z.infer<typeof location>;

export const revisionsInput = z.object({
  libraryId,
  contentIds: z.array(contentId).min(1).max(limits.revisionsPerStageCallMax),
});
/** May answer fewer than asked, to stay within the size of an answer: ask again for the rest. */
export const revisionsOutput = z.object({ revisions: z.array(revision) });

export const downloadSignInput = z.object({
  libraryId,
  packIds: z.array(packId).min(1).max(limits.packsPerCallMax),
});
export const signedGet = z.object({ packId, url: z.string(), expiresAtMs: timeMs });
export const downloadSignOutput = z.object({ packs: z.array(signedGet) });
export type SignedGet = z.infer<typeof signedGet>;

/** Contents of which the server has lost bytes, in pages by their ids: whoever has a file with one uploads it again. */
export const wantedInput = z.object({ libraryId, after: contentId.nullable().default(null) });
export const wantedOutput = z.object({
  contentIds: z.array(contentId).max(limits.wantedPerPageMax),
  next: contentId.nullable(),
});

/** Packs that gave other bytes than were asked for, or none: the server reads them back, and believes its own eyes. */
export const suspectInput = z.object({
  libraryId,
  packIds: z.array(packId).min(1).max(limits.packsPerCallMax),
});
