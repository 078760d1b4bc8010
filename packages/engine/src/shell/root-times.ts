/** Everything is looked at this often, whatever the watcher says. */
export const FULL_SCAN_EVERY_MS = 15 * 60_000;
/** The same where nobody tells of some folders: nothing stays unseen for longer than five minutes. */
export const PARTLY_WATCHED_SCAN_EVERY_MS = 4 * 60_000;
/** The server is asked this often, whatever the doorbell says. */
export const POLL_EVERY_MS = 60_000;
/** What could not be listed is tried again this often. */
export const UNLISTED_AGAIN_MS = 60_000;
/** Waits before a server that could not be reached is asked again; the last one repeats. */
export const OFFLINE_RETRY_MS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000] as const;
/** A folder that is not the one that was bound is looked for this often. */
export const HALT_CHECK_EVERY_MS = 3_000;

/** Before the next try, after so many that found no server. */
export function offlineWaitMs(tries: number): number {
  return OFFLINE_RETRY_MS[Math.min(tries, OFFLINE_RETRY_MS.length) - 1] as number;
}
