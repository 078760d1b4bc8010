/** So many ends of the engine within the window, and it is not started again by itself. */
const EXITS_MAX = 5;
const EXITS_WINDOW_MS = 60_000;
const DELAY_STEP_MS = 500;
const DELAY_MS_MAX = 3_000;

export type AfterExit =
  | { readonly next: 'restart'; readonly delayMs: number; readonly exits: readonly number[] }
  | { readonly next: 'giveUp'; readonly exits: readonly number[] };

/**
 * What to do after the engine has ended unasked.
 * @param before the times of earlier ends, as the last answer gave them
 */
export function afterExit(before: readonly number[], nowMs: number): AfterExit {
  const exits = [...before.filter((atMs) => nowMs - atMs < EXITS_WINDOW_MS), nowMs];
  if (exits.length >= EXITS_MAX) return { next: 'giveUp', exits };
  return { next: 'restart', delayMs: Math.min(DELAY_STEP_MS * exits.length, DELAY_MS_MAX), exits };
}
