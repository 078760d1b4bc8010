import { limits } from '@tidesync/shared/limits';
import { Failure } from '@tidesync/shared/problems';
import type { TokenBucket } from '../../core/token-bucket.ts';
import { changeBucket, startBucket, takeTokens, waitMsFor } from '../../core/token-bucket.ts';
import type { Clock } from '../../ports/environment.ts';
import type { Way } from '../../ports/server.ts';
import { freeWay } from '../../ports/server.ts';
import { linkedAbort } from './linked-abort.ts';
import { transferLimits } from './transfer-limits.ts';

/** A place among the transfers of a direction. A new limit may end it: its signal fires with a passing Failure. */
export interface Turn extends Way {
  /** Call it once, whatever became of the transfer. Nobody waits for this turn afterwards. */
  end(): void;
}

/** Lets the bytes of one direction through, over all folders of a device. */
export interface Pace {
  /** In the order of asking. To be taken before an address is signed, as it may take long. */
  turn(signal: AbortSignal): Promise<Turn>;
}

export const UNPACED: Pace = {
  async turn(signal) {
    signal.throwIfAborted();
    return { ...freeWay(signal), end: () => undefined };
  },
};

interface OpenTurn {
  readonly sinceMs: number;
  /** What it was given last, which may still be on its way. */
  grantedBytes: number;
  withdraw(): void;
}
interface Waiter {
  readonly bytes: number;
  readonly turn: OpenTurn;
  go(bytes: number): void;
  leave(reason: unknown): void;
}

/** The pace of a direction under a limit that may change at any time, for transfers that run side by side. */
export class LimitedPace implements Pace {
  readonly #clock: Clock;
  #bucket: TokenBucket | null = null;
  readonly #turns = new Set<OpenTurn>();
  /** For a turn. */
  readonly #line: (() => void)[] = [];
  /** For bytes. */
  readonly #waiting: Waiter[] = [];
  #isPumping = false;
  #nudge = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get bytesPerSecond(): number | null {
    return this.#bucket?.bytesPerSecond ?? null;
  }

  /** Holds at once. Null: none. */
  limitTo(bytesPerSecond: number | null): void {
    if (bytesPerSecond === this.bytesPerSecond) return;
    const nowMs = this.#clock.monotonicMs();
    const wasFree = this.#bucket === null;
    const wanted =
      bytesPerSecond === null ? null : { bytesPerSecond, capacityBytes: portionBytes(bytesPerSecond) };
    if (wanted === null) this.#bucket = null;
    else if (this.#bucket === null) this.#bucket = startBucket(wanted, nowMs);
    else this.#bucket = changeBucket(this.#bucket, wanted, nowMs);
    if (bytesPerSecond !== null) this.#withdrawMisfits(bytesPerSecond, wasFree ? nowMs : null);
    this.#admit();
    this.#wake();
  }

  /**
   * What would not be through in time under this limit. A share is the same whatever the limit, as long as no more run
   * than may; only what ran without one may have spent its time on the line.
   */
  #withdrawMisfits(bytesPerSecond: number, freeUntilMs: number | null): void {
    const spareMs = limits.signedPutLifeMs - limits.limitedPutMsMax;
    let kept = 0;
    for (const turn of [...this.#turns]) {
      const isYoung = freeUntilMs === null || freeUntilMs - turn.sinceMs <= spareMs;
      const fits = isYoung && turn.grantedBytes <= bytesPerSecond;
      if (fits && kept < atOnce(bytesPerSecond)) kept++;
      else turn.withdraw();
    }
  }

  async turn(signal: AbortSignal): Promise<Turn> {
    signal.throwIfAborted();
    const isFree = this.#turns.size < atOnce(this.bytesPerSecond) && this.#line.length === 0;
    return isFree ? this.#open(signal) : this.#placeInLine(signal);
  }

  #placeInLine(signal: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#line.splice(this.#line.indexOf(go), 1);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener('abort', stop);
        resolve(this.#open(signal));
      };
      this.#line.push(go);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  #admit(): void {
    while (this.#line.length > 0 && this.#turns.size < atOnce(this.bytesPerSecond)) this.#line.shift()?.();
  }

  #open(outer: AbortSignal): Turn {
    const stop = linkedAbort(outer);
    const turn: OpenTurn = {
      sinceMs: this.#clock.monotonicMs(),
      grantedBytes: 0,
      withdraw: () => {
        this.#turns.delete(turn);
        stop.abort(over(WITHDRAWN));
      },
    };
    this.#turns.add(turn);
    return {
      signal: stop.signal,
      take: (bytes) => this.#take(turn, bytes, stop.signal),
      end: () => {
        stop.unlink();
        this.#turns.delete(turn);
        for (const waiter of [...this.#waiting]) if (waiter.turn === turn) waiter.leave(over('it has ended'));
        this.#admit();
      },
    };
  }

  #take(turn: OpenTurn, bytes: number, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (!this.#turns.has(turn)) return Promise.reject(over('it has ended'));
    if (this.#bucket === null && this.#waiting.length === 0) {
      turn.grantedBytes = bytes;
      return Promise.resolve(bytes);
    }
    return new Promise((resolve, reject) => {
      const aborted = () => waiter.leave(signal.reason);
      const waiter: Waiter = {
        bytes,
        turn,
        go(granted) {
          signal.removeEventListener('abort', aborted);
          turn.grantedBytes = granted;
          resolve(granted);
        },
        leave: (reason) => {
          signal.removeEventListener('abort', aborted);
          this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
          reject(reason);
          this.#wake();
        },
      };
      this.#waiting.push(waiter);
      signal.addEventListener('abort', aborted, { once: true });
      if (!this.#isPumping) void this.#pump();
    });
  }

  /** Something about limit or line has changed: whoever sleeps on the old one looks again. */
  #wake(): void {
    this.#nudge.abort();
    this.#nudge = new AbortController();
  }

  /** The first in line gets a portion and asks again behind the others, so all share alike. */
  async #pump(): Promise<void> {
    this.#isPumping = true;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const waitMs = this.#grant(first);
      if (waitMs > 0) await this.#clock.sleep(waitMs, this.#nudge.signal);
    }
    this.#isPumping = false;
  }

  /** How long to wait before it may be given; 0: it was. */
  #grant(waiter: Waiter): number {
    const bucket = this.#bucket;
    const bytes = bucket === null ? waiter.bytes : Math.min(waiter.bytes, bucket.capacityBytes);
    if (bucket !== null) {
      const nowMs = this.#clock.monotonicMs();
      const left = takeTokens(bucket, bytes, nowMs);
      if (left === null) return Math.max(1, waitMsFor(bucket, bytes, nowMs));
      this.#bucket = left;
    }
    this.#waiting.shift();
    waiter.go(bytes);
    return 0;
  }
}

const over = (detail: string) => new Failure({ reason: 'storeUnavailable', detail });
const WITHDRAWN = 'a lower speed limit holds now, and it goes on in its turn';

/** Both directions of a device. */
export interface Paces {
  readonly up: LimitedPace;
  readonly down: LimitedPace;
}

export function createPaces(clock: Clock): Paces {
  return { up: new LimitedPace(clock), down: new LimitedPace(clock) };
}

/** What is let through at once. */
function portionBytes(bytesPerSecond: number): number {
  const { pacePortionMs, pacePortionBytesMin, pacePortionBytesMax } = transferLimits;
  const bytes = Math.floor((bytesPerSecond * pacePortionMs) / 1_000);
  return Math.min(pacePortionBytesMax, Math.max(pacePortionBytesMin, bytes));
}

/** So many that the largest object of each is through in its time, though they share the limit. */
function atOnce(bytesPerSecond: number | null): number {
  if (bytesPerSecond === null) return Number.POSITIVE_INFINITY;
  const inTime = Math.floor((bytesPerSecond * limits.limitedPutMsMax) / 1_000 / limits.objectBytesMax);
  return Math.min(transferLimits.limitedAtOnceMax, Math.max(1, inTime));
}
