import { absurd } from '@tidesync/shared/brand';
import { formatBytes } from '@tidesync/shared/format';
import type { NameFault } from '@tidesync/shared/names';
import type { Problem } from '@tidesync/shared/problems';
import { sentenceOf } from '@tidesync/shared/problems';
import type { RestCause } from '@tidesync/shared/wire/device-settings';
import type { HaltReason, RootStateName, RootStatus } from '@tidesync/shared/wire/engine';
import type { PathTrouble, TroubleCode } from './trouble.ts';

/** What people read about one thing that is not as it should be: what and why, then what cures it. */
export interface Explanation {
  readonly sentence: string;
  /** Empty if nothing has to be done. */
  readonly remedy: string;
}

type TroubleOf<C extends TroubleCode> = Extract<PathTrouble, { code: C }>;
type BadNameFault = NameFault | 'reserved' | 'ownFolder';

const NAME_FAULTS: Record<BadNameFault, string> = {
  empty: 'it is empty',
  dots: '"." and ".." mean folders',
  slashOrNul: 'it contains a character that no name may have',
  notUnicode: 'it is no valid Unicode text',
  tooLong: 'it is longer than 255 bytes',
  reserved: 'this system reserves it',
  ownFolder: 'Tidesync keeps its own files under it',
};

const endings = (allowed: readonly string[]) => allowed.map((one) => `.${one}`).join(', ');

const TROUBLES: { [C in TroubleCode]: (trouble: TroubleOf<C>, path: string) => Explanation } = {
  changing: (_, path) => ({
    sentence: `"${path}" is still being written.`,
    remedy: 'Nothing to do: it is synced as soon as it stays unchanged for a moment.',
  }),
  unreadable: (_, path) => ({
    sentence: `"${path}" cannot be read: permission is missing.`,
    remedy: 'Give your user permission to read it; it is then synced by itself.',
  }),
  unwritable: (_, path) => ({
    sentence: `"${path}" cannot be written: permission is missing or the volume is read-only.`,
    remedy: 'Give your user permission to write there; it is then synced by itself.',
  }),
  ioError: (_, path) => ({
    sentence: `The disk failed while "${path}" was read or written.`,
    remedy: 'Check the disk and its cable; this is tried again by itself.',
  }),
  diskFull: (trouble, path) => ({
    sentence: `"${path}" does not fit on this disk: ${formatBytes(trouble.neededBytes)} are needed.`,
    remedy: 'Free space on this disk; the download is then tried again by itself.',
  }),
  busy: (_, path) => ({
    sentence: `"${path}" is held by another program.`,
    remedy: 'Close the program that uses it; this is tried again by itself.',
  }),
  tooManyOpen: (_, path) => ({
    sentence: `"${path}" cannot be opened now: as many files are open as this system allows at once.`,
    remedy:
      'Close other programs, or raise the limit of open files under which Tidesync runs (`ulimit -n`); ' +
      'this is tried again by itself.',
  }),
  specialFile: (_, path) => ({
    sentence: `"${path}" is a socket, pipe or device, which cannot be synced.`,
    remedy: 'Nothing to do. A line in .tidesyncignore hides this message.',
  }),
  notUnicode: (_, path) => ({
    sentence: `The name of "${path}" is no valid UTF-8, so other devices could not show it.`,
    remedy: 'Rename it; it is then synced by itself.',
  }),
  badName: (trouble, path) => ({
    sentence: `The name of "${path}" cannot be synced: ${NAME_FAULTS[trouble.fault]}.`,
    remedy: 'Rename it; it is then synced by itself.',
  }),
  nameClash: (trouble, path) => ({
    sentence: `"${path}" cannot be synced here: this disk does not tell it apart from "${trouble.with}".`,
    remedy: 'Rename one of the two, here or on another device.',
  }),
  occupied: (_, path) => ({
    sentence: `"${path}" cannot be put here: something that is not synced has that name.`,
    remedy: 'Rename or move what is there; the entry from the server then comes by itself.',
  }),
  excludedName: (_, path) => ({
    sentence: `"${path}" stays on this device only: the server has a folder of that name, which is left out here.`,
    remedy: 'Rename it, or take that folder in with `tidesync select include PATH`: then the two are merged.',
  }),
  tooDeep: (_, path) => ({
    sentence: `"${path}" lies too deep in folders to be synced.`,
    remedy: 'Move it to a place with fewer folders above it.',
  }),
  otherVolume: (_, path) => ({
    sentence: `"${path}" is another volume that is mounted inside this folder; it is left alone.`,
    remedy: 'Add it as a folder of its own with `tidesync folder add`, or unmount it.',
  }),
  readOnlyMember: (_, path) => ({
    sentence: `"${path}" was changed here, but you may only view this library; the change stays on this device.`,
    remedy: 'Ask the owner of the library for the role "editor", or move your version elsewhere.',
  }),
  tooLarge: (trouble, path) => {
    const [size, limit] = [formatBytes(trouble.sizeBytes), formatBytes(trouble.limitBytes)];
    return {
      sentence: `"${path}" has ${size}; the server takes files up to ${limit}.`,
      remedy: 'Split the file, or keep it out of the folder.',
    };
  },
  typeRefused: (trouble, path) => ({
    sentence: `The server takes no files like "${path}", only names that end in ${endings(trouble.allowed)}.`,
    remedy:
      'Keep it outside the folder, or ask the administrator of the server; your other files are not concerned.',
  }),
  contentMissing: (_, path) => ({
    sentence: `The server does not have intact content for "${path}".`,
    remedy:
      'A device that has the file sends it again by itself: let one run. If none has it any more, ask the ' +
      'administrator of the server; your other files are not concerned.',
  }),
  damaged: (_, path) => ({
    sentence:
      `"${path}" holds other bytes here than were synced, and nothing shows that somebody wrote them. ` +
      'It may be damaged. The version on the server is kept, and this one is not sent.',
    remedy:
      'Look at it. `tidesync verify --fetch PATH` takes the version of the server and keeps this one as a copy; ' +
      '`tidesync verify --accept-local PATH` makes this one the new version.',
  }),
  refused: (trouble, path) => ({
    sentence: `The server refused "${path}". ${sentenceOf(trouble.problem)}`,
    remedy: 'This is tried again by itself.',
  }),
};

/** Total over every trouble code: a new code without a sentence does not compile. */
export function explainTrouble(trouble: PathTrouble, path: string): Explanation {
  const explain = TROUBLES[trouble.code] as (trouble: PathTrouble, path: string) => Explanation;
  return explain(trouble, path);
}

const HALTS: Record<HaltReason, (path: string, library: string) => Explanation> = {
  rootMissing: (path) => ({
    sentence: `The folder ${path} is gone or not mounted. Nothing is synced and nothing is deleted.`,
    remedy:
      `Mount or restore it. If you moved it: \`tidesync folder move ${path} NEW\`. ` +
      `To give it up: \`tidesync folder remove ${path}\`.`,
  }),
  rootReplaced: (path) => ({
    sentence:
      `The folder at ${path} is not the one that was synced, or is as it was earlier, or what marks it in .tidesync ` +
      'is gone. ' +
      'Nothing is synced and nothing is deleted.',
    remedy:
      'Put the old folder back. To sync the one that is there now: ' +
      `\`tidesync folder remove ${path}\`, then add it again; it is merged, and nothing is deleted.`,
  }),
  libraryGone: (path, library) => ({
    sentence:
      `The library "${library}" of ${path} was deleted, or you are no member of it any more. ` +
      'Your files stay here.',
    remedy: `Ask its owner, or \`tidesync folder remove ${path}\`.`,
  }),
  noPermission: (path) => ({
    sentence: `The folder ${path} itself cannot be read or written.`,
    remedy: 'Give your user permission for it; syncing then goes on by itself.',
  }),
};

export function explainHalt(reason: HaltReason, path: string, library: string): Explanation {
  return HALTS[reason](path, library);
}

const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** Wall-clock time of this machine, to the minute: `2026-11-21 14:05`. */
export function shownTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

const RESTS: Readonly<Record<RestCause, { readonly sentence: string; readonly why: string }>> = {
  battery: {
    sentence: 'Paused on battery, until there is mains power.',
    why: 'this device runs on battery, and is set to pause then',
  },
  metered: {
    sentence: 'Paused on a metered network, until there is another one.',
    why: 'this device is on a metered network, and is set to pause then',
  },
};

type RootFacts = Omit<RootStatus, 'sentence' | 'state'>;

const STATES: Record<RootStateName, (root: RootFacts) => string> = {
  halted: (root) =>
    root.halt === null
      ? 'Stopped: it needs you.'
      : explainHalt(root.halt, root.path, root.libraryName).sentence,
  paused: (root) => {
    if (root.restsFor !== null) return RESTS[root.restsFor].sentence;
    return root.pausedUntilMs === null
      ? 'Paused until you resume it.'
      : `Paused until ${shownTime(root.pausedUntilMs)}.`;
  },
  offline: (root) =>
    root.waiting === 0
      ? 'Offline: the server does not answer. It is tried again by itself.'
      : `Offline: ${count(root.waiting, 'change waits', 'changes wait')} for the server.`,
  syncing: (root) =>
    root.waiting === 0
      ? 'Looking for changes.'
      : `Syncing ${count(root.waiting, 'item', 'items')}, ${formatBytes(root.waitingBytes)} left.`,
  attention: (root) =>
    root.heldDeletes === 0 || root.troubles > 0
      ? `Synced but for ${count(root.troubles, 'path that needs', 'paths that need')} attention.`
      : 'All else is synced.',
  upToDate: (root) =>
    root.conflicts === 0
      ? 'Up to date.'
      : `Up to date; ${count(root.conflicts, 'conflict copy was', 'conflict copies were')} kept.`,
};

/** On a folder that nothing works on and that is not paused. */
export const RESTING_SENTENCE =
  'Not synced now: the engine does not run (`tidesync serve`), or this device is signed out (`tidesync login`).';

/** One sentence on a folder, the same in every face. */
export function rootSentence(state: RootStateName, root: RootFacts): string {
  const sentence = STATES[state](root);
  const isTold = root.heldDeletes > 0 && ['offline', 'syncing', 'attention'].includes(state);
  return !isTold ? sentence : `${heldDeletesSentence(root.heldDeletes)} ${sentence}`;
}

function heldDeletesSentence(files: number): string {
  return `${count(files, 'delete waits', 'deletes wait')} for your yes: see \`tidesync batches\`.`;
}

/** What `why` answers for paths without trouble of their own. */
export type PlainWhy =
  | { readonly code: 'synced' }
  | { readonly code: 'notFound' }
  | { readonly code: 'outside' }
  | { readonly code: 'ignored' }
  | { readonly code: 'excluded' }
  | { readonly code: 'ownFolder' }
  | { readonly code: 'paused' }
  | { readonly code: 'resting'; readonly cause: RestCause }
  | { readonly code: 'halted'; readonly halt: HaltReason; readonly root: string; readonly library: string }
  /** Null: the folder does not run. */
  | { readonly code: 'offline'; readonly problem: Problem | null }
  | { readonly code: 'waiting' }
  | { readonly code: 'folderAbove'; readonly folder: string; readonly trouble: PathTrouble }
  | { readonly code: 'awaitsContents'; readonly entry: string; readonly trouble: PathTrouble }
  | { readonly code: 'awaitsPlace'; readonly holder: string; readonly trouble: PathTrouble }
  | { readonly code: 'deleteHeld' }
  | { readonly code: 'conflicted'; readonly copyPath: string };

function explainOffline(path: string, problem: Problem | null): Explanation {
  if (problem?.reason === 'ownDataFailed')
    return { sentence: `"${path}" waits.`, remedy: sentenceOf(problem) };
  return {
    sentence: `"${path}" waits: the server does not answer.`,
    remedy: 'Check your connection; it is synced by itself when the server answers.',
  };
}

/** What keeps a path is cured where it is. */
function explainKept(what: string, by: string, trouble: PathTrouble): Explanation {
  const { sentence, remedy } = explainTrouble(trouble, by);
  return { sentence: `${what}: ${sentence}`, remedy };
}

export function explainPlain(why: PlainWhy, path: string): Explanation {
  switch (why.code) {
    case 'synced':
      return { sentence: `"${path}" is the same here and on the server.`, remedy: '' };
    case 'notFound':
      return {
        sentence: `There is no "${path}", neither here nor on the server.`,
        remedy: 'Check the spelling.',
      };
    case 'outside':
      return {
        sentence: `"${path}" lies in no synced folder.`,
        remedy: '`tidesync folder list` shows the synced folders; `tidesync folder add` adds one.',
      };
    case 'ignored':
      return {
        sentence: `"${path}" is not synced: an ignore rule matches it.`,
        remedy: 'A line `!NAME` in .tidesyncignore at the top of the folder takes it back in.',
      };
    case 'excluded':
      return {
        sentence: `"${path}" is on the server only: its folder is left out on this device.`,
        remedy: '`tidesync select include PATH` brings it here.',
      };
    case 'ownFolder':
      return { sentence: `"${path}" is Tidesync's own and is never synced.`, remedy: '' };
    case 'paused':
      return {
        sentence: `"${path}" waits: its folder is paused.`,
        remedy: '`tidesync folder resume` goes on.',
      };
    case 'resting':
      return {
        sentence: `"${path}" waits: ${RESTS[why.cause].why}.`,
        remedy: 'It goes on by itself when that ends; `tidesync resume --anyway` does not wait for it.',
      };
    case 'halted':
      return explainHalt(why.halt, why.root, why.library);
    case 'offline':
      return explainOffline(path, why.problem);
    case 'waiting':
      return { sentence: `"${path}" is about to be synced.`, remedy: 'Nothing to do.' };
    case 'folderAbove':
      return explainKept(`"${path}" waits for its folder`, why.folder, why.trouble);
    case 'awaitsContents':
      return explainKept(`"${path}" waits for what belongs in it`, why.entry, why.trouble);
    case 'awaitsPlace':
      return explainKept(
        `"${path}" waits for its place, which "${why.holder}" has still`,
        why.holder,
        why.trouble,
      );
    case 'deleteHeld':
      return {
        sentence: `"${path}" was deleted here together with many others; on the server it is still there.`,
        remedy: '`tidesync batches` shows how to let the deletes go on, or how to bring the files back.',
      };
    case 'conflicted':
      return {
        sentence: `"${path}" was changed on two devices at once; the other version is "${why.copyPath}".`,
        remedy: 'Compare the two, keep what you want and delete or rename the other.',
      };
    default:
      return absurd(why);
  }
}
