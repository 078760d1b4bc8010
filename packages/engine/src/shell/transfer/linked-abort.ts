/** A signal that fires with another one, or by itself. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** The other signal may live long: it forgets this one. */
  unlink(): void;
}

/** As `AbortSignal.any` of both, which browsers have had for a short time only. */
export function linkedAbort(outer: AbortSignal): LinkedAbort {
  const own = new AbortController();
  const follow = () => own.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    unlink: () => outer.removeEventListener('abort', follow),
  };
}
