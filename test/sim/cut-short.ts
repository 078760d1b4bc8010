import type { RootJournal } from '@tidesync/engine/ports/journal';

/** Moves that a device's engine was killed in: whether its person has worked there before they were finished. */
export class CutShort {
  isOvertaken = false;
  #isCutShort = false;
  readonly #journal: () => RootJournal;

  constructor(journal: () => RootJournal) {
    this.#journal = journal;
  }

  killed(): void {
    this.#isCutShort = this.#isUnderWay();
  }

  personWorks(): void {
    this.#isCutShort &&= this.#isUnderWay();
    this.isOvertaken ||= this.#isCutShort;
  }

  #isUnderWay(): boolean {
    return this.#journal().movesUnderWay().length > 0;
  }
}
