import { z } from 'zod';
import { accountId, contentId, deviceId, entryId, libraryId, opId } from '../ids.ts';
import { limits } from '../limits.ts';
import { seq, timeMs } from './entries.ts';

/** How long something is kept that is not in use any more. */
export const retentionDays = z.union([
  z.number().int().min(1).max(limits.retentionDaysMax),
  z.literal('forever'),
]);
export type RetentionDays = z.infer<typeof retentionDays>;
export const retention = z.object({
  /** Earlier contents of files, from when they were replaced. */
  versions: retentionDays,
  /** What was deleted, from then on. */
  trash: retentionDays,
});
export type Retention = z.infer<typeof retention>;

/** What holds for a library, what it has of its own (null: the server's), and the server's. */
export const libraryRetention = retention.extend({
  own: z.object({ versions: retentionDays.nullable(), trash: retentionDays.nullable() }),
  server: retention,
});
export type LibraryRetention = z.infer<typeof libraryRetention>;
/** What is left out stays; null takes the server's. */
export const setRetentionInput = z.object({
  libraryId,
  versions: retentionDays.nullable().optional(),
  trash: retentionDays.nullable().optional(),
});
export type RetentionChange = z.infer<typeof setRetentionInput>;

export const versionsListInput = z.object({
  libraryId,
  entryId,
  /** Versions before this one; null: from the latest on. */
  beforeSeq: seq.nullable().default(null),
  limit: z.number().int().min(1).max(limits.versionsPerPageMax).default(100),
});
/** A content that a file has or had. */
export const fileVersion = z.object({
  /** The change that made it, by which it is restored. */
  seq,
  contentId,
  sizeBytes: z.number().int().nonnegative(),
  mtimeMs: timeMs,
  /** When the server took it. */
  atMs: timeMs,
  /** Null: not known any more. */
  device: z.object({ deviceId, name: z.string() }).nullable(),
  account: z.object({ accountId, email: z.string() }).nullable(),
  /** `current`: what the file is; `trash`: what it was when it was deleted; `version`: what it was before. */
  is: z.enum(['current', 'trash', 'version']),
  /** When it was replaced or deleted; null for the current one. */
  endedAtMs: timeMs.nullable(),
  /** When it ends; null: never, or not while it is current. */
  expiresAtMs: timeMs.nullable(),
});
export type FileVersion = z.infer<typeof fileVersion>;
/** The latest first. */
export const versionsListOutput = z.object({
  /** As its folders are or were last called. */
  path: z.string(),
  versions: z.array(fileVersion),
  nextBeforeSeq: seq.nullable(),
});
export type VersionsPage = z.infer<typeof versionsListOutput>;

/** Makes an earlier content the current one again; what is current becomes a version. */
export const versionsRestoreInput = z.object({ libraryId, opId, entryId, seq });
export const versionsRestoreOutput = z.object({
  headSeq: seq,
  entryId,
  path: z.string(),
  contentId,
  /** False: the file has that content already, so nothing was done. */
  changed: z.boolean(),
});
