import type { EntryId } from '@tidesync/shared/ids';
import { lastName } from '@tidesync/shared/names';
import type { Body, LocalBody, Triple } from '../core/entry.ts';
import { NOWHERE } from '../core/entry.ts';
import { foldName } from '../core/name-rules.ts';
import { localPathOf } from '../core/path-of.ts';
import type { MoveUnderWay, RootJournal } from '../ports/journal.ts';
import { isFileOf } from './moves-under-way.ts';
import type { Seen } from './observe.ts';
import type { OpenParts } from './root-parts.ts';

export type Identity = EntryId | 'new' | 'halfMoved';

/**
 * Which entry each node of one listing is. By path first; only what no path explains may be an entry that was
 * elsewhere, told by inode *and* birthtime (inodes are used again at once); files with several links never are.
 * `halfMoved`: a second name of an entry that we were moving here when we were stopped, and could not finish yet.
 */
export async function identify(parts: OpenParts, listing: readonly Seen[]): Promise<Map<Seen, Identity>> {
  const identities = new Map<Seen, Identity>();
  const underWay = parts.journal.movesUnderWay();
  for (const seen of listing) {
    const known = isHalfMoved(parts, seen, underWay) ? 'halfMoved' : byPath(parts, seen);
    if (known !== null) identities.set(seen, known);
  }
  const taken = new Set<EntryId>([...identities.values()].filter(isEntry));
  for (const seen of listing) {
    if (identities.has(seen)) continue;
    const identity = await byInode(parts, seen, taken);
    identities.set(seen, identity);
    if (isEntry(identity)) taken.add(identity);
  }
  return identities;
}

/**
 * In the folder of the new name, and not the old one: a disk may spell names otherwise than they were given (T23).
 * Under the new name itself it may be another file than was noted, which was saved just before we linked it (T21).
 */
function isHalfMoved(
  { journal, rules }: OpenParts,
  { node, parentId, localName }: Seen,
  underWay: readonly MoveUnderWay[],
): boolean {
  const folded = foldName(rules, localName);
  return underWay.some((move) => {
    const isLinked = node.links > 1 && foldName(rules, lastName(move.to)) === folded;
    if (move.into !== parentId || !(isLinked || isFileOf(move, node))) return false;
    const { local } = journal.get(move.id);
    return local.is === 'absent' || local.parentId !== parentId || local.localName !== localName;
  });
}

/** The entry that is at this path, or was until it was seen absent (a file deleted and made again is the same). */
function byPath({ journal }: OpenParts, seen: Seen): EntryId | null {
  const here = journal.localByDiskName(seen.parentId, seen.localName);
  // What came here as new may be what was synced here, which nobody knew yet when it came (S44).
  const known = here === null ? NOWHERE : journal.get(here);
  const named = isNeverSynced(known) ? journal.remoteAt(seen.parentId, seen.localName) : null;
  const back = named !== null && formerHere(journal, seen).includes(named) ? named : null;
  return back ?? (here !== null && bodyOf(known)?.kind === seen.node.kind ? here : null);
}

const isNeverSynced = ({ base, remote }: Triple) => base === null && remote.is === 'absent';

/** Entries that were at this path before they were seen absent; usually none or one. */
function formerHere(journal: RootJournal, { parentId, localName, node }: Seen): EntryId[] {
  return journal.baseByDiskName(parentId, localName).filter((id) => {
    const triple = journal.get(id);
    const isGone = triple.local.is === 'absent' && triple.remote.is === 'present';
    return isGone && bodyOf(triple)?.kind === node.kind;
  });
}

function bodyOf({ base, local }: Triple): Body | LocalBody | undefined {
  return local.is === 'present' ? local.body : base?.body;
}

async function byInode(parts: OpenParts, seen: Seen, taken: ReadonlySet<EntryId>): Promise<Identity> {
  const { journal } = parts;
  const { inode, birthtimeNs } = seen.node.stamp;
  for (const id of journal.baseByInode(inode, birthtimeNs)) {
    if (taken.has(id) || journal.get(id).base?.body.kind !== seen.node.kind) continue;
    if (isAround(parts, id, seen)) continue;
    const identity = await movedHere(parts, seen, id);
    if (identity !== null) return identity;
  }
  // Nothing that was elsewhere: then it is what was here, whatever the server calls that by now (S48).
  return formerHere(journal, seen).find((id) => !taken.has(id)) ?? 'new';
}

/**
 * Whether the entry, by its path, is the folder that the node lies in, or one above: somebody made a new folder under
 * the old name and put the old one into it. The new one is the entry then; nothing lies in itself.
 */
function isAround({ journal }: OpenParts, id: EntryId, { parentId }: Seen): boolean {
  for (let at = parentId; at !== journal.topId; ) {
    if (at === id) return true;
    const { local } = journal.get(at);
    if (local.is === 'absent') return false;
    at = local.parentId;
  }
  return false;
}

/** Whether a node is that entry, which base has with the same inode; null if it is a second name of the file. */
async function movedHere(
  { journal, disk, rules }: OpenParts,
  { node, parentId, localName }: Seen,
  id: EntryId,
): Promise<EntryId | null> {
  const { local } = journal.get(id);
  const path = local.is === 'present' ? localPathOf(journal, id) : null;
  const isFolder = node.kind === 'folder';
  const hasOneName = isFolder || node.links === 1;
  // What has but one name has it here, also where nobody can look at the old one.
  const old = path === null ? null : await disk.look(path).catch(() => (hasOneName ? null : node));
  // The old name finds it still where this disk takes both spellings for one: it has no second name, but another one.
  if (local.is === 'present' && local.parentId === parentId) {
    if (foldName(rules, local.localName) === foldName(rules, localName)) return id;
  }
  return old?.stamp.inode !== node.stamp.inode && hasOneName ? id : null;
}

function isEntry(identity: Identity): identity is EntryId {
  return identity !== 'new' && identity !== 'halfMoved';
}
