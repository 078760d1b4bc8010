import type { WatchHint } from '../ports/watcher.ts';
import type { RootParts } from './root-parts.ts';
import { FULL_SCAN_EVERY_MS, PARTLY_WATCHED_SCAN_EVERY_MS } from './root-times.ts';
import type { WorkList } from './work-list.ts';

/** The watches of a root, whose hints become work. */
export class RootWatch {
  readonly #work: WorkList;
  readonly #log: (line: string) => void;
  #watch: { close(): Promise<void> } | null = null;
  #isPartial = false;
  /** Some of what is there has no watch, and can have one now. */
  #isStale = false;

  constructor({ log }: Pick<RootParts, 'log'>, work: WorkList) {
    this.#log = log;
    this.#work = work;
  }

  async open({ watcher, disk }: Pick<RootParts, 'watcher' | 'disk'>): Promise<void> {
    this.#isPartial = false;
    this.#isStale = false;
    this.#watch = await watcher.watch(disk.shownPath, (hint) => {
      if (hint.is === 'folder') this.#work.hint(hint.folder);
      else this.#everywhere(hint.why, disk.shownPath);
      this.#work.wake();
    });
    this.planFullScan();
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    this.#watch = null;
  }

  /** A folder that could not be listed can be now: what could not be read when it was found has no watch. */
  lost(): void {
    this.#isStale = true;
    this.#work.wake();
  }

  /** Watches anew where that is called for, and looks at everything once: nobody watched meanwhile. */
  async renew(parts: Pick<RootParts, 'watcher' | 'disk'>): Promise<void> {
    if (!this.#isStale) return;
    await this.close();
    this.#work.scanAll();
    await this.open(parts);
  }

  /** When everything is looked at next, whatever is hinted until then. */
  planFullScan(): void {
    this.#work.at('fullScan', this.#isPartial ? PARTLY_WATCHED_SCAN_EVERY_MS : FULL_SCAN_EVERY_MS);
  }

  #everywhere(why: Extract<WatchHint, { is: 'everything' }>['why'], shownPath: string): void {
    this.#work.hint(null);
    if (why === 'burst' || this.#isPartial) return;
    this.#isPartial = true;
    this.planFullScan();
    const because = why === 'noWatches' ? ', as the system gives no more watches' : '';
    this.#log(`Not all of ${shownPath} can be watched${because}: all of it is looked at every few minutes.`);
  }
}
