import { z } from 'zod';
import { libraryId, rootId } from '../ids.ts';
import { deviceSettings, restCause } from './device-settings.ts';
import { timeMs } from './entries.ts';
import { quota } from './people.ts';

/** Schemas of the engine's local API: what the CLI, the tray and the windows see of it. */

export const transferProgress = z.object({
  direction: z.enum(['up', 'down']),
  path: z.string(),
  doneBytes: z.number().int(),
  totalBytes: z.number().int(),
  /** Null while too little has gone to tell. */
  bytesPerSecond: z.number().int().nullable(),
});

/** A large file that is read and cut, before any of it goes. */
export const readingProgress = z.object({
  path: z.string(),
  doneBytes: z.number().int(),
  totalBytes: z.number().int(),
});

/** What a root is doing, in the order in which a person wants to know it. */
export const rootStateName = z.enum([
  'halted', // something about the whole folder needs a person; nothing is synced or deleted
  'paused',
  'offline', // the server does not answer; local changes are noted and go up later
  'syncing',
  'attention', // all done but for paths that need a person or wait for a cause to pass
  'upToDate', // the trees are equal
]);
export type RootStateName = z.infer<typeof rootStateName>;

export const haltReason = z.enum([
  'rootMissing', // the folder is gone or unmounted
  'rootReplaced', // another folder is in its place
  'libraryGone', // the library was deleted, or this account is no member any more
  'noPermission', // the folder itself cannot be read or written
]);
export type HaltReason = z.infer<typeof haltReason>;

export const pathTroubleView = z.object({
  rootId,
  path: z.string(),
  code: z.string(),
  /** What the code's sentence is about, by name, for those who say it in other words. */
  facts: z.record(z.string(), z.unknown()),
  sentence: z.string(),
  remedy: z.string(),
  sinceMs: timeMs,
  tries: z.number().int(),
  nextTryMs: timeMs.nullable(),
});
export type PathTroubleView = z.infer<typeof pathTroubleView>;

export const rootStatus = z.object({
  rootId,
  path: z.string(),
  libraryId,
  libraryName: z.string(),
  state: rootStateName,
  /** Set with state `halted`. */
  halt: haltReason.nullable(),
  pausedUntilMs: timeMs.nullable(),
  /** Set with state `paused` where a rule of the device is why, and no person. */
  restsFor: restCause.nullable(),
  /** One sentence for people, the same everywhere. */
  sentence: z.string(),
  entries: z.number().int(),
  /** Entries whose trees differ. */
  waiting: z.number().int(),
  waitingBytes: z.number().int(),
  /** Those that have begun, the first of them. */
  transfers: z.array(transferProgress),
  /** Those that take longer than a moment, the first of them. */
  readings: z.array(readingProgress).default([]),
  /** Of all transfers of the folder; null: none, or too little has gone to tell. */
  upBytesPerSecond: z.number().int().nullable(),
  downBytesPerSecond: z.number().int().nullable(),
  troubles: z.number().int(),
  conflicts: z.number().int(),
  /** Files whose deletes wait for a yes. */
  heldDeletes: z.number().int(),
  lastSyncedAtMs: timeMs.nullable(),
  /** The last whole check in idle time; null: it has not been through yet. */
  lastCheck: z.object({ endedMs: timeMs, checked: z.number().int(), found: z.number().int() }).nullable(),
});
export type RootStatus = z.infer<typeof rootStatus>;

export const sessionStatus = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('signedOut'),
    why: z.enum(['never', 'logout', 'revoked', 'interrupted', 'copied']),
  }),
  z.object({
    is: z.literal('signedIn'),
    serverUrl: z.string(),
    email: z.string(),
    deviceName: z.string(),
    online: z.boolean(),
    offlineSentence: z.string().nullable(),
  }),
]);
export const engineStatus = z.object({
  session: sessionStatus,
  quota: quota.nullable(),
  roots: z.array(rootStatus),
  device: deviceSettings,
  /** Where this device's token lies: in the system's keyring, or in a file that only this user can read. */
  secretsIn: z.enum(['keyring', 'file']),
  version: z.string(),
});
export type EngineStatus = z.infer<typeof engineStatus>;

export const whyState = z.enum(['synced', 'waiting', 'skipped', 'held', 'conflicted', 'unknown']);
export type WhyState = z.infer<typeof whyState>;

/** `why PATH`: exactly one code for every path, with its evidence. */
export const whyAnswer = z.object({
  path: z.string(),
  /** synced | notFound | outside | ignored | paused | halted | offline | waiting … or a trouble code. */
  code: z.string(),
  state: whyState,
  sentence: z.string(),
  evidence: z.array(z.string()),
  nextTryMs: timeMs.nullable(),
  remedy: z.string(),
});
export type WhyAnswer = z.infer<typeof whyAnswer>;

/** One line of `ls`: what lies in a folder, here or on the server, and what is the matter with it. */
export const listedEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file', 'symlink']),
  /** Null for what is no file. */
  sizeBytes: z.number().int().nullable(),
  mtimeMs: timeMs,
  here: z.boolean(),
  onServer: z.boolean(),
  /** As in `whyAnswer`. */
  code: z.string(),
  state: whyState,
});
export type ListedEntry = z.infer<typeof listedEntry>;

export const verifyInput = z.object({ path: z.string().min(1).max(8_192), deep: z.boolean() });
/** What a check found about one path, and how it is made right. */
export const verifyFinding = z.object({
  path: z.string(),
  kind: z.string(),
  /** `ask`: only a person can know; `none`: nothing that the engine could do. */
  cure: z.enum(['lookAgain', 'observeAgain', 'readAgain', 'mergeAll', 'ask', 'none']),
  sentence: z.string(),
});
export const verifiedFolder = z.object({
  rootId,
  path: z.string(),
  halted: z.boolean(),
  /** Stopped before its end. */
  stopped: z.boolean(),
  /** Entries held against the disk, and files read. */
  checked: z.number().int(),
  read: z.number().int(),
  /** Whether the server's listing was compared. */
  compared: z.boolean(),
  found: z.number().int(),
  /** Of those found: what is made right without anyone's help. */
  repaired: z.number().int(),
  /** Files that are damaged now, found by this check or before. */
  damaged: z.number().int(),
  unreadable: z.number().int(),
  /** The first ones. */
  findings: z.array(verifyFinding),
});
export type VerifiedFolder = z.infer<typeof verifiedFolder>;
export const verifyProgress = z.object({ path: z.string(), done: z.number().int(), total: z.number().int() });
export type VerifyProgress = z.infer<typeof verifyProgress>;
export const verifyEvent = z.discriminatedUnion('is', [
  z.object({ is: z.literal('progress'), now: verifyProgress }),
  z.object({ is: z.literal('done'), folders: z.array(verifiedFolder) }),
]);
export type VerifyEvent = z.infer<typeof verifyEvent>;
export const decideDamageInput = z.object({
  path: z.string().min(1).max(8_192),
  take: z.enum(['local', 'server']),
});

export const activityView = z.object({
  atMs: timeMs,
  rootId,
  kind: z.string(),
  path: z.string(),
  detail: z.string(),
  sentence: z.string(),
});

/** One of the two versions of a conflict, as it is on this device now. */
export const conflictVersion = z.object({
  path: z.string(),
  kind: z.enum(['folder', 'file', 'symlink']),
  /** Whose version it is; null: not known here. */
  deviceName: z.string().nullable(),
  mtimeMs: timeMs,
  /** Null for what is no file. */
  sizeBytes: z.number().int().nullable(),
  /** Null for what is no file, and while it has not been read. */
  contentId: z.string().nullable(),
});
export type ConflictVersion = z.infer<typeof conflictVersion>;
export const conflictId = z.string().regex(/^[0-9a-f]{8}$/);
/** Names sizes and hashes of both versions as they were shown, so that an answer is to those. */
export const conflictShown = z.string().regex(/^[0-9a-f]{8}$/);
const conflict = z.object({
  conflictId,
  rootId,
  /** Of the folder, absolute; the others are below it. */
  rootPath: z.string(),
  atMs: timeMs,
  path: z.string(),
  copyPath: z.string(),
});
export const conflictView = conflict.extend({
  shown: conflictShown,
  /** What this device had, under `copyPath`. Null: nothing is there now. */
  mine: conflictVersion.nullable(),
  /** What has the name. Null: nothing has it, or it has not arrived. */
  theirs: conflictVersion.nullable(),
});
export const conflictKeep = z.enum(['both', 'mine', 'theirs']);
export type ConflictKeep = z.infer<typeof conflictKeep>;
export const conflictResolveInput = z.object({ conflictId, shown: conflictShown, keep: conflictKeep });
export type ConflictAnswer = z.infer<typeof conflictResolveInput>;
export const resolvedConflictView = conflict.extend({
  kept: conflictKeep,
  resolvedMs: timeMs,
  /** Until then `undo` takes it back. */
  undoUntilMs: timeMs,
});
export type ResolvedConflictView = z.infer<typeof resolvedConflictView>;
export const folderAddInput = z.object({ path: z.string(), library: z.string() });
export const folderAddOutput = z.object({ root: rootStatus, libraryWas: z.enum(['own', 'shared', 'made']) });

/** How a held batch is named: it changes with what it holds, so a yes is to what was shown. */
export const heldBatchId = z.string().regex(/^held-[0-9a-f]{8}$/);
/** Deletes of this device that wait for a yes. */
export const heldBatch = z.object({
  batchId: heldBatchId,
  rootId,
  /** Of the folder. */
  path: z.string(),
  libraryId,
  libraryName: z.string(),
  /** Null: since before this engine started. */
  sinceMs: timeMs.nullable(),
  files: z.number().int(),
  folders: z.number().int(),
});
export type HeldBatch = z.infer<typeof heldBatch>;
export const heldBatchPaths = heldBatch.extend({
  /** The first of them, by name; folders end in `/`. */
  paths: z.array(z.string()),
});
export type HeldBatchPaths = z.infer<typeof heldBatchPaths>;

/** From how many on deletes wait; null: never. */
export const deleteThresholds = z.object({
  files: z.number().int().min(1).nullable(),
  percent: z.number().int().min(1).max(100).nullable(),
});
