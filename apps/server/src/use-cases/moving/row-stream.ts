import type { TransferRow } from '../../ports/store-transfer.ts';

/** Rows one by one, out of pages. */
export class RowStream {
  readonly #pages: AsyncIterator<readonly TransferRow[]>;
  #page: readonly TransferRow[] = [];
  #at = 0;

  constructor(pages: AsyncIterable<readonly TransferRow[]>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** The next row; null behind the last. */
  async next(): Promise<TransferRow | null> {
    while (this.#at === this.#page.length) {
      const more = await this.#pages.next();
      if (more.done === true) return null;
      this.#page = more.value;
      this.#at = 0;
    }
    return this.#page[this.#at++] ?? null;
  }

  /** Lets go of what the pages hold open. */
  async close(): Promise<void> {
    await this.#pages.return?.();
  }
}
