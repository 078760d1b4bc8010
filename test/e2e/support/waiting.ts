import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** How long a condition may take on a machine that is busy with other things. */
export const PATIENCE_MS = 40_000;

/**
 * Looks again and again until `look` answers with something else than false or null, and answers with it.
 * Errors: after `patienceMs`, with `what` and what the last look threw.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<Exclude<T, false | null>> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const lookedMs = performance.now();
    let thrown: unknown = null;
    try {
      const found = await look();
      if (found !== false && found !== null) return found as Exclude<T, false | null>;
    } catch (error) {
      thrown = error;
    }
    if (performance.now() > deadlineMs) throw new Error(`waited in vain until ${what}`, { cause: thrown });
    // A look may read whole trees: the programs under test get at least as much of the machine.
    await pause(Math.max(LOOK_EVERY_MS, performance.now() - lookedMs));
  }
}
