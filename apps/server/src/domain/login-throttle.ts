/** How many failed tries of one kind of key a window takes. */
export interface ThrottleRule {
  readonly triesMax: number;
  readonly windowMs: number;
}

/** What a try is counted against: everyone's tries for this name, or all tries from this address. */
export interface ThrottleKey {
  readonly key: string;
  readonly rule: ThrottleRule;
}

interface Window {
  readonly endsAtMs: number;
  tries: number;
}

/**
 * Counts tries per key in fixed windows, in memory that is bounded. A try counts when it begins, so that many at
 * once gain nothing, and is taken back unless the password was wrong. With the memory full of running windows, keys
 * that are not known yet are refused: it fails closed.
 */
export class LoginThrottle {
  readonly #windows = new Map<string, Window>();
  readonly #keysMax: number;

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  /** 0 if the try may go on, and then it is counted; otherwise how long to wait, and nothing is counted. */
  begin(keys: readonly ThrottleKey[], nowMs: number): number {
    const waits = keys.map((key) => this.#waitMs(key, nowMs));
    const waitMs = Math.max(0, ...waits);
    if (waitMs > 0) return waitMs;
    for (const { key, rule } of keys) {
      const window = this.#windows.get(key);
      if (window === undefined) this.#windows.set(key, { endsAtMs: nowMs + rule.windowMs, tries: 1 });
      else window.tries++;
    }
    return 0;
  }

  /** Takes back the count of a try that turned out to be no wrong guess. */
  takeBack(keys: readonly ThrottleKey[]): void {
    for (const { key } of keys) {
      const window = this.#windows.get(key);
      if (window === undefined) continue;
      window.tries--;
      if (window.tries <= 0) this.#windows.delete(key);
    }
  }

  #waitMs({ key, rule }: ThrottleKey, nowMs: number): number {
    const window = this.#windows.get(key);
    if (window !== undefined && nowMs >= window.endsAtMs) this.#windows.delete(key);
    else if (window !== undefined) return window.tries < rule.triesMax ? 0 : window.endsAtMs - nowMs;
    if (this.#windows.size >= this.#keysMax) this.#forgetEnded(nowMs);
    return this.#windows.size >= this.#keysMax ? rule.windowMs : 0;
  }

  #forgetEnded(nowMs: number): void {
    for (const [key, window] of this.#windows) {
      if (nowMs >= window.endsAtMs) this.#windows.delete(key);
    }
  }
}
