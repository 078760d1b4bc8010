import type { Disk } from '@tidesync/engine/ports/disk';
import type { Random } from '@tidesync/engine/ports/environment';
import type { RootJournal, RootRecord } from '@tidesync/engine/ports/journal';
import { bindFolder } from '@tidesync/engine/shell/bind-folder';
import { journalFile, putBackJournal, saveJournal } from './device-hardware.ts';
import type { JournalTreesParts } from './journal-trees.ts';
import { JournalTrees } from './journal-trees.ts';

/** The journal of a device: the file that it is in, and the copies that were made of it. */
export class JournalShelf {
  readonly #index: number;
  readonly #saved = new Set<number>();
  #record: RootRecord;
  readonly #watching: JournalTreesParts;
  #trees: JournalTrees;
  /** Whatever file it is in by now. */
  readonly journal: RootJournal;

  constructor(index: number, record: RootRecord, watching: JournalTreesParts) {
    this.#index = index;
    this.#record = record;
    this.#watching = watching;
    const first = this.#opened();
    this.#trees = this.#watched(first);
    this.journal = new Proxy(first, { get: (_, key: keyof RootJournal) => this.#trees.method(key) as never });
  }

  get record(): RootRecord {
    return this.#record;
  }

  /** See `JournalTrees`. */
  checkTrees(): void {
    this.#trees.checkWhole();
  }

  /** A copy of the file as it is now, under the step of the world. */
  save(step: number): void {
    saveJournal(this.#index, String(step));
    this.#saved.add(step);
    this.#trees = this.#watched(this.#opened());
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
    this.#trees = this.#watched(this.#opened());
    return true;
  }

  /** The file is gone, and its person binds the folder anew. */
  async bindAnew(disk: Disk, random: Random): Promise<void> {
    this.close();
    const { libraryId, libraryName: name } = this.#record;
    this.#record = await bindFolder({ openDisk: () => disk, random }, disk.shownPath, { libraryId, name });
    this.#trees = this.#watched(this.#opened());
  }

  /** Forgets what this world has left in the file. */
  close(): void {
    const engineJournal = journalFile(this.#index);
    for (const { rootId } of engineJournal.roots()) engineJournal.removeRoot(rootId);
  }

  #watched(journal: RootJournal): JournalTrees {
    return new JournalTrees(journal, this.#watching);
  }

  #opened(): RootJournal {
    const engineJournal = journalFile(this.#index);
    engineJournal.putRoot(this.#record);
    return engineJournal.openRoot(this.#record);
  }
}
