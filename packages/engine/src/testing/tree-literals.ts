import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { lastName, parentPath, TOP } from '@tidesync/shared/names';
import type { BaseEntry, LocalBody, LocalState, RemoteState, Stamp, Triple } from '../core/entry.ts';
import { REMOTE_ABSENT, sameAttributes, sameContent, samePlace } from '../core/entry.ts';
import { MemoryTrees, TOP_ID } from './memory-trees.ts';

/** An entry of a tree literal. */
export interface Leaf {
  readonly body: LocalBody;
  readonly mtimeMs: number;
  /** Id, where it is not the one that base has at this path (or, below a moved folder, had). */
  readonly id: string | null;
}
/** Entries by path; `null`: was seen absent once, and no second scan has proved it. */
export type TreeLiteral = Readonly<Record<string, Leaf | null>>;

export interface TreesLiteral {
  readonly base?: TreeLiteral;
  /** Base, unless given. */
  readonly local?: TreeLiteral;
  readonly remote?: TreeLiteral;
  /** Paths of local entries that were rewritten with the same content. */
  readonly restamped?: readonly string[];
}

interface FileOptions {
  readonly executable?: boolean;
  readonly mtimeMs?: number;
  readonly id?: string;
}

/** A file whose content is named by a short text; `null`: its bytes have not been read. */
export function file(
  content: string | null,
  { executable = false, mtimeMs = 0, id }: FileOptions = {},
): Leaf {
  const contentId = content as ContentId | null;
  return {
    body: { kind: 'file', contentId, sizeBytes: content?.length ?? 0, executable },
    mtimeMs,
    id: id ?? null,
  };
}
export function folder(id: string | null = null): Leaf {
  return { body: { kind: 'folder' }, mtimeMs: 0, id };
}
export function link(target: string, id: string | null = null): Leaf {
  return { body: { kind: 'symlink', target }, mtimeMs: 0, id };
}

/**
 * Three trees from three literals. Ids are paths of base; what base does not have is `L:path` or `R:path`. What
 * lies in a folder that moved keeps its id by its path in base. Remote versions are 1, and 2 where they differ.
 */
export function treesOf({
  base = {},
  local = base,
  remote = base,
  restamped = [],
}: TreesLiteral): MemoryTrees {
  const trees = new MemoryTrees();
  const inBase = placed(base, () => null);
  for (const [id, one] of inBase) trees.set(id, { ...trees.get(id), base: baseEntry(id, one) });
  const known = (side: string) => (path: string, parent: EntryId, leaf: Leaf | null) => {
    const id = (
      parent === TOP_ID ? lastName(path as RelPath) : `${parent}/${lastName(path as RelPath)}`
    ) as EntryId;
    const sameKind = inBase.get(id)?.leaf?.body.kind === leaf?.body.kind;
    return inBase.has(id) && (leaf === null || sameKind) ? id : (`${side}:${path}` as EntryId);
  };
  for (const [id, one] of placed(local, known('L'))) {
    const stamp = one.leaf && stampOf(id, one.leaf);
    const seen = stamp && restamped.includes(one.path) ? { ...stamp, ctimeNs: 'rewritten' } : stamp;
    set(trees, id, { local: localState(one, seen) });
  }
  for (const [id, one] of placed(remote, known('R')))
    set(trees, id, { remote: remoteState(one, trees.get(id).base) });
  return trees;
}

function set(trees: MemoryTrees, id: EntryId, part: Partial<Triple>): void {
  trees.set(id, { ...trees.get(id), ...part });
}

interface Placed {
  readonly path: string;
  readonly parentId: EntryId;
  readonly name: EntryName;
  readonly leaf: Leaf | null;
}
type Naming = (path: string, parent: EntryId, leaf: Leaf | null) => EntryId | null;

function placed(literal: TreeLiteral, naming: Naming): Map<EntryId, Placed> {
  const ids = new Map<string, EntryId>([[TOP, TOP_ID]]);
  const found = new Map<EntryId, Placed>();
  for (const [path, leaf] of Object.entries(literal)) {
    const parentId = ids.get(parentPath(path as RelPath));
    if (parentId === undefined) throw new Error(`the folder of ${path} comes first`);
    const id = (leaf?.id ?? naming(path, parentId, leaf) ?? path) as EntryId;
    ids.set(path, id);
    found.set(id, { path, parentId, name: lastName(path as RelPath), leaf });
  }
  return found;
}

const FIRST = { contentSeq: 1, placeSeq: 1, attributesSeq: 1 };

function stampOf(id: string, { body, mtimeMs }: Leaf): Stamp {
  const content =
    body.kind === 'file' ? (body.contentId ?? 'unread') : body.kind === 'symlink' ? body.target : '';
  const time = `${content}@${mtimeMs}`;
  return { inode: id, birthtimeNs: '0', sizeBytes: content.length, mtimeNs: time, ctimeNs: time };
}

function baseEntry(id: EntryId, { leaf, parentId, name }: Placed): BaseEntry {
  if (leaf === null || (leaf.body.kind === 'file' && leaf.body.contentId === null))
    throw new Error('base knows its entries');
  const body = leaf.body as BaseEntry['body'];
  const { mtimeMs } = leaf;
  return { parentId, name, localName: name, body, mtimeMs, versions: FIRST, stamp: stampOf(id, leaf) };
}

function localState({ leaf, parentId, name }: Placed, stamp: Stamp | null): LocalState {
  if (leaf === null || stamp === null) return { is: 'absent', confirmed: false };
  const { body, mtimeMs } = leaf;
  return { is: 'present', parentId, name, localName: name, body, mtimeMs, stamp };
}

function remoteState({ leaf, parentId, name }: Placed, base: BaseEntry | null): RemoteState {
  if (leaf === null) return REMOTE_ABSENT;
  const body = leaf.body as BaseEntry['body'];
  const { mtimeMs } = leaf;
  const at = (same: boolean | null) => (same === true ? 1 : 2);
  const versions = {
    contentSeq: at(base && sameContent(base.body, body)),
    placeSeq: at(base && samePlace(base, { parentId, name })),
    attributesSeq: at(base && sameAttributes(base, { body, mtimeMs })),
  };
  return { is: 'present', parentId, name, body, mtimeMs, versions };
}
