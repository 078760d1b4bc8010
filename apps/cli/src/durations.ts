import { UsageError } from './exit-codes.ts';

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION_MS_MAX = 366 * 86_400_000;

/** "90s", "30m", "2h", "1d"; a bare number counts seconds. */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?$/.exec(text.trim());
  const durationMs =
    match === null ? Number.NaN : Math.round(Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 0));
  if (!(durationMs >= 0 && durationMs <= DURATION_MS_MAX)) {
    throw new UsageError(`"${text}" is no length of time. Use something like 90s, 30m, 2h or 1d.`);
  }
  return durationMs;
}
