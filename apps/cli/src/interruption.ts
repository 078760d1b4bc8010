const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const IDLE_MS_MAX = 2_000;

/**
 * A signal that fires at the first Ctrl-C or SIGTERM, made when it is first asked for. A second Ctrl-C ends the
 * process at once, which is safe at any time.
 */
export function interruption(): () => AbortSignal {
  let controller: AbortController | null = null;
  return () => {
    if (controller !== null) return controller.signal;
    const made = new AbortController();
    controller = made;
    for (const name of SIGNALS)
      process.on(name, () => (made.signal.aborted ? process.exit(130) : made.abort()));
    return made.signal;
  };
}

/** Leaves as soon as nothing is open any more; what forgot to close itself gets a moment. */
export function exitWhenIdle(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), IDLE_MS_MAX).unref();
}
