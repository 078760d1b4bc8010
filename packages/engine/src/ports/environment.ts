/** Wall and monotonic time. Order between devices never depends on it. */
export interface Clock {
  /** Milliseconds since 1970; may jump. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Resolves after the time, or at once when the signal fires (it never rejects). */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** Unpredictable bytes, for ids and tokens. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** SHA-256 in lower-case hex. */
export type Sha256 = (bytes: Uint8Array | string) => string;
