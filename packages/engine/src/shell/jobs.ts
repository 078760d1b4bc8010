import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { Speed } from '../core/speed.ts';
import { addBytes, bytesPerSecond, startSpeed } from '../core/speed.ts';
import type { CutResult } from '../ports/cutter.ts';
import type { Clock } from '../ports/environment.ts';
import type { DownloadFile, DownloadOutcome } from './transfer/download-types.ts';
import type { UploadFile, UploadOutcome } from './transfer/upload-types.ts';

/** What a job found out or finished: one more observation for the next plan. */
export type Finding =
  | { readonly is: 'read'; readonly id: EntryId; readonly path: RelPath; readonly result: CutResult }
  | { readonly is: 'readFailed'; readonly id: EntryId; readonly path: RelPath; readonly error: unknown }
  | {
      readonly is: 'uploaded';
      readonly id: EntryId;
      readonly file: UploadFile;
      readonly outcome: UploadOutcome;
    }
  | {
      readonly is: 'fetched';
      readonly id: EntryId;
      readonly file: DownloadFile;
      readonly outcome: DownloadOutcome;
    }
  /** A whole call failed: none of these entries is known to be done. */
  | { readonly is: 'callFailed'; readonly ids: readonly EntryId[]; readonly error: unknown };

export interface Transfer {
  readonly direction: 'up' | 'down';
  readonly path: RelPath;
  readonly contentId: ContentId;
  readonly totalBytes: number;
  doneBytes: number;
  /** Null before the first bytes have gone. */
  speed: Speed | null;
}

/** A file that is read and cut, before any of it goes. */
export interface Reading {
  readonly path: RelPath;
  readonly totalBytes: number;
  readonly doneBytes: number;
}

export interface JobEvents {
  /** Something is found out or finished. */
  readonly onFinding: () => void;
  /** A file is read further. */
  readonly onReading: () => void;
}

/**
 * The work that runs beside the control loop. It decides nothing: it holds who is in work, bounds how much runs,
 * and keeps findings until the loop takes them.
 */
export class Jobs {
  readonly #events: JobEvents;
  readonly #clock: Clock;
  readonly #inWork = new Set<EntryId>();
  readonly #running = new Map<'read' | 'upload' | 'fetch', number>();
  readonly #ends = new Set<Promise<void>>();
  #findings: Finding[] = [];
  readonly #speeds: Record<'up' | 'down', Speed | null> = { up: null, down: null };
  #abort = new AbortController();
  readonly transfers = new Map<string, Transfer>();
  /** Those that take longer than a moment. */
  readonly readings = new Map<EntryId, Reading>();

  constructor(events: JobEvents, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
  }

  isInWork(id: EntryId): boolean {
    return this.#inWork.has(id);
  }
  get count(): number {
    return this.#inWork.size;
  }
  running(kind: 'read' | 'upload' | 'fetch'): number {
    return this.#running.get(kind) ?? 0;
  }
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  progress(key: string, doneBytes: number): void {
    const nowMs = this.#clock.monotonicMs();
    const transfer = this.transfers.get(key);
    if (transfer === undefined) return;
    const moreBytes = Math.max(0, doneBytes - transfer.doneBytes);
    transfer.doneBytes = doneBytes;
    transfer.speed = addBytes(transfer.speed ?? startSpeed(nowMs), moreBytes, nowMs);
    const whole = this.#speeds[transfer.direction] ?? startSpeed(nowMs);
    this.#speeds[transfer.direction] = addBytes(whole, moreBytes, nowMs);
  }

  reading(id: EntryId, reading: Reading): void {
    this.readings.set(id, reading);
    this.#events.onReading();
  }

  /** Of all transfers together; null: there is none, or too little has gone to tell. */
  bytesPerSecond(direction: 'up' | 'down'): number | null {
    const isAny = [...this.transfers.values()].some((one) => one.direction === direction);
    // The next transfers have a speed of their own.
    if (!isAny) this.#speeds[direction] = null;
    const speed = this.#speeds[direction];
    return this.#now(speed);
  }

  speedOf({ speed }: Transfer): number | null {
    return this.#now(speed);
  }

  #now(speed: Speed | null): number | null {
    return speed === null ? null : bytesPerSecond(speed, this.#clock.monotonicMs());
  }

  /** Findings since the last call. Their entries stay in work until `release`, so that nothing plans around them. */
  take(): Finding[] {
    const findings = this.#findings;
    this.#findings = [];
    return findings;
  }
  release(ids: Iterable<EntryId>): void {
    for (const id of ids) this.#inWork.delete(id);
  }

  /** Runs one call for some entries; `work` reports findings itself and rejects only if the call as a whole failed. */
  start(
    kind: 'read' | 'upload' | 'fetch',
    ids: readonly EntryId[],
    work: (signal: AbortSignal) => Promise<void>,
  ): void {
    for (const id of ids) this.#inWork.add(id);
    this.#running.set(kind, this.running(kind) + 1);
    const { signal } = this.#abort;
    const end = work(signal)
      .catch((error: unknown) => {
        if (signal.aborted) this.release(ids);
        else this.report({ is: 'callFailed', ids, error });
      })
      .finally(() => {
        this.#running.set(kind, this.running(kind) - 1);
        this.#ends.delete(end);
        this.#events.onFinding();
      });
    this.#ends.add(end);
  }

  report(finding: Finding): void {
    this.#findings.push(finding);
    this.#events.onFinding();
  }

  /** Stops all work; resolves when none runs any more. Findings not taken are dropped: they will be made again. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#ends);
    this.#findings = [];
    this.#inWork.clear();
    this.transfers.clear();
    this.readings.clear();
    this.#abort = new AbortController();
  }
}
