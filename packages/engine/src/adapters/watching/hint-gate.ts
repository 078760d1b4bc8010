import type { RelPath } from '@tidesync/shared/names';
import type { WatchHint } from '../../ports/watcher.ts';

/** Hints for one folder are told together: an editor's save alone makes five. */
const COALESCE_MS = 50;
/**
 * More events than this in one window, and some may have been lost: the kernel keeps 16,384 until they are
 * fetched, drops the rest and says so to nobody.
 */
const BURST_EVENTS = 8_000;
const BURST_WINDOW_MS = 1_000;

type Everything = Extract<WatchHint, { is: 'everything' }>;

/**
 * Turns a stream of events into few hints. A burst, or an error, becomes one `everything` for each window it goes
 * on, so that the last one comes after its end.
 */
export class HintGate {
  readonly #onHint: (hint: WatchHint) => void;
  readonly #folders = new Set<RelPath>();
  #lost: Everything['why'] | null = null;
  #eventsInWindow = 0;
  #flush: NodeJS.Timeout | null = null;
  #window: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(onHint: (hint: WatchHint) => void) {
    this.#onHint = onHint;
  }

  event(folder: RelPath): void {
    if (this.#closed) return;
    this.#openWindow();
    this.#eventsInWindow++;
    if (this.#eventsInWindow > BURST_EVENTS) this.lost('burst');
    if (this.#lost !== null) return;
    this.#folders.add(folder);
    this.#flush ??= setTimeout(() => this.#tellFolders(), COALESCE_MS);
  }

  /** What changed is not known any more. */
  lost(why: Everything['why']): void {
    if (this.#closed) return;
    this.#openWindow();
    // That there are no watches stays true when a burst comes as well.
    if (this.#lost !== 'noWatches') this.#lost = why;
    this.#folders.clear();
  }

  close(): void {
    this.#closed = true;
    if (this.#flush !== null) clearTimeout(this.#flush);
    if (this.#window !== null) clearTimeout(this.#window);
  }

  #openWindow(): void {
    this.#window ??= setTimeout(() => this.#closeWindow(), BURST_WINDOW_MS);
  }

  #closeWindow(): void {
    this.#window = null;
    this.#eventsInWindow = 0;
    const why = this.#lost;
    this.#lost = null;
    if (why !== null) this.#onHint({ is: 'everything', why });
  }

  #tellFolders(): void {
    this.#flush = null;
    const folders = [...this.#folders];
    this.#folders.clear();
    for (const folder of folders) this.#onHint({ is: 'folder', folder });
  }
}
