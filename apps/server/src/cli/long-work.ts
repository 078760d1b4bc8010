import { setTimeout as pause } from 'node:timers/promises';
import type { VerifyProgress, VerifyWatch } from '../use-cases/verify/verify-watch.ts';
import type { CliIo } from './cli-io.ts';
import type { Progress } from './move-progress-line.ts';
import { progressLine } from './move-progress-line.ts';

const PROGRESS_EVERY_MS = 2_000;

/** The first signal stops in good order, which the same command goes on from; a second one does not wait. */
export function stopOnSignal(): { readonly signal: AbortSignal; forget(): void } {
  const told = new AbortController();
  const stop = () => {
    if (told.signal.aborted) process.exit(1);
    told.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  return {
    signal: told.signal,
    forget: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    },
  };
}

/** Says on standard error every few seconds how far the work is. */
export function progressPrinter(io: CliIo): (now: Progress) => void {
  let part: Progress['part'] | null = null;
  let [partSinceMs, saidMs] = [0, 0];
  return (now) => {
    const nowMs = Date.now();
    if (now.part !== part) [part, partSinceMs] = [now.part, nowMs];
    if (nowMs - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = nowMs;
    io.warn(progressLine(now, nowMs - partSinceMs));
  };
}

/** What watches a check or a rescue of this command. */
export async function watched<T>(io: CliIo, work: (watch: VerifyWatch) => Promise<T>): Promise<T> {
  const stop = stopOnSignal();
  const progress: (now: VerifyProgress) => void = progressPrinter(io);
  try {
    return await work({ signal: stop.signal, progress, pause: pauseUnlessStopped });
  } finally {
    stop.forget();
  }
}

async function pauseUnlessStopped(forMs: number, signal: AbortSignal): Promise<void> {
  await pause(forMs, null, { signal }).catch(() => undefined);
}
