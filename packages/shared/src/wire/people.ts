import { z } from 'zod';
import { accountId, deviceId, libraryId, sha256Hex } from '../ids.ts';
import { limits } from '../limits.ts';
import { utf8Bytes } from '../names.ts';
import { seq, timeMs } from './entries.ts';
import { retention } from './retention.ts';

const sizeBytes = z.number().int().nonnegative();
export const label = (bytesMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: names that break terminals are what this refuses
    .refine((text) => utf8Bytes(text) <= bytesMax && !/[\u0000-\u001f\u007f]/.test(text), {
      message: 'not a usable name',
    });

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(limits.emailBytesMax)
  .regex(/^[^\s@/]+@[^\s@/]+$/, 'not an e-mail address');
export const password = z.string().min(1).max(limits.passwordLengthMax);
export const libraryName = label(limits.libraryNameBytesMax).refine((text) => !text.includes('/'), {
  message: 'no "/" in a library\'s name',
});
export const deviceName = label(limits.deviceNameBytesMax);

export const loginInput = z.object({ email, password, deviceName });
export const loginOutput = z.object({ token: z.string(), accountId, deviceId, email });
/** Signs a browser in: its token becomes a cookie that no script can read, and is not in the answer. */
export const sessionOpenInput = loginInput.extend({ remember: z.boolean().default(false) });
export const sessionOpenOutput = loginOutput.omit({ token: true });
export const whoamiOutput = z.object({
  accountId,
  deviceId,
  email,
  deviceName: z.string(),
  admin: z.boolean(),
});

export const quota = z.object({ limitBytes: sizeBytes, usedBytes: sizeBytes, reservedBytes: sizeBytes });
export type Quota = z.infer<typeof quota>;
export const changePasswordInput = z.object({ current: password, next: password });
/** The device that asked stays signed in; all others of the account are signed out. */
export const changePasswordOutput = z.object({ otherDevicesRevoked: z.number().int() });

export const device = z.object({
  deviceId,
  name: z.string(),
  createdAtMs: timeMs,
  lastSeenAtMs: timeMs.nullable(),
  current: z.boolean(),
});
export const devicesListOutput = z.object({ devices: z.array(device) });
export const deviceRevokeInput = z.object({ deviceId });
/** SHA-256 of the token that takes the place of the one that asks; the server sees it when it is used. */
export const tokenRotateInput = z.object({ nextHash: sha256Hex });

const filePolicy = z.object({
  fileBytesMax: sizeBytes,
  allowedExtensions: z.array(z.string().max(40)).max(500).nullable(),
});
export const role = z.enum(['owner', 'editor', 'viewer']);
export type Role = z.infer<typeof role>;
export const library = z.object({
  libraryId,
  name: z.string(),
  ownerEmail: z.string(),
  role,
  headSeq: seq,
  createdAtMs: timeMs,
  /** What files it takes, so that a device need not send what is refused; absent: nothing is known. */
  files: filePolicy.optional(),
  /** How long it keeps versions and trash; absent: nothing is known. */
  retention: retention.optional(),
  /** How many contents the server has lost bytes of and wants from whoever has them; absent: none, or not known. */
  wanted: z.number().int().nonnegative().optional(),
});
export type Library = z.infer<typeof library>;
export const librariesListOutput = z.object({ libraries: z.array(library) });
export const libraryCreateInput = z.object({ libraryId, name: libraryName });
export const libraryRenameInput = z.object({ libraryId, name: libraryName });
export const libraryInput = z.object({ libraryId });
export const member = z.object({ accountId, email: z.string(), role });
export const membersListOutput = z.object({ members: z.array(member) });
/** `owner` here transfers the library: the old owner becomes an editor. */
export const memberSetInput = z.object({ libraryId, email, role });
export const memberRemoveInput = z.object({ libraryId, email });

export const adminUser = z.object({
  accountId,
  email: z.string(),
  admin: z.boolean(),
  suspended: z.boolean(),
  createdAtMs: timeMs,
  quota,
});
export const usersListInput = z.object({
  pageToken: z.string().max(400).nullable().default(null),
  limit: z.number().int().min(1).max(500).default(100),
});
export const usersListOutput = z.object({ users: z.array(adminUser), nextPageToken: z.string().nullable() });
export const userCreateInput = z.object({
  email,
  password,
  limitBytes: sizeBytes.optional(),
  admin: z.boolean().default(false),
});
export const userSuspendInput = z.object({ email, suspended: z.boolean() });
export const userQuotaInput = z.object({ email, limitBytes: sizeBytes });

/** Raised when a peer without the change would misread us; docs/spec/wire.md logs why. */
export const PROTOCOL_VERSION = 2;
export const health = z.object({
  ok: z.boolean(),
  product: z.literal('tidesync'),
  protocol: z.number().int(),
  version: z.string(),
});
