import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { Clock } from '@tidesync/engine/ports/environment';

const PART_MS = 30_000;

export type Settled = 'settled' | 'timedOut' | 'interrupted';

/** Waits until the engine has come to rest. Null: as long as it takes. */
export async function waitSettled(
  face: EngineFace,
  clock: Clock,
  bounds: { timeoutMs: number | null; interrupted: AbortSignal },
): Promise<Settled> {
  const startMs = clock.monotonicMs();
  const stop = Promise.withResolvers<'interrupted'>();
  const onAbort = () => stop.resolve('interrupted');
  bounds.interrupted.addEventListener('abort', onAbort);
  try {
    for (;;) {
      if (bounds.interrupted.aborted) return 'interrupted';
      const goneMs = clock.monotonicMs() - startMs;
      const leftMs = bounds.timeoutMs === null ? PART_MS : Math.max(0, bounds.timeoutMs - goneMs);
      const settled = await Promise.race([face.settle(Math.min(leftMs, PART_MS)), stop.promise]);
      if (settled === 'interrupted') return 'interrupted';
      if (settled) return 'settled';
      if (bounds.timeoutMs !== null && clock.monotonicMs() - startMs >= bounds.timeoutMs) return 'timedOut';
    }
  } finally {
    bounds.interrupted.removeEventListener('abort', onAbort);
  }
}
