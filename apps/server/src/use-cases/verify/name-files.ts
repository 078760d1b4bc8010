import type { ContentId, DeviceId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Reads } from '../../ports/store.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { pagesOf } from '../moving/live-source.ts';
import { hasEnded } from '../versions/ended-contents.ts';
import type { MadeChange } from './check-history.ts';
import { contentOf, setsContent } from './check-history.ts';

/** A version of a file that cannot be read whole. */
export interface DamagedFile {
  readonly libraryId: LibraryId;
  readonly library: string;
  readonly path: string;
  /** The change that made this version. */
  readonly seq: number;
  readonly contentId: ContentId;
  readonly sizeBytes: number;
  /** `live`: it is what the file is now; `trash`: what it was when it was deleted; `version`: what it was before. */
  readonly is: 'live' | 'trash' | 'version';
  readonly deviceId: DeviceId | null;
  /** Null for one that is gone. */
  readonly device: string | null;
  readonly why: string;
}

/** Puts names to damaged contents of one library while its history goes by. */
export class FileNames {
  readonly #reads: Pick<Reads, 'tree' | 'content' | 'rows' | 'garbage' | 'batches'>;
  readonly #library: { readonly libraryId: LibraryId; readonly name: string };
  readonly #damaged: ReadonlyMap<ContentId, string>;
  #devices: ReadonlyMap<string, string> | null = null;
  readonly files: DamagedFile[] = [];
  found = 0;

  constructor(
    reads: Pick<Reads, 'tree' | 'content' | 'rows' | 'garbage' | 'batches'>,
    library: { readonly libraryId: LibraryId; readonly name: string },
    damaged: ReadonlyMap<ContentId, string>,
  ) {
    this.#reads = reads;
    this.#library = library;
    this.#damaged = damaged;
  }

  async look(changes: readonly MadeChange[]): Promise<void> {
    const { libraryId } = this.#library;
    // Only those that set a content: moves, attributes and deletes name the same one again.
    const made = changes.filter(({ row }) => setsContent(row));
    const ids = [...new Set(made.flatMap(({ row }) => contentOf(row) ?? []))];
    const known = await this.#reads.content.knownContents(libraryId, ids);
    for (const change of made) {
      const contentId = contentOf(change.row) as ContentId;
      const isKnown = known.has(contentId);
      if (!isKnown && (await hasEnded(this.#reads, libraryId, change.row))) continue;
      const why = isKnown ? this.#damaged.get(contentId) : 'its content is not recorded';
      if (why === undefined) continue;
      this.found += 1;
      if (this.files.length < limits.findingsShownMax)
        this.files.push(await this.#named(change, contentId, why));
    }
  }

  async #named({ row, deviceId }: MadeChange, contentId: ContentId, why: string): Promise<DamagedFile> {
    const { libraryId, name } = this.#library;
    const [now] = await this.#reads.tree.entries(libraryId, [row.entryId as EntryId]);
    const isNow = now?.kind === 'file' && now.contentId === contentId;
    const is = !isNow ? 'version' : now.deleted ? 'trash' : now.contentSeq === row.seq ? 'live' : 'version';
    this.#devices ??= await deviceNames(this.#reads);
    return {
      libraryId,
      library: name,
      path: await this.#pathOf(isNow ? (now as unknown as TransferRow) : row),
      seq: row.seq as number,
      contentId,
      sizeBytes: row.sizeBytes as number,
      is,
      deviceId,
      device: this.#devices.get(deviceId ?? '') ?? null,
      why,
    };
  }

  /** By the names that its folders have now, or had last. Never fails: the metadata may be what is damaged. */
  async #pathOf(row: TransferRow): Promise<string> {
    const names = [row.name as string];
    let parentId = row.parentId as EntryId;
    for (let depth = 0; depth < limits.pathDepthMax; depth++) {
      const [folder] = await this.#reads.tree.entries(this.#library.libraryId, [parentId]);
      if (folder === undefined) break;
      names.unshift(folder.name);
      parentId = folder.parentId;
    }
    return names.join('/');
  }
}

async function deviceNames({ rows }: Pick<Reads, 'rows'>): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for await (const page of pagesOf(rows, { table: 'devices', libraryId: null }, null)) {
    for (const row of page) names.set(row.deviceId as string, row.name as string);
  }
  return names;
}
