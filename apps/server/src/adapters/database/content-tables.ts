import type {
  AccountId,
  ChunkId,
  ContentId,
  DeviceId,
  LibraryId,
  PackId,
  UploadId,
} from '@tidesync/shared/ids';
import type { Codec } from '@tidesync/shared/pack-format';
import type { Columns } from './columns-sqlite.ts';

/** What is known of contents, chunks and packs, and of uploads that bring them. */
export function contentTables(c: Columns) {
  return { ...revisionTables(c), ...packTables(c), ...uploadTables(c) };
}

function revisionTables(c: Columns) {
  /** One row says: this account has proved that it holds this content. */
  const revisions = c.table(
    'revisions',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      contentId: c.hash32<ContentId>('content_id').notNull(),
      stagedBy: c.bin16<AccountId>('staged_by').notNull(),
      sizeBytes: c.u53('size_bytes').notNull(),
      depth: c.u53('depth').notNull(),
      /** `encodeRefs` of its references. */
      refs: c.bytes('refs').notNull(),
      atMs: c.ms('at_ms').notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.libraryId, t.contentId, t.stagedBy] })],
  );
  /** The plain content of list chunks, per account that proved to hold all they name. */
  const chunkLists = c.table(
    'chunk_lists',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      listId: c.hash32<ChunkId>('list_id').notNull(),
      stagedBy: c.bin16<AccountId>('staged_by').notNull(),
      /** Sum of the plain lengths it names. */
      contentBytes: c.u53('content_bytes').notNull(),
      refs: c.bytes('refs').notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.libraryId, t.listId, t.stagedBy] })],
  );
  return { revisions, chunkLists };
}

function packTables(c: Columns) {
  const packs = c.table(
    'packs',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      packId: c.bin16<PackId>('pack_id').notNull(),
      objectKey: c.exactText('object_key', 200).notNull(),
      sizeBytes: c.u53('size_bytes').notNull(),
      sha256: c.hash32('sha256').notNull(),
      uploaderId: c.bin16<AccountId>('uploader_id').notNull(),
      /**
       * `signed`: may arrive; `sealed`: has arrived and was compared with the store; `verified`: its chunks were
       * hashed; `damaged`: they are not what was said; `empty`: none of them is kept any more.
       */
      state: c.word<'signed' | 'sealed' | 'verified' | 'damaged' | 'empty'>('state').notNull(),
      uploadId: c.bin16<UploadId>('upload_id').notNull(),
      atMs: c.ms('at_ms').notNull(),
      /** When the verifier last read it and hashed its chunks; null: never. */
      checkedAtMs: c.ms('checked_at_ms'),
      /** How many of its chunks are not kept any more; null: none. */
      freedChunks: c.u53('freed_chunks'),
      /** When the last of them was freed: the object goes some time later. */
      emptiedAtMs: c.ms('emptied_at_ms'),
    },
    (t) => [
      c.primaryKey({ columns: [t.libraryId, t.packId] }),
      c.uniqueIndex('packs_upload').on(t.uploadId, t.sha256),
      c.index('packs_state').on(t.state, t.libraryId, t.packId),
    ],
  );
  const locations = c.table(
    'locations',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      chunkId: c.hash32<ChunkId>('chunk_id').notNull(),
      packId: c.bin16<PackId>('pack_id').notNull(),
      offset: c.u53('offset').notNull(),
      storedBytes: c.u53('stored_bytes').notNull(),
      plainBytes: c.u53('plain_bytes').notNull(),
      codec: c.word<Codec>('codec').notNull(),
      storedSha256: c.hash32('stored_sha256').notNull(),
      uploaderId: c.bin16<AccountId>('uploader_id').notNull(),
      /** A verifier of ours has read the bytes and hashed them. */
      verified: c.flag('verified').notNull(),
      /** The owner was charged for its stored bytes when it was sealed; of a chunk that was usable before, not. */
      charged: c.flag('charged').notNull(),
      /** Since when nothing has needed it; null: something does, or nobody has looked. Any use makes it null. */
      condemnedAtMs: c.ms('condemned_at_ms'),
    },
    (t) => [
      c.primaryKey({ columns: [t.libraryId, t.chunkId, t.packId] }),
      c.index('locations_pack').on(t.libraryId, t.packId),
    ],
  );
  return { packs, locations };
}

function uploadTables(c: Columns) {
  const uploads = c.table(
    'uploads',
    {
      uploadId: c.bin16<UploadId>('id').primaryKey(),
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      accountId: c.bin16<AccountId>('account_id').notNull(),
      deviceId: c.bin16<DeviceId>('device_id').notNull(),
      payerId: c.bin16<AccountId>('payer_id').notNull(),
      /** `expired`: holds nothing any more; `closed`: its unsealed packs are gone too. */
      state: c.word<'open' | 'expired' | 'closed'>('state').notNull(),
      /** Of an open upload, the sum over its rows in upload_chunks. */
      reservedBytes: c.u53('reserved_bytes').notNull(),
      expiresAtMs: c.ms('expires_at_ms').notNull(),
    },
    (t) => [
      c.index('uploads_expiry').on(t.state, t.expiresAtMs),
      c.index('uploads_library').on(t.libraryId, t.state),
      c.index('uploads_payer').on(t.payerId, t.state),
    ],
  );
  const uploadChunks = c.table(
    'upload_chunks',
    {
      uploadId: c.bin16<UploadId>('upload_id').notNull(),
      chunkId: c.hash32<ChunkId>('chunk_id').notNull(),
      reservedBytes: c.u53('reserved_bytes').notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.uploadId, t.chunkId] })],
  );
  return { uploads, uploadChunks };
}
