import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { LocalBody, LocalPresent, Triple } from '../core/entry.ts';
import { LOCAL_ABSENT, sameStamp } from '../core/entry.ts';
import type { NameRules } from '../core/name-rules.ts';
import { isSameSpelling } from '../core/name-rules.ts';
import type { DiskNode } from '../ports/disk.ts';
import type { RootJournal } from '../ports/journal.ts';

export interface Seen {
  readonly parentId: EntryId;
  readonly localName: EntryName;
  readonly node: DiskNode;
  /** Of a symlink; null for everything else. */
  readonly target: string | null;
}

/**
 * The local state that a look at the disk gives an entry. Content is known where the stamp is one under which
 * it was known before; otherwise it has to be read.
 */
export function localStateOf(seen: Seen, triple: Triple, rules: NameRules): LocalPresent {
  const { node, parentId, localName } = seen;
  const { base, local } = triple;
  const unchanged = base !== null && sameStamp(base.stamp, node.stamp);
  const isSameName = base !== null && isSameSpelling(rules, base.localName, localName);
  const known = local.is === 'present' && sameStamp(local.stamp, node.stamp) ? local : null;
  const mtimeMs = unchanged ? base.mtimeMs : (known?.mtimeMs ?? node.mtimeMs);
  return {
    is: 'present',
    parentId,
    name: isSameName ? base.name : localName,
    localName,
    body: bodyOf(seen, unchanged ? base.body : (known?.body ?? null)),
    mtimeMs: node.kind === 'file' ? mtimeMs : (base?.mtimeMs ?? node.mtimeMs),
    stamp: node.stamp,
  };
}

/** `known`: the body as it was under this very stamp, or null. */
function bodyOf({ node, target }: Seen, known: LocalBody | null): LocalBody {
  if (node.kind === 'folder') return { kind: 'folder' };
  if (node.kind === 'symlink') return { kind: 'symlink', target: target ?? '' };
  const contentId = known?.kind === 'file' ? known.contentId : null;
  return { kind: 'file', contentId, sizeBytes: node.stamp.sizeBytes, executable: node.executable };
}

/** Takes an entry and all below it out of the local tree without saying that anyone deleted it. */
export function detach(journal: RootJournal, id: EntryId): void {
  for (const child of journal.localChildren(id)) detach(journal, child);
  const { remote } = journal.get(id);
  journal.set(id, { base: null, local: LOCAL_ABSENT, remote });
}

/** A folder that something was seen in last, and those above it up to the one whose listing lacked the way there. */
export interface LastIn {
  readonly folder: EntryId;
  readonly above: LastIn | null;
}

/** An entry that is not where it was. */
export interface Absence {
  readonly id: EntryId;
  readonly isFolder: boolean;
  readonly lastIn: LastIn;
}

/** Marks an entry and all below it as not seen. Entries that were never synced are just gone. */
export function markAbsent(journal: RootJournal, id: EntryId, lastIn: LastIn): Absence[] {
  const inside: LastIn = { folder: id, above: lastIn };
  const below = journal.localChildren(id).flatMap((child) => markAbsent(journal, child, inside));
  const triple = journal.get(id);
  const isFolder = triple.local.is === 'present' && triple.local.body.kind === 'folder';
  journal.set(id, { ...triple, local: { is: 'absent', confirmed: triple.base === null } });
  return [{ id, isFolder, lastIn }, ...below];
}
