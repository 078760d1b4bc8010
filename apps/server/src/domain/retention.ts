import type { Retention, RetentionDays } from '@tidesync/shared/wire/retention';

const DAY_MS = 24 * 3_600_000;
const FOREVER = 0;

/** Days as they are stored: 0 is forever, null is what the server says. */
export interface StoredDays {
  readonly versionDays: number | null;
  readonly trashDays: number | null;
}

export function toStoredDays(days: RetentionDays | null): number | null {
  return days === 'forever' ? FOREVER : days;
}

export function fromStoredDays(stored: number | null): RetentionDays | null {
  return stored === FOREVER ? 'forever' : stored;
}

/** What holds for a library. */
export function retentionOf({ versionDays, trashDays }: StoredDays, server: Retention): Retention {
  return {
    versions: fromStoredDays(versionDays) ?? server.versions,
    trash: fromStoredDays(trashDays) ?? server.trash,
  };
}

/** When something ends that was replaced or deleted then; null: never. */
export function expiryOf(endedAtMs: number, days: RetentionDays): number | null {
  return days === 'forever' ? null : endedAtMs + days * DAY_MS;
}

/** What was replaced or deleted before this is over; null: nothing ever is. */
export function cutoffOf(nowMs: number, days: RetentionDays): number | null {
  return days === 'forever' ? null : nowMs - days * DAY_MS;
}
