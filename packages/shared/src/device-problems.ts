import { formatBytes } from './format.ts';
import { bytes, define, text } from './problem-definition.ts';

/** Why something does not work on this computer, or on the way to the server. */
export const deviceProblems = {
  contentGone: define(
    'FAILED_PRECONDITION',
    { name: text },
    (p) =>
      `The server has no whole copy of "${p.name}". Send it again from a device that has it, or take an older version.`,
  ),
  fileUnreadable: define(
    'FAILED_PRECONDITION',
    { name: text },
    (p) => `"${p.name}" has changed or cannot be read any more. Choose it again.`,
  ),
  tooLargeHere: define(
    'FAILED_PRECONDITION',
    { sizeBytes: bytes, limitBytes: bytes },
    (p) =>
      `${formatBytes(p.sizeBytes)} are more than this browser can keep in memory (${formatBytes(p.limitBytes)}). ` +
      'Use a browser that saves to a file by itself, such as Chromium over HTTPS, or a device with Tidesync.',
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
  noTree: define(
    'INTERNAL',
    {},
    () =>
      'The server tells of folders that lie in each other, which cannot be. Nothing is changed here. ' +
      'Ask the administrator of the server.',
  ),
  timedOut: define('DEADLINE_EXCEEDED', { what: text }, (p) => `${p.what} took too long. Try again.`),
  engineDown: define(
    'UNAVAILABLE',
    {},
    () => 'The Tidesync engine is not running. Start it with `tidesync serve`.',
  ),
  engineBusy: define(
    'UNAVAILABLE',
    { path: text },
    (p) =>
      `The Tidesync engine that works with ${p.path} is busy and has not answered. ` +
      'Wait a little, and try again; `tidesync status --wait idle` waits for it.',
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
  notDamaged: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) =>
      `${p.path} is not known to be damaged, or has changed since. \`tidesync verify --deep\` reads every file.`,
  ),
  conflictMissing: define(
    'NOT_FOUND',
    { conflict: text },
    (p) =>
      `There is no conflict "${p.conflict}", or it is settled. \`tidesync conflicts list\` shows those that ` +
      'there are.',
  ),
  conflictChanged: define(
    'ABORTED',
    { path: text },
    (p) =>
      `${p.path} or its other version has changed since it was shown, so nothing was done. ` +
      '`tidesync conflicts list` shows both as they are now.',
  ),
  conflictNotReady: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) => `The versions of ${p.path} are not both here and read yet. Try again when it is synced.`,
  ),
  conflictNotFiles: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) =>
      `Of the versions of ${p.path} one is no file, so neither is taken away. Keep both, or rename or delete ` +
      'one yourself.',
  ),
  conflictNotUndoable: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) =>
      `The other version of ${p.path} is not in this folder's trash any more, so it cannot be brought back.`,
  ),
  keyringSilent: define(
    'UNAVAILABLE',
    { path: text, detail: text },
    (p) =>
      `The token of this device (${p.path}) lies in the system keyring, which cannot be read now (${p.detail}). ` +
      'Unlock it, or use Tidesync in the session where it is. With TIDESYNC_SECRETS=file you can sign in anew.',
  ),
  fileExists: define(
    'ALREADY_EXISTS',
    { path: text },
    (p) => `${p.path} is there already, and is not replaced. Name another file.`,
  ),
  noServices: define(
    'FAILED_PRECONDITION',
    { platform: text },
    (p) =>
      `How services are started on ${p.platform} is not known here. Start \`tidesync serve\` by your own means.`,
  ),
  notExcludable: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) => `${p.path} is the synced folder itself. \`tidesync folder remove\` ends its sync; its files stay.`,
  ),
  folderResting: define(
    'FAILED_PRECONDITION',
    { path: text, why: text },
    (p) => `Nothing can be changed in ${p.path} now: it is ${p.why}. \`tidesync status\` says more.`,
  ),
  folderUnbound: define(
    'NOT_FOUND',
    { path: text },
    (p) => `${p.path} lies in no synced folder. \`tidesync folder list\` shows them.`,
  ),
} as const;
