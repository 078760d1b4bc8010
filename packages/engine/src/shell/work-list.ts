import type { RelPath } from '@tidesync/shared/names';
import type { Clock } from '../ports/environment.ts';

/** Things that are due at a time. */
export type Timer =
  | 'fullScan'
  | 'poll'
  | 'settle'
  | 'hints'
  | 'deletes'
  | 'asides'
  | 'unlisted'
  | 'offline'
  | 'haltCheck'
  | 'housekeeping';

/** How far a look goes: one folder, or all that is in it as well. */
export type Reach = 'folder' | 'tree';

/** More folders than this are one look at everything. */
const FOLDERS_MAX = 2_000;

/** While transfers run, hints of a folder rest for so many times as long as the last look at it took. */
const REST_PER_LOOK = 4;
/** What is looked at in less never rests. */
const LONG_LOOK_MS = 200;

/**
 * Why the loop should turn: hints where to look, a doorbell, times that come due. Holds no decisions; what is in
 * it may be lost without harm, because a start looks everywhere.
 */
export class WorkList {
  readonly #clock: Clock;
  readonly #timers = new Map<Timer, number>();
  #folders: Map<RelPath, Reach> | 'all' = new Map();
  /** Folders that may have changed; null: anything may have. */
  readonly #hints = new Set<RelPath | null>();
  /** Of what took long to look at. Monotonic. */
  readonly #restsUntilMs = new Map<RelPath | null, number>();
  #pull = false;
  #woken = false;
  #wakeUp: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  scanAll(): void {
    this.#folders = 'all';
    this.#woken = true;
  }
  scan(folder: RelPath, reach: Reach = 'folder'): void {
    this.#woken = true;
    this.#add(folder, reach);
  }

  /**
   * A folder may have changed; null: anything may have. Files that arrive make hints, too: if a large folder were
   * looked at for each, the more had arrived the slower it would go on.
   */
  hint(folder: RelPath | null): void {
    this.#woken = true;
    this.#hints.add(folder);
    if (this.#hints.size <= FOLDERS_MAX) return;
    this.#hints.clear();
    this.#hints.add(null);
  }
  /** How long the look at a folder took; null: at everything. */
  looked(folder: RelPath | null, tookMs: number): void {
    if (tookMs < LONG_LOOK_MS) this.#restsUntilMs.delete(folder);
    else this.#restsUntilMs.set(folder, this.#clock.monotonicMs() + tookMs * REST_PER_LOOK);
  }

  /** Null if there is nothing to look at. `isBusy`: transfers run, and hints of what rests can wait. */
  takeFolders(isBusy: boolean): Map<RelPath, Reach> | 'all' | null {
    this.#takeHints(isBusy);
    const folders = this.#folders;
    this.#folders = new Map();
    if (folders === 'all') this.#hints.clear();
    else for (const folder of folders.keys()) this.#hints.delete(folder);
    return folders !== 'all' && folders.size === 0 ? null : folders;
  }

  #takeHints(isBusy: boolean): void {
    const nowMs = this.#clock.monotonicMs();
    const rests: number[] = [];
    for (const folder of [...this.#hints]) {
      const restMs = isBusy ? (this.#restsUntilMs.get(folder) ?? 0) - nowMs : 0;
      if (restMs > 0) {
        rests.push(restMs);
        continue;
      }
      this.#hints.delete(folder);
      if (folder === null) this.#folders = 'all';
      else this.#add(folder, 'folder');
    }
    if (rests.length > 0) this.at('hints', Math.min(...rests));
  }

  #add(folder: RelPath, reach: Reach): void {
    if (this.#folders === 'all') return;
    if (reach === 'tree' || !this.#folders.has(folder)) this.#folders.set(folder, reach);
    if (this.#folders.size > FOLDERS_MAX) this.#folders = 'all';
  }

  pull(): void {
    this.#pull = true;
    this.#woken = true;
  }
  takePull(): boolean {
    const pull = this.#pull;
    this.#pull = false;
    return pull;
  }

  hasWork(): boolean {
    return this.#pull || this.#folders === 'all' || this.#folders.size + this.#hints.size > 0;
  }

  /** Sets (or moves) a timer. */
  at(timer: Timer, inMs: number): void {
    this.#timers.set(timer, this.#clock.monotonicMs() + inMs);
  }
  /** False once its time has come, until it is set again: a round that broke off before it got there leaves it so. */
  awaits(timer: Timer): boolean {
    return this.#timers.has(timer);
  }
  /** Whether its time is still to come. */
  isAhead(timer: Timer): boolean {
    return (this.#timers.get(timer) ?? 0) > this.#clock.monotonicMs();
  }
  /** Timers whose time has come; each is answered once. */
  takeDue(): Set<Timer> {
    const nowMs = this.#clock.monotonicMs();
    const due = new Set<Timer>();
    for (const [timer, atMs] of this.#timers) if (atMs <= nowMs) due.add(timer);
    for (const timer of due) this.#timers.delete(timer);
    return due;
  }

  wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  /**
   * Resolves when there is something to do. After a wake-up it waits `coalesceMs` more, so that many small events
   * are one round and a round's own cost bounds how often it is drawn.
   */
  async wait(
    signal: AbortSignal,
    { coalesceMs, atMs }: { coalesceMs: number; atMs: number | null },
  ): Promise<void> {
    if (!this.#woken) await this.#untilWokenOr(signal, atMs);
    if (this.#woken && !signal.aborted) await this.#clock.sleep(coalesceMs, signal);
    this.#woken = false;
  }

  async #untilWokenOr(signal: AbortSignal, atMs: number | null): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const asked = atMs === null ? [] : [atMs > nowMs ? atMs : nowMs + PAST_DUE_MS];
    const inMs = Math.max(0, Math.min(nowMs + IDLE_MS, ...this.#timers.values(), ...asked) - nowMs);
    const woken = new AbortController();
    this.#wakeUp = () => woken.abort();
    await this.#clock.sleep(inMs, AbortSignal.any([signal, woken.signal]));
    this.#wakeUp = null;
  }
}

const IDLE_MS = 60_000;
/** `atMs` that has passed: the last round could not deal with it (the server is away), so the next one waits. */
const PAST_DUE_MS = 500;
