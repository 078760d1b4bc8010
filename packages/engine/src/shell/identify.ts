import type { EntryId } from '@tidesync/shared/ids';
import { NOWHERE } from '../core/entry.ts';
import { localPathOf } from '../core/path-of.ts';
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
  for (const seen of listing) {
    const known = byPath(parts, seen);
    if (known !== null) identities.set(seen, known);
  }
  const taken = new Set<EntryId>([...identities.values()] as EntryId[]);
  for (const seen of listing) {
    if (identities.has(seen)) continue;
    const identity = await byInode(parts, seen, taken);
    identities.set(seen, identity);
    if (identity !== 'new' && identity !== 'halfMoved') taken.add(identity);
  }
  return identities;
}

/** The entry that is at this path, or was until it was seen absent (a file deleted and made again is the same). */
function byPath({ journal }: OpenParts, { parentId, localName, node }: Seen): EntryId | null {
  const here = journal.localByDiskName(parentId, localName) ?? journal.remoteAt(parentId, localName);
  if (here === null) return null;
  const { base, local, remote } = journal.get(here);
  const body = local.is === 'present' ? local.body : base?.body;
  const reappeared =
    local.is === 'absent' && base !== null && base.parentId === parentId && base.localName === localName;
  const present = local.is === 'present' && local.parentId === parentId && local.localName === localName;
  return (present || (reappeared && remote.is === 'present')) && body?.kind === node.kind ? here : null;
}

async function byInode(parts: OpenParts, seen: Seen, taken: ReadonlySet<EntryId>): Promise<Identity> {
  const { journal, disk } = parts;
  const { node } = seen;
  for (const id of journal.baseByInode(node.stamp.inode, node.stamp.birthtimeNs)) {
    const { base, local, remote } = journal.get(id) ?? NOWHERE;
    if (taken.has(id) || base === null || base.body.kind !== node.kind) continue;
    const path = local.is === 'present' ? localPathOf(journal, id) : null;
    const old = path === null ? null : await disk.look(path).catch(() => node);
    const stillThere = old !== null && old.stamp.inode === node.stamp.inode;
    const isOurs =
      remote.is === 'present' && remote.parentId === seen.parentId && remote.name === seen.localName;
    if (stillThere && node.kind !== 'folder' && isOurs) return 'halfMoved';
    if (!stillThere && (node.kind === 'folder' || node.links === 1)) return id;
  }
  return 'new';
}
