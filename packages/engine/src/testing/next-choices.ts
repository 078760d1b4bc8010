import type { Choose } from './power-cut.ts';

/** The next in order; null after the last. */
export function nextChoices(counts: readonly number[], given: readonly number[]): number[] | null {
  const next = counts.map((_, index) => given[index] ?? 0);
  for (let index = next.length - 1; index >= 0; index--) {
    const higher = (next[index] ?? 0) + 1;
    if (higher < (counts[index] ?? 0)) return [...next.slice(0, index), higher];
  }
  return null;
}

/** Runs some work once for every way in which its choices can fall. */
export async function forEveryChoice(work: (choose: Choose) => Promise<void>): Promise<number> {
  let given: number[] | null = [];
  let runs = 0;
  while (given !== null) {
    const counts: number[] = [];
    const known: readonly number[] = given;
    await work((n) => {
      counts.push(n);
      return known[counts.length - 1] ?? 0;
    });
    runs++;
    given = nextChoices(counts, known);
  }
  return runs;
}
