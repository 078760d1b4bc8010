import type { ChunkRef, Revision } from '@tidesync/shared/chunk-list';
import { contentIdInput, encodeRefs } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, PackId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { Location } from '@tidesync/shared/wire/content';
import { nodeSha256 } from '../adapters/node-environment.ts';
import type { Clock } from '../ports/environment.ts';
import type { ObjectTransfer } from '../ports/server.ts';
import type { DownloadServer } from '../shell/transfer/download-types.ts';
import type { UploadServer } from '../shell/transfer/upload-types.ts';
import { seededRandom } from './seeded-random.ts';

interface Pack {
  readonly sha256: string;
  readonly sizeBytes: number;
  bytes: Uint8Array | null;
}

export interface MemoryServer {
  readonly server: UploadServer & DownloadServer;
  readonly objects: ObjectTransfer;
  /** Packs as they are stored; a test may spoil or remove them. */
  readonly packs: Map<PackId, Pack>;
  usedBytes(): number;
  /** Packs that devices had trouble with. */
  readonly suspects: ReadonlySet<PackId>;
  /** No pack has a chunk of this content any more. */
  lose(contentId: ContentId): void;
  isWhole(contentId: ContentId): boolean;
}

/** One library's content, in memory: what a server and its object store do with chunks, packs and revisions. */
export function createMemoryServer(
  clock: Clock,
  limitBytes: number = limits.quotaBytesDefault,
): MemoryServer {
  const random = seededRandom(1);
  const packs = new Map<PackId, Pack>();
  const packsBySha = new Map<string, PackId>();
  const locations = new Map<ChunkId, Location[]>();
  const revisions = new Map<ContentId, Revision>();
  const lists = new Set<ChunkId>();
  const reserved = new Map<ChunkId, number>();
  const suspects = new Set<PackId>();
  const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);
  const usedBytes = () => sum([...locations.values()].map(([one]) => one?.plainBytes ?? 0));
  const requirePresent = (refs: readonly ChunkRef[]) => {
    const count = refs.filter(({ id }) => !locations.has(id)).length;
    if (count > 0) fail({ reason: 'chunksMissing', count });
  };
  const requireId = (id: string, bytes: Uint8Array) => {
    if (nodeSha256(bytes) !== id) fail({ reason: 'invalidInput', detail: `${id} is not its content's hash` });
  };
  const expiresAtMs = () => clock.nowMs() + limits.signedPutLifeMs;

  const server: UploadServer & DownloadServer = {
    async beginUpload() {
      return { expiresAtMs: clock.nowMs() + limits.uploadLifeMs };
    },
    async missingChunks(_uploadId, chunks) {
      const missing = chunks.map(({ id }) => !locations.has(id));
      const fresh = chunks.filter(({ id }, index) => missing[index] && !reserved.has(id));
      const requestedBytes = sum(fresh.map(({ sizeBytes }) => sizeBytes));
      const reservedBytes = sum(reserved.values());
      if (usedBytes() + reservedBytes + requestedBytes > limitBytes) {
        const counts = { usedBytes: usedBytes(), reservedBytes, limitBytes, requestedBytes };
        fail({ reason: 'quotaExceeded', limit: 'account', ...counts });
      }
      for (const { id, sizeBytes } of fresh) reserved.set(id, sizeBytes);
      return missing;
    },
    async signPacks(_uploadId, wanted) {
      return wanted.map(({ sha256, sizeBytes }) => {
        const packId = packsBySha.get(sha256) ?? (uuidFromBytes(random.bytes(16)) as PackId);
        packsBySha.set(sha256, packId);
        if (!packs.has(packId)) packs.set(packId, { sha256, sizeBytes, bytes: null });
        return { packId, url: `/objects/${packId}`, headers: {}, expiresAtMs: expiresAtMs() };
      });
    },
    async sealPacks(_uploadId, sealed) {
      for (const { packId, entries } of sealed) {
        if (!packs.get(packId)?.bytes) fail({ reason: 'packMissing', detail: packId });
        for (const entry of entries) {
          locations.set(entry.chunkId, [...(locations.get(entry.chunkId) ?? []), { ...entry, packId }]);
          reserved.delete(entry.chunkId);
        }
      }
    },
    async stage(_uploadId, newLists, newRevisions) {
      for (const { id, refs } of newLists) {
        requireId(id, encodeRefs(refs));
        requirePresent([...refs, { id, sizeBytes: 0 }]);
        lists.add(id);
      }
      for (const revision of newRevisions) {
        requireId(revision.contentId, contentIdInput(revision));
        requirePresent(revision.refs);
        const unlisted = revision.depth === 1 && revision.refs.some(({ id }) => !lists.has(id));
        if (unlisted) fail({ reason: 'invalidInput', detail: 'a list is not staged' });
        revisions.set(revision.contentId, revision);
      }
    },
    revisions: async (_libraryId, ids) => ids.flatMap((id) => revisions.get(id) ?? []),
    locate: async (_libraryId, ids) => ids.flatMap((id) => locations.get(id) ?? []),
    signDownloads: async (_libraryId, ids) =>
      ids.map((packId) => ({ packId, url: `/objects/${packId}`, expiresAtMs: expiresAtMs() })),
    suspect: async (_libraryId, ids) => {
      for (const packId of ids) suspects.add(packId);
    },
  };

  const objects: ObjectTransfer = {
    async put({ packId, expiresAtMs: endMs }, parts, { signal, take }) {
      signal.throwIfAborted();
      const pack = packs.get(packId);
      if (pack === undefined || clock.nowMs() > endMs) return 'expired';
      if (pack.bytes !== null) return 'alreadyThere';
      const bytes = Buffer.concat(parts);
      for (let at = 0; at < bytes.length; ) at += await take(bytes.length - at);
      if (bytes.length !== pack.sizeBytes || nodeSha256(bytes) !== pack.sha256) {
        fail({ reason: 'chunkMismatch', detail: 'other bytes' });
      }
      pack.bytes = bytes;
      return 'stored';
    },
    async getRange({ packId, expiresAtMs: endMs }, { offset, length }, signal) {
      signal.throwIfAborted();
      const bytes = packs.get(packId)?.bytes;
      if (clock.nowMs() > endMs) return 'expired';
      if (!bytes || bytes.length < offset + length) fail({ reason: 'packMissing', detail: packId });
      return Uint8Array.from(bytes.subarray(offset, offset + length));
    },
  };
  const refsOf = (contentId: ContentId) => revisions.get(contentId)?.refs ?? [];
  return {
    ...{ server, objects, packs, usedBytes, suspects },
    lose(contentId) {
      for (const { id } of refsOf(contentId)) locations.delete(id);
    },
    isWhole: (contentId) => refsOf(contentId).every(({ id }) => locations.has(id)),
  };
}
