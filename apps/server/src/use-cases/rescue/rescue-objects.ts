import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { contentIdInput, decodeDescription, decodeRefs } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId } from '@tidesync/shared/ids';
import { readPackIndex } from '../../domain/pack-index.ts';
import type { ObjectReader } from '../../ports/object-reader.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { RescueFolder } from '../../ports/rescue-folder.ts';
import { sha256Hex } from '../sha256-hex.ts';
import type { ChunkPlace } from '../verify/chunk-reader.ts';
import { ChunkReader } from '../verify/chunk-reader.ts';
import type { VerifyWatch } from '../verify/verify-watch.ts';
import { counting } from '../verify/verify-watch.ts';
import type { RescueReport } from './rescue-data.ts';
import { RescueTally } from './rescue-data.ts';

export interface ObjectRescue {
  readonly objects: ObjectReader;
  readonly folder: RescueFolder;
  readonly watch: VerifyWatch;
}

interface Found extends ChunkPlace {
  readonly id: ChunkId;
}
/** What a library's packs hold by their own words, each chunk hashed. */
interface Holdings {
  readonly chunks: Map<ChunkId, Found>;
  /** Chunks that say what a content is made of. */
  readonly described: Set<ContentId>;
}
const KEYS_PER_LOOK = 500;

/**
 * Writes what the objects alone tell: contents of several chunks by their descriptions, and every other chunk as a
 * content of its own. Names, folders, times and which content was whose are in the database alone.
 * Errors: `storeUnavailable`, `exportFolderUnusable`.
 */
export async function rescueObjects({ objects, folder, watch }: ObjectRescue): Promise<RescueReport> {
  const tally = new RescueTally(folder.listing);
  for (let library = await nextLibrary(objects, null); library !== null; ) {
    const holdings = await holdingsOf({ objects, folder, watch }, { library, tally });
    await new Contents({ objects, folder, watch }, holdings, tally).write(library);
    if (watch.signal.aborted) break;
    library = await nextLibrary(objects, library);
  }
  return { ...tally.report, stopped: watch.signal.aborted };
}

/** By the keys: the library of the first pack behind all of that one's. */
async function nextLibrary(objects: ObjectReader, behind: string | null): Promise<string | null> {
  // `0` is the character behind `/`.
  const after = behind === null ? null : (`${behind}0` as ObjectKey);
  const [key] = await objects.list({ after, limit: 1 });
  return key === undefined ? null : key.slice(0, key.indexOf('/'));
}

async function holdingsOf(
  { objects, folder, watch }: ObjectRescue,
  { library, tally }: { readonly library: string; readonly tally: RescueTally },
): Promise<Holdings> {
  const holdings: Holdings = { chunks: new Map(), described: new Set() };
  const told = counting(watch, 'chunks', null);
  let after = `${library}/` as ObjectKey;
  for (;;) {
    const keys = (await objects.list({ after, limit: KEYS_PER_LOOK })).filter((key) =>
      key.startsWith(`${library}/`),
    );
    for (const key of keys) {
      if (watch.signal.aborted) return holdings;
      const before = holdings.chunks.size;
      const bad = await takePack(holdings, key, await objects.read(key));
      told.add(holdings.chunks.size - before);
      if (bad === null) continue;
      await folder.list({ pack: key, says: bad });
      tally.note({ is: 'damaged', missingChunks: 1, kept: false }, { path: [key], sizeBytes: 0 });
    }
    const last = keys.at(-1);
    if (last === undefined || keys.length < KEYS_PER_LOOK) return holdings;
    after = last;
  }
}

const utf8 = new TextDecoder();

/** What is wrong with a pack; null if nothing is. Its good chunks are taken in any case. */
async function takePack(
  { chunks, described }: Holdings,
  key: ObjectKey,
  pack: Uint8Array | null,
): Promise<string | null> {
  const index = pack === null ? null : readPackIndex(pack, (bytes) => utf8.decode(bytes));
  if (pack === null || index === null)
    return 'it does not end with an index, so its chunks cannot be told apart';
  let bad = 0;
  for (const { chunkId, offset, storedBytes } of index) {
    const bytes = pack.subarray(offset, offset + storedBytes);
    if (sha256Hex(bytes) !== chunkId) bad += 1;
    else if (!chunks.has(chunkId)) {
      chunks.set(chunkId, { id: chunkId, key, offset, storedBytes });
      if (decodeDescription(bytes) !== null) described.add(chunkId as string as ContentId);
    }
  }
  return bad === 0 ? null : `${bad} of its ${index.length} chunks have other bytes than their names say`;
}

class Contents {
  readonly #rescue: ObjectRescue;
  readonly #holdings: Holdings;
  readonly #tally: RescueTally;
  readonly #reader: ChunkReader;
  readonly #told: ReturnType<typeof counting>;
  /** Chunks that are parts of a described content. */
  readonly #parts = new Set<ChunkId>();

  constructor(rescue: ObjectRescue, holdings: Holdings, tally: RescueTally) {
    this.#rescue = rescue;
    this.#holdings = holdings;
    this.#tally = tally;
    this.#reader = new ChunkReader(rescue.objects);
    this.#told = counting(rescue.watch, 'files', holdings.chunks.size);
  }

  async write(library: string): Promise<void> {
    for (const contentId of this.#holdings.described) {
      if (this.#rescue.watch.signal.aborted) return;
      await this.#described(library, contentId);
    }
    for (const [id, { storedBytes }] of this.#holdings.chunks) {
      if (this.#rescue.watch.signal.aborted) return;
      const isOwn = !this.#parts.has(id) && !this.#holdings.described.has(id as string as ContentId);
      if (isOwn) await this.#single(library, { id, sizeBytes: storedBytes });
    }
  }

  async #described(library: string, contentId: ContentId): Promise<void> {
    const place = this.#holdings.chunks.get(contentId as string as ChunkId);
    const bytes = place && (await this.#read({ id: place.id, sizeBytes: place.storedBytes }));
    const revision = bytes ? decodeDescription(bytes) : null;
    if (revision === null) return;
    const chunks: ChunkRef[] = [];
    for (const ref of revision.refs) {
      this.#parts.add(ref.id);
      const list = revision.depth === 1 ? await this.#read(ref) : null;
      chunks.push(...(revision.depth === 0 ? [ref] : ((list && decodeRefs(list)) ?? [ref])));
    }
    for (const { id } of chunks) this.#parts.add(id);
    await this.#put({ library, contentId, chunks, from: 'description' });
  }

  async #single(library: string, chunk: ChunkRef): Promise<void> {
    const refs = [chunk];
    const contentId = sha256Hex(contentIdInput({ sizeBytes: chunk.sizeBytes, depth: 0, refs })) as ContentId;
    await this.#put({ library, contentId, chunks: refs, from: 'chunk' });
  }

  async #put(content: {
    readonly library: string;
    readonly contentId: ContentId;
    readonly chunks: readonly ChunkRef[];
    readonly from: 'description' | 'chunk';
  }): Promise<void> {
    const { folder } = this.#rescue;
    const { library, contentId, chunks, from } = content;
    const path = ['content', contentId];
    const read = (chunk: ChunkRef) => this.#read(chunk);
    const end = await folder.file({ path, chunks, executable: false, mtimeMs: null, read });
    const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
    const says = this.#tally.note(end, { path, sizeBytes });
    const [first] = chunks;
    const place = first === undefined ? undefined : this.#holdings.chunks.get(first.id);
    await folder.list({
      ...{ libraryId: library, contentId, sizeBytes, writtenAs: path.join('/'), is: end.is, from },
      // Pieces of one long file lie beside each other.
      ...(from === 'chunk' && place !== undefined ? { pack: place.key, offset: place.offset } : {}),
      ...(says === '' ? {} : { says }),
    });
    this.#told.add(1);
  }

  async #read(chunk: ChunkRef): Promise<Uint8Array | null> {
    const place = this.#holdings.chunks.get(chunk.id);
    return place === undefined ? null : this.#reader.read(chunk, [place]);
  }
}
