/**
 * Runs a background job again and again, never two at once, until `stop`, which waits for one that is running.
 * A job that fails is reported and tried again at its next turn.
 */
export function everySoOften(
  intervalMs: number,
  job: () => Promise<unknown>,
  report: (error: unknown) => void,
): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= job()
      .then(() => undefined, report)
      .finally(() => {
        running = null;
      });
  }, intervalMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
