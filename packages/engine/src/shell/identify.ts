import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { isConflictName, isConflictNameOf } from '../core/conflict-name.ts';
import { decide } from '../core/decide.ts';
import type { Body, LocalBody, RemoteState, Triple } from '../core/entry.ts';
import { NOWHERE } from '../core/entry.ts';
import { foldName } from '../core/name-rules.ts';
import { isParkingNameOf } from '../core/order-edits.ts';
import { localPathOf } from '../core/path-of.ts';
import type { DiskNode } from '../ports/disk.ts';
import type { RootJournal } from '../ports/journal.ts';
import type { Seen } from './observe.ts';
import type { OpenParts } from './root-parts.ts';

export type Identity = EntryId | 'new' | 'halfMoved';

/**
 * Which entry each node of one listing is. By path first; only what no path explains may be an entry that was
 * elsewhere, told by inode *and* birthtime (inodes are used again at once); files with several links never are.
 * `halfMoved`: a second name of an entry that we were moving here when we were stopped.
 */
export async function identify(parts: OpenParts, listing: readonly Seen[]): Promise<Map<Seen, Identity>> {
  const identities = new Map<Seen, Identity>();
  const named: NamesByInode = new Map();
  for (const seen of listing) {
    const known = byPath(parts, seen);
    if (known === null) continue;
    identities.set(seen, known);
    addName(named, seen, known);
  }
  const taken = new Set<EntryId>([...identities.values()] as EntryId[]);
  for (const seen of listing) {
    if (identities.has(seen)) continue;
    const isHalf = isHalfRenamed(parts, seen, named);
    const identity = isHalf ? 'halfMoved' : await byInode(parts, seen, taken);
    identities.set(seen, identity);
    if (!isEntry(identity)) continue;
    taken.add(identity);
    addName(named, seen, identity);
  }
  return identities;
}

/** The names of one listing that are known, of files that have several: a folder may be full of those. */
type NamesByInode = Map<string, { readonly id: EntryId; readonly localName: EntryName }[]>;

function addName(named: NamesByInode, { node, localName }: Seen, id: EntryId): void {
  if (!hasSeveralNames(node)) return;
  const { inode } = node.stamp;
  const names = named.get(inode) ?? [];
  names.push({ id, localName });
  named.set(inode, names);
}

const hasSeveralNames = ({ kind, links }: DiskNode) => kind !== 'folder' && links > 1;

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
): Promise<Identity | null> {
  const { local, remote } = journal.get(id);
  const path = local.is === 'present' ? localPathOf(journal, id) : null;
  const isFolder = node.kind === 'folder';
  const hasOneName = isFolder || node.links === 1;
  // What has but one name has it here, also where nobody can look at the old one.
  const old = path === null ? null : await disk.look(path).catch(() => (hasOneName ? null : node));
  // The old name finds it still where this disk takes both spellings for one: it has no second name, but another one.
  if (local.is === 'present' && local.parentId === parentId) {
    if (foldName(rules, local.localName) === foldName(rules, localName)) return id;
  }
  if (old?.stamp.inode !== node.stamp.inode) return hasOneName ? id : null;
  if (!isFolder && isHalfParked(journal, { parentId, localName }, id)) return 'halfMoved';
  return isGoalOf(remote, { parentId, localName }) && !isFolder ? 'halfMoved' : null;
}

/** Whether the server has the entry at that very place. */
function isGoalOf(
  remote: RemoteState,
  { parentId, localName }: Pick<Seen, 'parentId' | 'localName'>,
): boolean {
  return remote.is === 'present' && remote.parentId === parentId && remote.name === localName;
}

/** As long as the entry still has to move here, it gets out of its way by that name, and by no other (`orderEdits`). */
function isHalfParked(
  journal: RootJournal,
  { parentId, localName }: Pick<Seen, 'parentId' | 'localName'>,
  id: EntryId,
): boolean {
  if (parentId !== journal.topId || !isParkingNameOf(localName, id)) return false;
  const { local, remote } = journal.get(id);
  if (local.is === 'absent' || remote.is === 'absent') return false;
  return remote.parentId !== local.parentId || remote.name !== local.name;
}

/**
 * A second name of a file in this listing, which a rename or a conflict copy was giving it when we were stopped or the
 * disk failed. As long as that is its goal, the step is done again and finishes it.
 */
function isHalfRenamed({ journal }: OpenParts, seen: Seen, named: NamesByInode): boolean {
  if (!hasSeveralNames(seen.node)) return false;
  const others = named.get(seen.node.stamp.inode) ?? [];
  return others.some(
    (of) =>
      isGoalOf(journal.get(of.id).remote, seen) ||
      isHalfSetAside(journal, seen, of) ||
      isHalfParked(journal, seen, of.id),
  );
}

/** As long as there is that conflict, or another entry has the name, the copy is still to be made. */
function isHalfSetAside(
  journal: RootJournal,
  { parentId, localName }: Seen,
  of: { readonly id: EntryId; readonly localName: EntryName },
): boolean {
  if (!isConflictName(localName) || !isConflictNameOf(localName, of.localName)) return false;
  const decision = decide(journal.get(of.id));
  // The link itself has changed its times: it has to be read before the conflict is seen again.
  const isConflict = decision.is === 'read' || (decision.is === 'merge' && decision.content === 'conflict');
  const holder = journal.remoteAt(parentId, of.localName);
  return isConflict || (holder !== null && holder !== of.id);
}

function isEntry(identity: Identity): identity is EntryId {
  return identity !== 'new' && identity !== 'halfMoved';
}
