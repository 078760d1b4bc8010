// What one device does in a run: it sends contents, and commits that create, write, move and delete.

import { makeOp } from '@tidesync/server/testing/op-makers';
import type { Chunk } from '@tidesync/server/testing/server-world';
import { freshEntryId, freshId, freshOpId, packOf, sha256 } from '@tidesync/server/testing/server-world';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, EntryId, LibraryId, UploadId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import type { Chance } from './chance.ts';
import type { FaultClient } from './fault-client.ts';
import { putPack } from './fault-client.ts';
import type { Ledger } from './ledger.ts';

const OPS_MAX = 4;
const CHUNK_BYTES: readonly [number, number] = [300, 40_000];
const COMMITS_PER_UPLOAD = 12;
const ABANDONED = 0.03;
const COMMON_NAMES = 12;
const COMMON_CHUNKS = 30;

export interface WorkParts {
  readonly client: FaultClient;
  readonly libraryIds: readonly LibraryId[];
  readonly chance: Chance;
  readonly ledger: Ledger;
  /** Chunks that several devices send. */
  readonly common: Chunk[];
  /** Told apart from those of other devices. */
  readonly name: string;
}

export class Work {
  readonly #parts: WorkParts;
  #count = 0;
  #uploads = new Map<LibraryId, UploadId>();

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  /** One commit, with the contents it names sent before, up to its answer. */
  async commit(): Promise<void> {
    const { client, chance, ledger, libraryIds } = this.#parts;
    const libraryId = chance.pick(libraryIds);
    if (++this.#count % COMMITS_PER_UPLOAD === 0) this.#uploads.clear();
    if (chance.happens(ABANDONED)) return this.#abandon(libraryId);
    const ops = await this.#ops(libraryId);
    const input = { libraryId, opId: freshOpId(), ops };
    const output = await client.ask((server) => server.commit(input));
    ledger.note({ client, input, output });
  }

  /** A device that is switched off while its commit is on its way. */
  async #abandon(libraryId: LibraryId): Promise<void> {
    const { client, chance, ledger } = this.#parts;
    const parentId = topFolderOf(libraryId);
    const ops = Array.from({ length: chance.between(2, 12) }, () =>
      makeOp.folder(freshEntryId(), parentId, this.#newName()),
    );
    const input = { libraryId, opId: freshOpId(), ops };
    ledger.abandoned.push(input);
    await client.sendOnce((server) => server.commit(input));
  }

  async #ops(libraryId: LibraryId): Promise<Op[]> {
    const { chance, ledger } = this.#parts;
    const live = ledger.live(libraryId);
    const used = new Set<EntryId>();
    const wanted = Array.from({ length: chance.between(1, OPS_MAX) }, () => chance.between(0, 99));
    const contents = await this.#send(libraryId, wanted.filter((kind) => kind < 65).length);
    return wanted.map((kind): Op => {
      const free = live.filter(({ entryId }) => !used.has(entryId));
      const some = free.length === 0 ? null : chance.pick(free);
      if (some !== null) used.add(some.entryId);
      const content = kind < 65 ? (contents.pop() as ContentId) : null;
      return this.#op({ libraryId, kind, some, content }, live);
    });
  }

  #op({ libraryId, kind, some, content }: Wish, live: readonly EntryState[]): Op {
    const { chance } = this.#parts;
    const folders = live.filter((state) => state.kind === 'folder').map(({ entryId }) => entryId);
    const parentId = chance.pick([topFolderOf(libraryId), ...folders]);
    if (content !== null && kind < 25 && some?.kind === 'file') return makeOp.write(some, content);
    if (content !== null) {
      const at = { parentId, name: this.#name(), contentId: content };
      return makeOp.file(freshEntryId(), at);
    }
    if (some === null || kind < 72) return makeOp.folder(freshEntryId(), parentId, this.#newName());
    if (kind < 90) return makeOp.move(some, parentId, this.#name());
    return makeOp.remove(some);
  }

  #newName(): string {
    return `${this.#parts.name} ${++this.#count}.txt`;
  }

  /** At times one that others want, too. */
  #name(): string {
    const { chance } = this.#parts;
    return chance.happens(0.08) ? `common ${chance.between(1, COMMON_NAMES)}` : this.#newName();
  }

  async #send(libraryId: LibraryId, count: number): Promise<ContentId[]> {
    if (count === 0) return [];
    const { client, ledger } = this.#parts;
    const files = Array.from({ length: count }, () => this.#newContent());
    const uploadId = this.#uploads.get(libraryId) ?? freshId<UploadId>();
    this.#uploads.set(libraryId, uploadId);
    await client.ask((server) => server.beginUpload(uploadId, libraryId));
    const chunks = [...new Map(files.flat().map((chunk) => [chunk.ref.id, chunk])).values()];
    const missing = await client.ask((server) =>
      server.missingChunks(
        uploadId,
        chunks.map(({ ref }) => ref),
      ),
    );
    const wanted = chunks.filter((_, index) => missing[index]);
    if (wanted.length > 0) await this.#sendPack(uploadId, wanted);
    const revisions = files.map((file) => {
      const { revision } = fileRevision(
        file.map(({ ref }) => ref),
        sha256,
      );
      ledger.contents.set(revision.contentId, file);
      return revision;
    });
    await client.ask((server) => server.stage(uploadId, [], revisions));
    return revisions.map(({ contentId }) => contentId);
  }

  async #sendPack(uploadId: UploadId, chunks: readonly Chunk[]): Promise<void> {
    const { client } = this.#parts;
    const pack = packOf(chunks);
    const packId = await putPack(client, { uploadId, sha256: pack.sha256 }, pack.bytes);
    await client.ask((server) => server.sealPacks(uploadId, [{ packId, entries: pack.entries }]));
  }

  #newContent(): Chunk[] {
    const { chance, common } = this.#parts;
    return Array.from({ length: chance.between(1, 3) }, () => {
      if (common.length > 0 && chance.happens(0.2)) return chance.pick(common);
      const bytes = chance.bytes(chance.between(...CHUNK_BYTES));
      const chunk = { bytes, ref: { id: sha256(bytes) as ChunkId, sizeBytes: bytes.length } };
      if (common.length < COMMON_CHUNKS) common.push(chunk);
      return chunk;
    });
  }
}

interface Wish {
  readonly libraryId: LibraryId;
  readonly kind: number;
  readonly some: EntryState | null;
  readonly content: ContentId | null;
}
