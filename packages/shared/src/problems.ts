import { z } from 'zod';
import { formatBytes } from './format.ts';

/** The usual classes of failed operations; every reason below belongs to exactly one. */
export const problemClasses = [
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'ABORTED',
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
] as const;
export type ProblemClass = (typeof problemClasses)[number];

const bytes = z.number().int().nonnegative();
const fullThings = {
  account: 'The account',
  library: 'The library',
  organisation: "The organisation's pool",
} as const;
const text = z.string().max(2_000);

interface Definition<F extends z.ZodRawShape> {
  readonly class: ProblemClass;
  readonly fields: F;
  readonly sentence: (fields: z.infer<z.ZodObject<F>>) => string;
}
function define<const F extends z.ZodRawShape>(
  problemClass: ProblemClass,
  fields: F,
  sentence: (fields: z.infer<z.ZodObject<F>>) => string,
): Definition<F> {
  return { class: problemClass, fields, sentence };
}

/**
 * The one catalogue of failed operations, for every face (tRPC, CLI, windows): class, fields and the sentence
 * a person reads, which names the thing, the reason and the cure.
 */
export const catalogue = {
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
  deviceRevoked: define(
    'UNAUTHENTICATED',
    {},
    () => 'This device was removed from the account. Sign in again with `tidesync login` to go on.',
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
  dataTooNew: define(
    'FAILED_PRECONDITION',
    { what: text, found: z.number(), known: z.number() },
    (p) =>
      `${p.what} was written by a newer Tidesync (format ${p.found}, this one knows ${p.known}). ` +
      'Update Tidesync; nothing was changed.',
  ),
  portTaken: define(
    'FAILED_PRECONDITION',
    { host: text, port: z.number() },
    (p) =>
      `Port ${p.port} on ${p.host} is taken by another program. Stop that program, or choose ` +
      'another port with --port.',
  ),
  addressUnusable: define(
    'FAILED_PRECONDITION',
    { host: text, port: z.number(), detail: text },
    (p) =>
      `The server cannot listen on ${p.host} port ${p.port} (${p.detail}). Choose another ` +
      'address with --host and --port.',
  ),
  metricsPortUnusable: define(
    'FAILED_PRECONDITION',
    { port: z.number(), detail: text },
    (p) =>
      `Metrics cannot be served on port ${p.port} (${p.detail}). Choose another port with METRICS_PORT, or ` +
      'leave it unset for no metrics.',
  ),
  insecureHttp: define(
    'FAILED_PRECONDITION',
    { host: text },
    (p) =>
      `Plain HTTP on ${p.host} lets others on the network read passwords and files. ` +
      'Put a TLS proxy in front of 127.0.0.1, or accept the risk with --insecure-http.',
  ),
  dataInUse: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) =>
      `Another Tidesync server is using the data folder ${p.path}. Stop it, or choose another ` +
      'folder with --data.',
  ),
  dataUnusable: define(
    'FAILED_PRECONDITION',
    { path: text, detail: text },
    (p) =>
      `The data folder ${p.path} cannot be used (${p.detail}). ` +
      'Check that it is a folder you may write to, or choose another with --data.',
  ),
  settingsInvalid: define(
    'INVALID_ARGUMENT',
    { settings: z.array(z.object({ name: text, detail: text })).max(100) },
    // One line each, because whoever corrects them goes through them one by one.
    (p) => p.settings.map(({ name, detail }) => `${name} ${detail}.`).join('\n'),
  ),
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
  databaseUrlWrong: define(
    'FAILED_PRECONDITION',
    { detail: text },
    (p) => `The address of the database cannot be used: ${p.detail}. Check DATABASE_URL.`,
  ),
  unreachable: define(
    'UNAVAILABLE',
    { url: text, detail: text },
    (p) => `The server ${p.url} cannot be reached (${p.detail}). Check the address and your connection.`,
  ),
  notTidesync: define(
    'UNAVAILABLE',
    { url: text },
    (p) => `${p.url} answers, but is no Tidesync server. Check the address.`,
  ),
  incompatible: define(
    'FAILED_PRECONDITION',
    { server: z.number(), client: z.number() },
    (p) => `The server speaks protocol ${p.server}, this program ${p.client}. Update the older one.`,
  ),
  timedOut: define('DEADLINE_EXCEEDED', { what: text }, (p) => `${p.what} took too long. Try again.`),
  engineDown: define(
    'UNAVAILABLE',
    {},
    () => 'The Tidesync engine is not running. Start it with `tidesync serve`.',
  ),
  alreadySignedIn: define(
    'FAILED_PRECONDITION',
    { email: text, url: text },
    (p) => `This device is signed in already, as ${p.email} on ${p.url}. Run \`tidesync logout\` first.`,
  ),
  engineRunning: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) => `Tidesync is running already with ${p.path}. \`tidesync status\` shows what it does.`,
  ),
  homeInUse: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) => `Another Tidesync program is working with ${p.path}. Wait until it has finished, and try again.`,
  ),
  plainHttp: define(
    'INVALID_ARGUMENT',
    { url: text },
    (p) =>
      `${p.url} is not encrypted: passwords and files could be read on the way. Use https, or ` +
      'add --insecure-http if you trust the network.',
  ),
  ownDataFailed: define(
    'UNAVAILABLE',
    { path: text, detail: text },
    (p) =>
      `Tidesync cannot use its own data in ${p.path} (${p.detail}). Check that the disk has ` +
      'room and may be written to; files are safe, and syncing goes on when this is cured.',
  ),
  folderOverlaps: define('FAILED_PRECONDITION', { path: text, other: text }, (p) =>
    p.path === p.other
      ? `${p.path} is used by Tidesync already. Choose another folder.`
      : `Of ${p.path} and ${p.other} one lies inside the other, so only one can be synced. ` +
        'Choose a folder beside it.',
  ),
  folderUnusable: define(
    'FAILED_PRECONDITION',
    { path: text, why: text },
    (p) => `The folder ${p.path} cannot be used: ${p.why}.`,
  ),
  folderUnbound: define(
    'NOT_FOUND',
    { path: text },
    (p) => `${p.path} lies in no synced folder. \`tidesync folder list\` shows them.`,
  ),
  exportFolderUnusable: define(
    'FAILED_PRECONDITION',
    { path: text, detail: text },
    (p) => `The export folder ${p.path} cannot be used: ${p.detail}.`,
  ),
  exportDamaged: define(
    'FAILED_PRECONDITION',
    { path: text, detail: text },
    (p) =>
      `${p.path} in the export is damaged: ${p.detail}. Take another copy of the export, or export again; ` +
      'what has arrived so far is not in use.',
  ),
  packsDamaged: define(
    'FAILED_PRECONDITION',
    { count: z.number().int(), first: text },
    (p) =>
      `${p.count} packs of the source are missing or have other bytes than they should, the first is ` +
      `${p.first}. Bring them back from a backup, or go on as they are with --accept-damaged.`,
  ),
  moveTargetInUse: define(
    'FAILED_PRECONDITION',
    { detail: text },
    (p) => `The target holds other data already (${p.detail}). Name an empty database; nothing was changed.`,
  ),
  moveServerRunning: define(
    'FAILED_PRECONDITION',
    { which: text },
    (p) =>
      `A server is running on the ${p.which}. Stop every server on it, wait a minute, and run the same ` +
      'command again.',
  ),
  sourceChanged: define(
    'FAILED_PRECONDITION',
    { detail: text },
    (p) =>
      `The source was written to while it was copied (${p.detail}). Stop every server on it, empty the ` +
      'target database, and begin again; packs that have arrived are not sent again.',
  ),
  moveStopped: define(
    'ABORTED',
    {},
    () => 'Stopped. Nothing is lost: the same command goes on where this one was.',
  ),
  importHalfDone: define(
    'FAILED_PRECONDITION',
    {},
    () =>
      'An import into this database has not finished, so it is not served. Run the same command again until ' +
      'it says that everything has moved.',
  ),
  libraryPresent: define(
    'ALREADY_EXISTS',
    { library: text },
    (p) => `This server has the library "${p.library}" already, or had it once. It cannot be imported again.`,
  ),
  internal: define('INTERNAL', {}, () => 'Something went wrong inside the server; its log says more.'),
} as const;

export type Catalogue = typeof catalogue;
export type Reason = keyof Catalogue;
/** zod infers `Record<string, never>` for no fields at all, with which no reason could be written down. */
type FieldsOf<R extends Reason> = keyof Catalogue[R]['fields'] extends never
  ? object
  : z.infer<z.ZodObject<Catalogue[R]['fields']>>;
/** A failed operation as data: its reason and that reason's fields. */
export type Problem = { [R in Reason]: { readonly reason: R } & Readonly<FieldsOf<R>> }[Reason];

export function classOf(problem: Problem): ProblemClass {
  return catalogue[problem.reason].class;
}

export function sentenceOf(problem: Problem): string {
  const definition = catalogue[problem.reason] as Definition<z.ZodRawShape>;
  return definition.sentence(problem as never);
}

/** Parses a problem that came over a wire; null for anything else. */
export function parseProblem(value: unknown): Problem | null {
  const reason = z.object({ reason: z.string() }).safeParse(value);
  if (!reason.success || !Object.hasOwn(catalogue, reason.data.reason)) return null;
  const definition = catalogue[reason.data.reason as Reason] as Definition<z.ZodRawShape>;
  const fields = z.object(definition.fields).safeParse(value);
  return fields.success ? ({ reason: reason.data.reason, ...fields.data } as Problem) : null;
}

/** A failed operation, thrown; trouble with a single path is a value instead (see the engine's
  'PathTrouble'). */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly problem: Problem;
  /** Whoever tries again should not do so before; 0 if nothing was said. */
  readonly retryAfterMs: number;
  constructor(problem: Problem, options?: ErrorOptions & { readonly retryAfterMs?: number }) {
    super(sentenceOf(problem), options);
    this.problem = problem;
    this.retryAfterMs = options?.retryAfterMs ?? 0;
  }
}

export function fail(problem: Problem, cause?: unknown): never {
  throw new Failure(problem, cause === undefined ? undefined : { cause });
}

export function isFailure<R extends Reason>(
  error: unknown,
  ...reasons: R[]
): error is Failure & { problem: Extract<Problem, { reason: R }> } {
  return error instanceof Failure && (reasons.length === 0 || reasons.includes(error.problem.reason as R));
}
