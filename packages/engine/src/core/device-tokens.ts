import { engineLimits } from './engine-limits.ts';

/** The tokens that this device has for its server; docs/decisions/0055-tokens-that-change.md draws their states. */
export interface DeviceTokens {
  /** What it signs its calls with. */
  readonly current: string;
  /** Since when that is so; null: not known. */
  readonly sinceMs: number | null;
  /** Made here to take the place of the current one, perhaps known to the server already; null: none. */
  readonly next: string | null;
  /** Those before the current one, the newest first: a server that comes back from a backup knows one of them. */
  readonly earlier: readonly string[];
}

export function firstToken(current: string, sinceMs: number | null): DeviceTokens {
  return { current, sinceMs, next: null, earlier: [] };
}

/** Whether the current one is old enough to be replaced, or was to be replaced before. */
export function isDue({ next, sinceMs }: DeviceTokens, nowMs: number): boolean {
  // A clock that was put back would make it last for ever.
  return next !== null || sinceMs === null || nowMs < sinceMs || nowMs - sinceMs >= engineLimits.tokenLifeMs;
}

export function withNext(tokens: DeviceTokens, next: string): DeviceTokens {
  return { ...tokens, next };
}

/** The next one has taken the place of the current one. */
export function replacedBy({ current, earlier }: DeviceTokens, next: string, sinceMs: number): DeviceTokens {
  const kept = [current, ...earlier].slice(0, engineLimits.earlierTokensMax);
  return { current: next, sinceMs, next: null, earlier: kept };
}

/** One of the earlier ones is current again, and soon to be replaced; those after it are not known to that server. */
export function backTo({ earlier }: DeviceTokens, current: string): DeviceTokens {
  const older = earlier.slice(earlier.indexOf(current) + 1);
  return { current, sinceMs: null, next: null, earlier: older };
}
