import { z } from 'zod';
import type { Brand } from './brand.ts';

export type AccountId = Brand<string, 'AccountId'>;
export type OrganisationId = Brand<string, 'OrganisationId'>;
export type DeviceId = Brand<string, 'DeviceId'>;
export type LibraryId = Brand<string, 'LibraryId'>;
export type EntryId = Brand<string, 'EntryId'>;
export type UploadId = Brand<string, 'UploadId'>;
export type PackId = Brand<string, 'PackId'>;
export type OpId = Brand<string, 'OpId'>;
/** What a device sends between two rests: the commits that have it are one batch. */
export type BatchId = Brand<string, 'BatchId'>;
export type RootId = Brand<string, 'RootId'>;

/** SHA-256 of a chunk's plain bytes, 64 lower-case hex digits. */
export type ChunkId = Brand<string, 'ChunkId'>;
/** SHA-256 over a revision's chunk list (see chunk-list.ts), 64 lower-case hex digits. */
export type ContentId = Brand<string, 'ContentId'>;
/** Head of a library's commit chain (see chain.ts), 64 lower-case hex digits. */
export type Chain = Brand<string, 'Chain'>;

const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const as = <T extends string>(schema: z.ZodString) => schema as unknown as z.ZodType<T, string>;

export const accountId = as<AccountId>(uuid);
export const organisationId = as<OrganisationId>(uuid);
export const deviceId = as<DeviceId>(uuid);
export const libraryId = as<LibraryId>(uuid);
export const entryId = as<EntryId>(uuid);
export const uploadId = as<UploadId>(uuid);
export const packId = as<PackId>(uuid);
export const opId = as<OpId>(uuid);
export const batchId = as<BatchId>(uuid);
export const rootId = as<RootId>(uuid);
export const chunkId = as<ChunkId>(hash);
export const contentId = as<ContentId>(hash);
export const chain = as<Chain>(hash);
/** Plain SHA-256 that is no id of ours, for example of a pack's stored bytes. */
export const sha256Hex = hash;

/** The top folder of a library is no row of its own: its entry id is the library's id. */
export function topFolderOf(library: LibraryId): EntryId {
  return library as string as EntryId;
}

/** UUIDv4 from 16 random bytes that the caller drew; ids lead keys, so they must be random, not ordered by time. */
export function uuidFromBytes(bytes: Uint8Array): string {
  const b = Uint8Array.from(bytes.subarray(0, 16));
  b[6] = ((b[6] as number) & 0x0f) | 0x40;
  b[8] = ((b[8] as number) & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
