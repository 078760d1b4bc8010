import { z } from 'zod';
import { accountId, deviceId, libraryId } from '../ids.ts';
import { limits } from '../limits.ts';
import { timeMs } from './entries.ts';
import { adminUser, email, member } from './people.ts';
import { retention } from './retention.ts';

const count = z.number().int().nonnegative();
const sizeBytes = z.number().int().nonnegative();
const pageToken = z.string().max(600).nullable().default(null);
const pageLimit = z.number().int().min(1).max(500).default(100);

/** An account with what is around it. */
export const userShowInput = z.object({ email });
export const userShowOutput = z.object({
  user: adminUser,
  organisation: z.string().nullable(),
  /** Of its own, that are not deleted. */
  libraries: count,
  /** Signed in. */
  devices: count,
  /** Null: none of them was ever heard of. */
  lastSeenAtMs: timeMs.nullable(),
});
export type UserDetail = z.infer<typeof userShowOutput>;
/** Sets many limits; accounts that are not there are named, and the others set all the same. */
export const userQuotasInput = z.object({
  quotas: z
    .array(z.object({ email, limitBytes: sizeBytes }))
    .min(1)
    .max(limits.quotasPerCallMax),
});
export const userQuotasOutput = z.object({ users: z.array(adminUser), missing: z.array(z.string()) });

/** What new accounts and libraries get, as the server's settings say. */
export const serverDefaults = z.object({ quotaBytes: sizeBytes, retention });

export const adminDevice = z.object({
  deviceId,
  name: z.string(),
  accountId,
  email: z.string(),
  createdAtMs: timeMs,
  lastSeenAtMs: timeMs.nullable(),
});
export type AdminDevice = z.infer<typeof adminDevice>;
/** Those that are signed in, in the order of their ids; of one account if one is named. */
export const adminDevicesInput = z.object({ email: email.optional(), pageToken, limit: pageLimit });
export const adminDevicesOutput = z.object({
  devices: z.array(adminDevice),
  nextPageToken: z.string().nullable(),
});
export const adminDeviceRevokeInput = z.object({ deviceId });

/** What is in a library, as it was last measured. */
export const libraryUsage = z.object({
  atMs: timeMs,
  /** Sizes of the files as people see them. */
  liveFiles: count,
  liveBytes: sizeBytes,
  trashFiles: count,
  trashBytes: sizeBytes,
  /** What is stored, equal bytes once. */
  chunks: count,
  chunkBytes: sizeBytes,
  /** Of these: what only trash and earlier versions need. */
  historyBytes: sizeBytes,
  /** Of these: what nothing needs any more, and is freed when its time is over. */
  condemnedChunks: count,
  condemnedBytes: sizeBytes,
  packs: count,
  packBytes: sizeBytes,
  /** Of these: those with nothing in them that is kept, which are deleted when their time is over. */
  emptyPacks: count,
  emptyPackBytes: sizeBytes,
});
export type LibraryUsage = z.infer<typeof libraryUsage>;

/** A library as administrators see it: never what is in it. */
export const libraryOverview = z.object({
  libraryId,
  name: z.string(),
  ownerEmail: z.string(),
  createdAtMs: timeMs,
  deleted: z.boolean(),
  limitBytes: sizeBytes.nullable(),
  storedBytes: sizeBytes,
  reservedBytes: sizeBytes,
  members: count,
  retention,
  /** Null: it was not measured yet. */
  usage: libraryUsage.nullable(),
});
export type LibraryOverview = z.infer<typeof libraryOverview>;
/** All of them, in the order of their ids; deleted ones too, as their bytes are still stored. */
export const allLibrariesInput = z.object({ pageToken, limit: pageLimit });
export const allLibrariesOutput = z.object({
  libraries: z.array(libraryOverview),
  nextPageToken: z.string().nullable(),
});
export const adminMembersInput = z.object({ libraryId });
export const adminMembersOutput = z.object({ members: z.array(member) });

/** How a job that servers do on their own stands. */
export const jobHealth = z.object({
  job: z.string(),
  /** Until when nobody else does it: the end of a run, or the time of the next one. */
  untilMs: timeMs,
  /** How often it was begun. */
  runs: count,
  /** It should have been begun by now. */
  overdue: z.boolean(),
  /** Runs of the last day, as far as servers have told. */
  doneInDay: count,
  failedInDay: count,
});
export type JobHealth = z.infer<typeof jobHealth>;

/** What all servers together did within one hour, and what there was at its last measuring (null: none). */
export const activityPoint = z.object({
  /** The beginning of the hour. */
  atMs: timeMs,
  requests: count,
  /** Calls that failed because of the server, its database or its store. */
  errors: count,
  /** Calls that were refused for what was asked. */
  refused: count,
  commits: count,
  uploadedBytes: sizeBytes,
  /** Bytes that did not have to be sent because they were there. */
  savedBytes: sizeBytes,
  /** Packs that devices got addresses for to read. */
  packDownloads: count,
  quotaRefusals: count,
  storedBytes: sizeBytes.nullable(),
  liveBytes: sizeBytes.nullable(),
  activeDevices: count.nullable(),
  activeUsers: count.nullable(),
});
export type ActivityPoint = z.infer<typeof activityPoint>;

export const overviewInput = z.object({
  /** How far back the points go. */
  hours: z.number().int().min(1).max(limits.activityHoursMax).default(48),
});
export const overviewOutput = z.object({
  atMs: timeMs,
  users: count,
  suspendedUsers: count,
  libraries: count,
  devices: count,
  /** Heard of within `limits.activeWithinMs`; a device is written down at most once an hour. */
  activeDevices: count,
  activeUsers: count,
  storedBytes: sizeBytes,
  reservedBytes: sizeBytes,
  /** Sizes of all files as people see them, as last measured; null: not yet. */
  liveBytes: sizeBytes.nullable(),
  jobs: z.array(jobHealth),
  /** The oldest first; hours of which nothing is known are left out. */
  points: z.array(activityPoint),
  defaults: serverDefaults,
});
export type Overview = z.infer<typeof overviewOutput>;

/** What a collection did, or would do. */
export const collection = z.object({
  dryRun: z.boolean(),
  /** False: its time was over before its work; the next one goes on. */
  finished: z.boolean(),
  libraries: count,
  /** Left alone, as what is damaged in them may be needed to heal the rest. */
  librariesDamaged: count,
  /** Entries whose time in the trash was over. */
  trashEnded: count,
  contentsDropped: count,
  chunksCondemned: count,
  condemnedBytes: sizeBytes,
  /** Condemned before, and needed after all. */
  chunksRevived: count,
  chunksFreed: count,
  /** What owners do not pay for any more. */
  freedBytes: sizeBytes,
  packsEmptied: count,
  packsDeleted: count,
  deletedBytes: sizeBytes,
});
export type Collection = z.infer<typeof collection>;
export const collectInput = z.object({
  dryRun: z.boolean().default(true),
  /** Left out: all. */
  libraryId: libraryId.optional(),
});

export const storageOutput = z.object({
  /** Where packs lie, without keys: a folder of the server, or bucket and host. */
  backend: z.string(),
  /** Sums over the libraries that were measured; null: none was. */
  usage: libraryUsage.nullable(),
  librariesMeasured: count,
  libraries: count,
  damagedPacks: count,
  /** Contents that the server has lost bytes of, and that no device has sent again. */
  wantedContents: count,
  /** Days that an object stays whose content nothing needs any more. */
  deleteAfterDays: z.number(),
});
export type StorageOverview = z.infer<typeof storageOutput>;
