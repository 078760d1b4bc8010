/** One thing that was measured. */
export type Figure =
  | { readonly is: 'number'; readonly label: string; readonly unit: string; readonly value: number }
  /** Milliseconds, over `count` of the same. */
  | {
      readonly is: 'times';
      readonly label: string;
      readonly count: number;
      readonly p50: number;
      readonly p95: number;
      readonly p99: number;
      readonly max: number;
    };

/** Something that must hold, however fast or slow. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What was found, for whoever has to look for the cause. */
  readonly found: string;
}

export const number = (label: string, value: number, unit: string): Figure => ({
  is: 'number',
  label,
  unit,
  value,
});

/** Percentiles by nearest rank. */
export function times(label: string, all: readonly number[]): Figure {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { is: 'times', label, count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function check(what: string, holds: boolean, found: unknown): Check {
  return { what, holds, found: typeof found === 'string' ? found : JSON.stringify(found) };
}

/** A check for two numbers that have to be the same. */
export const same = (what: string, found: number, expected: number): Check =>
  check(what, found === expected, `${found}, expected ${expected}`);

/** The lists of several users, by name, as one list each. */
export function joined(
  lists: readonly Readonly<Record<string, readonly number[]>>[],
): Record<string, number[]> {
  const all: Record<string, number[]> = {};
  for (const one of lists) {
    for (const [name, values] of Object.entries(one)) all[name] = [...(all[name] ?? []), ...values];
  }
  return all;
}

/** From the first beginning to the last end. */
export function spanSeconds(all: readonly { readonly beganMs: number; readonly endedMs: number }[]): number {
  const beganMs = Math.min(...all.map((one) => one.beganMs));
  return (Math.max(...all.map((one) => one.endedMs)) - beganMs) / 1_000;
}
