/** How far a check or a rescue is, within one of its parts. */
export interface VerifyProgress {
  readonly part: 'packs' | 'contents' | 'history' | 'listed' | 'files' | 'chunks';
  readonly done: number;
  /** Null where nobody counted. */
  readonly total: number | null;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

/** Who waits for a check: how it is told to stop, and whom it tells how far it is. */
export interface VerifyWatch {
  readonly signal: AbortSignal;
  progress(now: VerifyProgress): void;
  /** Resolves after the time, or at once when the signal says stop; never rejects. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export function counting(
  watch: VerifyWatch,
  part: VerifyProgress['part'],
  total: number | null,
): { add(count: number, bytes?: number): void } {
  let [done, doneBytes] = [0, 0];
  return {
    add(count, bytes = 0) {
      done += count;
      doneBytes += bytes;
      watch.progress({ part, done, total, doneBytes, totalBytes: null });
    },
  };
}
