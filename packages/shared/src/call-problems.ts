import { z } from 'zod';
import { formatBytes } from './format.ts';
import { bytes, define, text } from './problem-definition.ts';

const fullThings = {
  account: 'The account',
  library: 'The library',
  organisation: "The organisation's pool",
} as const;

/** Why a server refuses a call, or cannot answer it. */
export const callProblems = {
  invalidInput: define(
    'INVALID_ARGUMENT',
    { detail: text },
    (p) => `The request was not understood: ${p.detail}.`,
  ),
  invalidName: define(
    'INVALID_ARGUMENT',
    { name: text },
    (p) => `"${p.name}" cannot be used as a name. Choose another one.`,
  ),
  weakPassword: define(
    'INVALID_ARGUMENT',
    { lengthMin: z.number() },
    (p) => `The password is too short. Use at least ${p.lengthMin} characters.`,
  ),
  fileTooLarge: define(
    'INVALID_ARGUMENT',
    { sizeBytes: bytes, limitBytes: bytes },
    (p) =>
      `The file has ${formatBytes(p.sizeBytes)}; this server takes files up to ${formatBytes(p.limitBytes)}.`,
  ),
  fileTypeRefused: define(
    'INVALID_ARGUMENT',
    { name: text, allowed: z.array(text).max(50) },
    (p) =>
      `This server takes no files like "${p.name}", only names that end in ` +
      `${p.allowed.map((one) => `.${one}`).join(', ')}. Rename the file, or ask the administrator of the server.`,
  ),
  chunkMismatch: define(
    'INVALID_ARGUMENT',
    { detail: text },
    (p) => `The uploaded content does not match what was announced (${p.detail}). It will be sent again.`,
  ),
  opIdReused: define('INVALID_ARGUMENT', {}, () => 'This operation id was used before for something else.'),
  signedOut: define(
    'UNAUTHENTICATED',
    {},
    () => 'This device is signed out. Sign in again with `tidesync login`.',
  ),
  wrongCredentials: define(
    'UNAUTHENTICATED',
    {},
    () => 'E-mail or password is wrong. Check both and try again.',
  ),
  foreignOrigin: define(
    'PERMISSION_DENIED',
    { origin: text },
    (p) => `This was asked from ${p.origin}. Open the web console at the server's own address.`,
  ),
  deviceRevoked: define(
    'UNAUTHENTICATED',
    /** A token of this device was used that was replaced before: somebody else has a copy of it. */
    { copied: z.boolean().optional() },
    (p) =>
      p.copied === true
        ? 'This device was removed from the account, because what it signs in with was used elsewhere too: it was ' +
          'copied, or an earlier state of this computer was put back. Sign in again with `tidesync login`. If you ' +
          'did neither, change your password, and look at `tidesync device list`.'
        : 'This device was removed from the account. Sign in again with `tidesync login` to go on.',
  ),
  accountSuspended: define(
    'PERMISSION_DENIED',
    {},
    () => 'This account is suspended. Ask the administrator of the server.',
  ),
  notAllowed: define(
    'PERMISSION_DENIED',
    { needed: text },
    (p) => `This takes the role "${p.needed}". Ask the owner of the library.`,
  ),
  adminOnly: define('PERMISSION_DENIED', {}, () => 'Only an administrator may do this.'),
  libraryMissing: define(
    'NOT_FOUND',
    { library: text },
    (p) => `There is no library "${p.library}" that you may use. \`tidesync library list\` shows yours.`,
  ),
  entryMissing: define('NOT_FOUND', { entry: text }, (p) => `There is no such file or folder: ${p.entry}.`),
  versionMissing: define(
    'NOT_FOUND',
    { entry: text, version: text },
    (p) => `The version ${p.version} of ${p.entry} is not kept any more, or never was one.`,
  ),
  batchMissing: define(
    'NOT_FOUND',
    { batch: text },
    (p) =>
      `There is no batch "${p.batch}", or it holds something else by now. \`tidesync batches\` shows those ` +
      'that there are.',
  ),
  batchNotHeld: define(
    'FAILED_PRECONDITION',
    { batch: text },
    (p) => `The batch "${p.batch}" was sent already; only deletes that are held wait for a yes.`,
  ),
  accountMissing: define('NOT_FOUND', { account: text }, (p) => `There is no account "${p.account}".`),
  organisationMissing: define(
    'NOT_FOUND',
    { organisation: text },
    (p) => `There is no organisation "${p.organisation}".`,
  ),
  notInOrganisation: define(
    'NOT_FOUND',
    { email: text, organisation: text },
    (p) => `The account ${p.email} is not in the organisation "${p.organisation}".`,
  ),
  deviceMissing: define(
    'NOT_FOUND',
    { device: text },
    (p) => `There is no device "${p.device}". \`tidesync device list\` shows yours.`,
  ),
  uploadExpired: define(
    'FAILED_PRECONDITION',
    {},
    () => 'The upload took too long and has expired. It starts again by itself.',
  ),
  packMissing: define(
    'FAILED_PRECONDITION',
    { detail: text },
    (p) => `Uploaded bytes did not arrive in the object store (${p.detail}). They will be sent again.`,
  ),
  chunksMissing: define(
    'FAILED_PRECONDITION',
    { count: z.number().int() },
    (p) => `${p.count} pieces of content are not on the server any more. They will be sent again.`,
  ),
  revisionMissing: define(
    'FAILED_PRECONDITION',
    { contentId: text },
    () => 'The content of a file is not on the server yet. It will be sent again.',
  ),
  cursorDiverged: define(
    'FAILED_PRECONDITION',
    {},
    () => 'The server was restored from a backup. Folders are compared again; nothing is deleted.',
  ),
  lastOwner: define(
    'FAILED_PRECONDITION',
    {},
    () => 'A library needs an owner. Make someone else the owner first.',
  ),
  alreadySetUp: define('FAILED_PRECONDITION', {}, () => 'This is set up already.'),
  accountTaken: define(
    'ALREADY_EXISTS',
    { email: text },
    (p) => `There is an account with the e-mail ${p.email} already.`,
  ),
  libraryNameTaken: define(
    'ALREADY_EXISTS',
    { library: text },
    (p) => `You have a library "${p.library}" already. Choose another name.`,
  ),
  organisationTaken: define(
    'ALREADY_EXISTS',
    { organisation: text },
    (p) => `There is an organisation "${p.organisation}" already. Choose another name.`,
  ),
  organisationNotEmpty: define(
    'FAILED_PRECONDITION',
    { organisation: text, members: z.number().int() },
    (p) => `The organisation "${p.organisation}" has ${p.members} members. Remove them first.`,
  ),
  commitTooLarge: define(
    'INVALID_ARGUMENT',
    { opsMax: z.number() },
    (p) => `A commit takes at most ${p.opsMax} operations.`,
  ),
  busy: define(
    'ABORTED',
    {},
    () => 'The server is busy with a change to the same library. This is tried again by itself.',
  ),
  accountBusy: define(
    'ABORTED',
    {},
    () =>
      'The devices of this account send more to the server at once than it takes for one account. This is tried ' +
      'again by itself.',
  ),
  quotaExceeded: define(
    'RESOURCE_EXHAUSTED',
    {
      usedBytes: bytes,
      reservedBytes: bytes,
      limitBytes: bytes,
      requestedBytes: bytes,
      /** Whose limit was hit; servers that do not say have limits of accounts alone. */
      limit: z.enum(['account', 'library', 'organisation']).default('account'),
    },
    (p) =>
      `${fullThings[p.limit]} is full: ${formatBytes(p.usedBytes)} of ${formatBytes(p.limitBytes)} used, ` +
      `${formatBytes(p.reservedBytes)} reserved, ${formatBytes(p.requestedBytes)} more wanted. ` +
      'Ask the administrator for a larger quota.',
  ),
  newOwnerFull: define(
    'RESOURCE_EXHAUSTED',
    { email: text },
    (p) =>
      `The account ${p.email} has not enough free quota to take over this library. Ask the ` +
      'administrator for more.',
  ),
  tooManyTries: define(
    'RESOURCE_EXHAUSTED',
    { retryAfterMs: z.number() },
    (p) => `Too many tries. Wait ${Math.ceil(p.retryAfterMs / 1000)} seconds.`,
  ),
  serverDiskFull: define(
    'UNAVAILABLE',
    {},
    () => "The server's disk is full. Ask its administrator to free space; sending is tried again by itself.",
  ),
  storeUnavailable: define(
    'UNAVAILABLE',
    { detail: text, retryAfterMs: z.number().int().nonnegative().optional() },
    (p) => `The server's object store does not answer (${p.detail}). This is tried again by itself.`,
  ),
  databaseUnavailable: define(
    'UNAVAILABLE',
    {},
    () => "The server's database does not answer. This is tried again by itself.",
  ),
  outcomeUnknown: define(
    'UNAVAILABLE',
    {},
    () => "The server's database was lost while it saved. Whether it was saved will show; try again.",
  ),
  incompatible: define(
    'FAILED_PRECONDITION',
    { server: z.number(), client: z.number() },
    (p) => `The server speaks protocol ${p.server}, this program ${p.client}. Update the older one.`,
  ),
  internal: define('INTERNAL', {}, () => 'Something went wrong inside the server; its log says more.'),
} as const;
