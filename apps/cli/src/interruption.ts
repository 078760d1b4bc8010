const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Launchers pass signals on, so one Ctrl-C may arrive several times. */
const ECHO_MS = 1_000;
const IDLE_MS_MAX = 2_000;
const CODES_OF_GONE = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];

/**
 * A signal that fires at the first Ctrl-C or SIGTERM, made when it is first asked for. Another Ctrl-C later on
 * ends the process at once, which is safe at any time.
 */
export function interruption(): () => AbortSignal {
  let controller: AbortController | null = null;
  return () => {
    if (controller !== null) return controller.signal;
    const made = new AbortController();
    controller = made;
    let firstMs = 0;
    const onSignal = (name: NodeJS.Signals) => {
      const nowMs = performance.now();
      if (!made.signal.aborted) {
        firstMs = nowMs;
        made.abort();
      } else if (name === 'SIGINT' && nowMs - firstMs > ECHO_MS) process.exit(130);
    };
    for (const name of SIGNALS) process.on(name, onSignal);
    return made.signal;
  };
}

/**
 * A signal that fires when nobody reads the output any more: the other end of a pipe is closed (`tidesync … | head`)
 * or the terminal is gone. What is written from then on is lost without a word.
 */
export function outputGone(streams: readonly NodeJS.WritableStream[]): AbortSignal {
  const gone = new AbortController();
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === undefined || !CODES_OF_GONE.includes(error.code)) throw error;
      gone.abort();
    });
  }
  return gone.signal;
}

/** A signal that fires when the input ends: whoever held its other end has closed it, or is gone. */
export function inputEnded(input: NodeJS.ReadStream): AbortSignal {
  const ended = new AbortController();
  for (const event of ['end', 'close', 'error']) input.once(event, () => ended.abort());
  input.resume();
  return ended.signal;
}

/** Leaves as soon as nothing is open any more; what forgot to close itself gets a moment. */
export function exitWhenIdle(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), IDLE_MS_MAX).unref();
}
