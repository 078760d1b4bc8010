import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { Clock } from '@tidesync/engine/ports/environment';

export type Settled = 'settled' | 'timedOut' | 'interrupted';

/** Waits until the engine has come to rest. Null: as long as it takes. */
export async function waitSettled(
  face: EngineFace,
  clock: Clock,
  bounds: { readonly timeoutMs: number | null; readonly interrupted: AbortSignal },
): Promise<Settled> {
  const { timeoutMs, interrupted } = bounds;
  const done = new AbortController();
  const timeUp = new AbortController();
  if (timeoutMs !== null) void clock.sleep(timeoutMs, done.signal).then(() => timeUp.abort());
  try {
    const settled = await face.settle(AbortSignal.any([interrupted, timeUp.signal]));
    if (settled) return 'settled';
    return interrupted.aborted ? 'interrupted' : 'timedOut';
  } finally {
    done.abort();
  }
}
