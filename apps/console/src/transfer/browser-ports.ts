import type { Clock, Random, Sha256 } from '@tidesync/engine/ports/environment';
import { sha256Of } from '@tidesync/shared/sha256';

/** What the engine's transfer needs of its surroundings, as a browser has it. */
export const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(end, durationMs);
      function end() {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      }
      if (signal?.aborted) end();
      else signal?.addEventListener('abort', end, { once: true });
    }),
};

export const random: Random = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) };

const encoder = new TextEncoder();

export const sha256: Sha256 = (bytes) => sha256Of(typeof bytes === 'string' ? encoder.encode(bytes) : bytes);
