import type { Disk } from '@tidesync/engine/ports/disk';
import type { Random } from '@tidesync/engine/ports/environment';
import type { RootJournal, RootRecord } from '@tidesync/engine/ports/journal';
import { bindFolder } from '@tidesync/engine/shell/bind-folder';
import { journalFile, putBackJournal, saveJournal } from './device-hardware.ts';

/** The journal of a device: the file that it is in, and the copies that were made of it. */
export class JournalShelf {
  readonly #index: number;
  readonly #saved = new Set<number>();
  #record: RootRecord;
  #root: RootJournal;
  /** Whatever file it is in by now. */
  readonly journal: RootJournal;

  constructor(index: number, record: RootRecord) {
    this.#index = index;
    this.#record = record;
    this.#root = this.#opened();
    this.journal = new Proxy(this.#root, { get: (_first, key: keyof RootJournal) => this.#root[key] });
  }

  get record(): RootRecord {
    return this.#record;
  }

  /** A copy of the file as it is now, under the step of the world. */
  save(step: number): void {
    saveJournal(this.#index, String(step));
    this.#saved.add(step);
    this.#root = this.#opened();
  }

  /** The file is that copy again. False: it is of no use, as the folder was bound anew since. */
  putBack(step: number): boolean {
    if (!this.#saved.has(step)) return false;
    putBackJournal(this.#index, String(step));
    if (
      !journalFile(this.#index)
        .roots()
        .some(({ rootId }) => rootId === this.#record.rootId)
    )
      return false;
    this.#root = this.#opened();
    return true;
  }

  /** The file is gone, and its person binds the folder anew. */
  async bindAnew(disk: Disk, random: Random): Promise<void> {
    this.close();
    const { libraryId, libraryName: name } = this.#record;
    this.#record = await bindFolder({ openDisk: () => disk, random }, disk.shownPath, { libraryId, name });
    this.#root = this.#opened();
  }

  /** Forgets what this world has left in the file. */
  close(): void {
    const engineJournal = journalFile(this.#index);
    for (const { rootId } of engineJournal.roots()) engineJournal.removeRoot(rootId);
  }

  #opened(): RootJournal {
    const engineJournal = journalFile(this.#index);
    engineJournal.putRoot(this.#record);
    return engineJournal.openRoot(this.#record);
  }
}
