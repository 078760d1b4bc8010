import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { decodeRefs } from '@tidesync/shared/chunk-list';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { ObjectReader } from '../../ports/object-reader.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { RescueEnd, RescueFolder, RescuePath } from '../../ports/rescue-folder.ts';
import type { Store } from '../../ports/store.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { pagesOf } from '../moving/live-source.ts';
import { setsContent } from '../verify/check-history.ts';
import { ChunkReader } from '../verify/chunk-reader.ts';
import type { VerifyWatch } from '../verify/verify-watch.ts';
import { counting } from '../verify/verify-watch.ts';
import { hasEnded } from '../versions/ended-contents.ts';
import { libraryFolder, rescueName } from './rescue-names.ts';

export interface RescueOptions {
  readonly libraryId: LibraryId | null;
  /** Deleted files too. */
  readonly trash: boolean;
  /** What files were before, too. */
  readonly versions: boolean;
  readonly watch: VerifyWatch;
}
export interface RescueReport {
  readonly written: number;
  /** The same bytes were there. */
  readonly there: number;
  readonly bytes: number;
  readonly damaged: number;
  /** Something else has their name, and beside it too. */
  readonly taken: number;
  readonly shown: readonly { readonly path: string; readonly says: string }[];
  readonly listing: string;
  readonly stopped: boolean;
}
export interface RescuePorts {
  readonly store: Pick<Store, 'read'>;
  readonly objects: ObjectReader;
  readonly folder: RescueFolder;
}

/** What a rescue has done so far. */
export class RescueTally {
  readonly report: { -readonly [K in keyof RescueReport]: RescueReport[K] } & {
    shown: { path: string; says: string }[];
  };

  constructor(listing: string) {
    this.report = {
      written: 0,
      there: 0,
      bytes: 0,
      damaged: 0,
      taken: 0,
      shown: [],
      listing,
      stopped: false,
    };
  }

  note(
    end: RescueEnd,
    { path, sizeBytes }: { readonly path: RescuePath; readonly sizeBytes: number },
  ): string {
    if (end.is === 'damaged') {
      this.report.damaged += 1;
      const kept = end.kept ? 'what there is has the name with .damaged' : 'nothing of it is left';
      return this.#show(path, `${end.missingChunks} of its chunks are not there; ${kept}`);
    }
    this.report[end.is] += 1;
    if (end.is === 'written') this.report.bytes += sizeBytes;
    return end.is === 'taken' ? this.#show(path, 'something else has its name, which was left alone') : '';
  }

  #show(path: RescuePath, says: string): string {
    if (this.report.shown.length < limits.findingsShownMax)
      this.report.shown.push({ path: path.join('/'), says });
    return says;
  }
}

/**
 * Writes every live file of every library by its path, each chunk hashed on its way; deleted ones and earlier versions
 * where that is wanted. Reads the database and the objects and changes neither.
 * Errors: `libraryMissing`, `storeUnavailable`, `databaseUnavailable`, `exportFolderUnusable`.
 */
export async function rescueData(ports: RescuePorts, options: RescueOptions): Promise<RescueReport> {
  const tally = new RescueTally(ports.folder.listing);
  const { rows } = ports.store.read;
  let found = 0;
  for await (const page of pagesOf(rows, { table: 'libraries', libraryId: options.libraryId }, null)) {
    for (const row of page) {
      if (row.deletedAtMs !== null) continue;
      found += 1;
      await new LibraryRescue(ports, options, { row, tally }).run();
    }
  }
  if (options.libraryId !== null && found === 0)
    fail({ reason: 'libraryMissing', library: options.libraryId });
  return { ...tally.report, stopped: options.watch.signal.aborted };
}

const isBehind = (seq: unknown, endedSeq: number) => seq !== null && (seq as number) > endedSeq;

class LibraryRescue {
  readonly #ports: RescuePorts;
  readonly #options: RescueOptions;
  readonly #tally: RescueTally;
  readonly #libraryId: LibraryId;
  readonly #name: string;
  readonly #chunks: ChunkReader;
  readonly #folders = new Map<string, RescuePath>();
  readonly #told: ReturnType<typeof counting>;
  /** What was deleted up to this change is not in the trash any more. */
  readonly #trashEndedSeq: number;

  constructor(
    ports: RescuePorts,
    options: RescueOptions,
    { row, tally }: { readonly row: TransferRow; readonly tally: RescueTally },
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#tally = tally;
    this.#libraryId = row.libraryId as LibraryId;
    this.#name = libraryFolder(row.name as string, this.#libraryId);
    this.#chunks = new ChunkReader(ports.objects);
    this.#trashEndedSeq = (row.trashEndedSeq as number | null) ?? 0;
    this.#told = counting(options.watch, 'files', null);
  }

  async run(): Promise<void> {
    await this.#entries(({ kind, deletedSeq }) => kind !== 'symlink' && deletedSeq === null);
    // Links last, so that nothing could be written through one.
    await this.#entries(({ kind, deletedSeq }) => kind === 'symlink' && deletedSeq === null);
    if (this.#options.trash) {
      await this.#entries(
        ({ kind, deletedSeq }) => kind === 'file' && isBehind(deletedSeq, this.#trashEndedSeq),
      );
    }
    if (this.#options.versions) await this.#versions();
  }

  async #entries(wanted: (row: TransferRow) => boolean): Promise<void> {
    const { rows } = this.#ports.store.read;
    for await (const page of pagesOf(rows, { table: 'entries', libraryId: this.#libraryId }, null)) {
      for (const row of page.filter(wanted)) {
        if (this.#options.watch.signal.aborted) return;
        const top = row.deletedSeq === null ? ['files'] : ['trash', String(row.deletedSeq)];
        await this.#one(row, top);
        this.#told.add(1);
      }
    }
  }

  async #versions(): Promise<void> {
    const { rows, tree, content } = this.#ports.store.read;
    for await (const page of pagesOf(rows, { table: 'changes', libraryId: this.#libraryId }, null)) {
      const made = page.filter(setsContent);
      const ids = [...new Set(made.map((row) => row.entryId as EntryId))];
      const now = new Map((await tree.entries(this.#libraryId, ids)).map((one) => [one.entryId, one]));
      const contents = made.map((row) => row.contentId as ContentId);
      const known = await content.knownContents(this.#libraryId, [...new Set(contents)]);
      for (const row of made) {
        if (this.#options.watch.signal.aborted) return;
        // What was given up is not missed.
        const isKnown = known.has(row.contentId as ContentId);
        if (!isKnown && (await hasEnded(this.#ports.store.read, this.#libraryId, row))) continue;
        if (this.#isWrittenAsNow(row, now.get(row.entryId as EntryId))) continue;
        await this.#one(row, ['versions', String(row.seq)]);
        this.#told.add(1);
      }
    }
  }

  #isWrittenAsNow(row: TransferRow, now: EntryState | undefined): boolean {
    if (now?.kind !== 'file' || now.contentId !== row.contentId) return false;
    return !now.deleted || this.#options.trash;
  }

  async #one(row: TransferRow, [top, ...below]: readonly string[]): Promise<void> {
    const folder = await this.#folderOf(row.parentId as EntryId);
    const name = rescueName(row.name as string, row.entryId as string);
    const inside = [top as string, this.#name, ...below];
    const path = [...inside, ...folder, name];
    if (row.kind === 'folder') return void (await this.#ports.folder.folder(path));
    const end = await this.#put(row, path);
    // A disk that cannot tell two names apart, or somebody's own file: beside it, by the entry's id.
    const beside = ['beside', this.#name, row.entryId as string, ...below, name];
    const last = end.is === 'taken' ? await this.#put(row, beside) : end;
    const at = end.is === 'taken' ? beside : path;
    const says = this.#tally.note(last, { path: at, sizeBytes: row.sizeBytes as number });
    await this.#ports.folder.list({
      libraryId: this.#libraryId,
      path: [...folder, name].join('/'),
      writtenAs: at.join('/'),
      is: last.is,
      ...(row.contentId === null ? {} : { contentId: row.contentId, sizeBytes: row.sizeBytes }),
      ...(says === '' ? {} : { says }),
    });
  }

  async #put(row: TransferRow, path: RescuePath): Promise<RescueEnd> {
    const { folder } = this.#ports;
    if (row.kind === 'symlink') return { is: await folder.symlink(path, row.target as string) };
    const chunks = await this.#chunksOf(row.contentId as ContentId);
    if (chunks === null) return { is: 'damaged', missingChunks: 1, kept: false };
    return folder.file({
      path,
      chunks,
      executable: row.executable === true,
      mtimeMs: row.mtimeMs as number,
      read: (chunk) => this.#read(chunk),
    });
  }

  /** Null if nobody knows what the content is made of. */
  async #chunksOf(contentId: ContentId): Promise<readonly ChunkRef[] | null> {
    const { content } = this.#ports.store.read;
    const wanted = {
      libraryId: this.#libraryId,
      contentIds: [contentId],
      refsMax: limits.refsPerStageCallMax,
    };
    const [revision] = await content.revisions(wanted);
    if (revision === undefined) return null;
    if (revision.depth === 0) return revision.refs;
    const chunks: ChunkRef[] = [];
    for (const list of revision.refs) {
      const bytes = await this.#read(list);
      const refs = bytes === null ? null : decodeRefs(bytes);
      if (refs === null) return null;
      chunks.push(...refs);
    }
    return chunks;
  }

  async #read(chunk: ChunkRef): Promise<Uint8Array | null> {
    const found = await this.#ports.store.read.content.locationsOf(this.#libraryId, [chunk.id]);
    const places = found.map((one) => ({ ...one, key: objectKeyOf(this.#libraryId, one.packId) }));
    return this.#chunks.read(chunk, places);
  }

  /** Names from the top folder down, deleted folders too; what leads nowhere begins with its own id. */
  async #folderOf(id: EntryId): Promise<RescuePath> {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    const names: string[] = [];
    let at = id as string;
    for (let depth = 0; at !== (this.#libraryId as string); depth++) {
      const [folder] = await this.#ports.store.read.tree.entries(this.#libraryId, [at as EntryId]);
      if (folder === undefined || depth === limits.pathDepthMax) {
        names.unshift(at);
        break;
      }
      names.unshift(rescueName(folder.name, folder.entryId));
      at = folder.parentId;
    }
    this.#folders.set(id, names);
    return names;
  }
}
