import { z } from 'zod';
import { accountId, libraryId, organisationId } from '../ids.ts';
import { limits } from '../limits.ts';
import { timeMs } from './entries.ts';
import { email, label, quota } from './people.ts';

const sizeBytes = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const pageToken = z.string().max(600).nullable().default(null);
const pageLimit = z.number().int().min(1).max(500).default(100);

export const organisationName = label(limits.organisationNameBytesMax);
export const organisation = z.object({
  organisationId,
  name: z.string(),
  /** Of the pool that its members share. */
  limitBytes: sizeBytes,
  /** What is handed to members of it. */
  slicedBytes: sizeBytes,
  usedBytes: sizeBytes,
  reservedBytes: sizeBytes,
  members: z.number().int().nonnegative(),
  createdAtMs: timeMs,
});
export type Organisation = z.infer<typeof organisation>;
export const organisationsListInput = z.object({ pageToken, limit: pageLimit });
export const organisationsListOutput = z.object({
  organisations: z.array(organisation),
  nextPageToken: z.string().nullable(),
});
export const organisationCreateInput = z.object({ name: organisationName, limitBytes: sizeBytes });
export const organisationLimitInput = z.object({ name: organisationName, limitBytes: sizeBytes });
export const organisationDeleteInput = z.object({ name: organisationName });
/** An account is in one organisation at most: adding it to another moves it. */
export const organisationMemberInput = z.object({ name: organisationName, email });
export const organisationMember = z.object({
  accountId,
  email: z.string(),
  /** Its own limit and what it uses. */
  quota,
  /** What it holds of the pool. */
  sliceBytes: sizeBytes,
});
export type OrganisationMember = z.infer<typeof organisationMember>;
export const organisationMembersInput = z.object({ name: organisationName, pageToken, limit: pageLimit });
export const organisationMembersOutput = z.object({
  members: z.array(organisationMember),
  nextPageToken: z.string().nullable(),
});

/** A library as administrators see it: what it weighs, never what is in it. */
export const adminLibrary = z.object({
  libraryId,
  name: z.string(),
  deleted: z.boolean(),
  /** Null: none of its own. */
  limitBytes: sizeBytes.nullable(),
  storedBytes: sizeBytes,
  reservedBytes: sizeBytes,
});
export type AdminLibrary = z.infer<typeof adminLibrary>;
/** Those that an account owns, deleted ones too: their bytes are still stored. */
export const adminLibrariesInput = z.object({ email, pageToken, limit: pageLimit });
export const adminLibrariesOutput = z.object({
  libraries: z.array(adminLibrary),
  nextPageToken: z.string().nullable(),
});
export const libraryLimitInput = z.object({ libraryId, limitBytes: sizeBytes.nullable() });

/** What a new account gets where nothing else is said. */
export const defaultQuota = z.object({
  limitBytes: sizeBytes,
  /** Whether an administrator chose it; otherwise it is as the server's settings say. */
  chosen: z.boolean(),
  configuredBytes: sizeBytes,
});
export type DefaultQuota = z.infer<typeof defaultQuota>;
/** Null: as the server's settings say. */
export const defaultQuotaInput = z.object({ limitBytes: sizeBytes.nullable() });

/** Every limit that an upload of the account may meet. */
export const accountQuota = quota.extend({
  organisation: z
    .object({ name: z.string(), limitBytes: sizeBytes, usedBytes: sizeBytes, reservedBytes: sizeBytes })
    .nullable()
    .default(null),
  /** Libraries of its own that have a limit of their own. */
  libraries: z.array(adminLibrary.omit({ deleted: true }).extend({ limitBytes: sizeBytes })).default([]),
});
export type AccountQuota = z.infer<typeof accountQuota>;

/** One number that was not what it has to be, and what was counted instead. */
export const quotaDrift = z.object({
  what: z.enum(['upload', 'library', 'account', 'organisation']),
  id: z.string(),
  field: z.enum(['usedBytes', 'reservedBytes', 'storedBytes', 'sliceBytes', 'slicedBytes']),
  foundBytes: z.number().int(),
  countedBytes: z.number().int(),
});
export type QuotaDrift = z.infer<typeof quotaDrift>;
export const quotaRecountInput = z.object({ dryRun: z.boolean().default(false) });
export const quotaRecount = z.object({
  dryRun: z.boolean(),
  uploads: z.number().int(),
  libraries: z.number().int(),
  accounts: z.number().int(),
  organisations: z.number().int(),
  /** How many numbers were wrong; the first of them follow. */
  driftsFound: z.number().int(),
  drifts: z.array(quotaDrift).max(limits.recountDriftsShownMax),
});
export type QuotaRecount = z.infer<typeof quotaRecount>;

export const auditActions = [
  'accountCreated',
  'accountSuspended',
  'accountReadmitted',
  'accountLimitSet',
  'defaultQuotaSet',
  'deviceRevoked',
  'devicesRevoked',
  'memberSet',
  'memberRemoved',
  'libraryTransferred',
  'libraryDeleted',
  'libraryLimitSet',
  'retentionSet',
  'garbageCollected',
  'organisationCreated',
  'organisationLimitSet',
  'organisationMemberAdded',
  'organisationMemberRemoved',
  'organisationDeleted',
  'quotaRepaired',
  'quotasRecounted',
  'packDamaged',
] as const;
export type AuditAction = (typeof auditActions)[number];
export const auditLine = z.object({
  auditId: z.string(),
  atMs: timeMs,
  /** An account's id, `server` for its own jobs, `command` for whoever may open the database. */
  actor: z.string(),
  action: z.string(),
  /** Id of what it was done to. */
  target: z.string(),
  /** Ids, numbers and words of ours; never a name of a file, a token or a password. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type AuditLine = z.infer<typeof auditLine>;
export const auditListInput = z.object({
  /** The oldest that is wanted. */
  sinceMs: timeMs.default(0),
  pageToken: z
    .string()
    .regex(/^-?\d{1,16}\.[0-9a-f-]{36}$/)
    .nullable()
    .default(null),
  limit: z.number().int().min(1).max(limits.auditPerPageMax).default(100),
});
/** The newest first. */
export const auditListOutput = z.object({ lines: z.array(auditLine), nextPageToken: z.string().nullable() });
