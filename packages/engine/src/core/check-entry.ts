import type { Kind, LocalState, RemoteState, Stamp, Triple } from './entry.ts';
import {
  isAtRest,
  LOCAL_ABSENT,
  NOWHERE,
  sameAttributes,
  sameContent,
  samePlace,
  sameStamp,
  sameVersions,
} from './entry.ts';

/** What a look at the disk shows of one path. */
export interface SeenNode {
  readonly kind: Kind | 'other';
  readonly stamp: Stamp;
}

/** What is not as it should be with one entry, or with all. */
export type CheckKind =
  | 'notHere' // the journal has it here, the disk does not
  | 'otherKind' // it is something else on the disk
  | 'unseenChange' // it changed, and nobody had seen it
  | 'damaged' // other bytes under the same stamp
  | 'unreadable' // the disk does not give it
  | 'serverDiffers' // the server has it otherwise than the journal says
  | 'serverGone' // the journal says that the server has it, and it has not
  | 'serverUnknown' // the server has it, and the journal does not know
  | 'wrongChunks' // its chunk list is not that of its content
  | 'brokenTree'; // the entries make no tree

/** What makes it right; none of these deletes or writes a file. `ask`: only a person can know. */
export type Cure = 'lookAgain' | 'observeAgain' | 'readAgain' | 'mergeAll' | 'ask' | 'none';

const cures: Record<CheckKind, Cure> = {
  notHere: 'lookAgain',
  otherKind: 'lookAgain',
  unseenChange: 'lookAgain',
  damaged: 'ask',
  unreadable: 'none',
  serverDiffers: 'observeAgain',
  serverGone: 'observeAgain',
  serverUnknown: 'observeAgain',
  wrongChunks: 'readAgain',
  brokenTree: 'mergeAll',
};
export const cureOf = (kind: CheckKind): Cure => cures[kind];

/** What the disk shows, against what the journal says that it shows; null if they agree. */
export function diskFault(local: LocalState, seen: SeenNode | null): CheckKind | null {
  if (local.is === 'absent') return null;
  if (seen === null) return 'notHere';
  if (seen.kind !== local.body.kind) return 'otherKind';
  const same =
    seen.kind === 'folder' ? seen.stamp.inode === local.stamp.inode : sameStamp(seen.stamp, local.stamp);
  return same ? null : 'unseenChange';
}

/** What the server says, against what the journal says that it says; null if they agree. */
export function serverFault(known: RemoteState, said: RemoteState): CheckKind | null {
  if (known.is === 'absent') return said.is === 'absent' ? null : 'serverUnknown';
  if (said.is === 'absent') return 'serverGone';
  const same =
    samePlace(known, said) &&
    sameContent(known.body, said.body) &&
    sameAttributes(known, said) &&
    sameVersions(known.versions, said.versions);
  return same ? null : 'serverDiffers';
}

/** An entry that is another kind on the server than here cannot be mended alone. */
export function isOtherKind({ local }: Triple, said: RemoteState): boolean {
  return local.is === 'present' && said.is === 'present' && local.body.kind !== said.body.kind;
}

/**
 * The entry as if it had never been agreed on: its bytes are read again, and what both sides have is merged. Equal
 * content meets without a transfer, different content is kept twice, and what only one side has is made on the other:
 * nothing is ever deleted by it.
 */
export function observedAnew({ local }: Triple, said: RemoteState): Triple {
  if (local.is === 'absent')
    return said.is === 'absent' ? NOWHERE : { base: null, local: LOCAL_ABSENT, remote: said };
  return { base: null, local: unread(local), remote: said };
}

/** No file has these stamps, so the next scan does not take it for the one that was agreed on. */
const NO_TIME = '0';
const NO_TIME_EITHER = '-1';

/** Whether what is read of it now is wanted, whatever it is. */
export const isReadByOrder = ({ base }: Triple): boolean => base?.stamp.ctimeNs === NO_TIME;

/**
 * The entry as one whose file may have changed since both sides agreed: what is read now is a change of this device.
 */
export function readAnew(triple: Triple): Triple {
  return agreedUnder(NO_TIME, triple);
}

/** The same without an order: what has just been agreed on is looked at once more, because a save would not show. */
export function readOnceMore(triple: Triple): Triple {
  return agreedUnder(NO_TIME_EITHER, triple);
}

function agreedUnder(ctimeNs: string, { base, local, remote }: Triple): Triple {
  if (local.is === 'absent' || base === null) return { base, local, remote };
  return { base: { ...base, stamp: { ...base.stamp, ctimeNs } }, local: unread(local), remote };
}

function unread<L extends LocalState>(local: L): L {
  if (local.is === 'absent' || local.body.kind !== 'file') return local;
  return { ...local, body: { ...local.body, contentId: null } };
}

/** Whether what was found damaged still stands: same file, and nothing else going on with it. */
export function isStillDamaged(triple: Triple, found: { readonly stamp: Stamp }): boolean {
  return triple.local.is === 'present' && isAtRest(triple) && sameStamp(triple.local.stamp, found.stamp);
}

const SENTENCES: Record<CheckKind, string> = {
  notHere: 'is not on the disk any more; the folder is looked at again',
  otherKind: 'is something else on the disk; the folder is looked at again',
  unseenChange: 'has changed without being seen; the folder is looked at again',
  damaged:
    'holds other bytes than were synced, though nothing shows a change: it may be damaged, and is not sent',
  unreadable: 'cannot be read from the disk',
  serverDiffers: 'is otherwise on the server than this device had noted; both are compared again',
  serverGone: 'is not on the server, against what this device had noted; it is merged again',
  serverUnknown: 'is on the server, and this device had not noted it; it is merged',
  wrongChunks: 'had a wrong list of chunks noted; it is read again when it is needed',
  brokenTree: 'is part of no tree; everything is merged again, and nothing is deleted',
};
export const checkSentence = (kind: CheckKind): string => SENTENCES[kind];
