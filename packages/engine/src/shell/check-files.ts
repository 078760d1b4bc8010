import { fileRevision } from '@tidesync/shared/chunk-list';
import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { CheckKind } from '../core/check-entry.ts';
import { diskFault } from '../core/check-entry.ts';
import { engineLimits } from '../core/engine-limits.ts';
import type { LocalPresent, Triple } from '../core/entry.ts';
import { isAtRest, sameStamp } from '../core/entry.ts';
import { localPathOf } from '../core/path-of.ts';
import { isDiskError } from '../ports/disk.ts';
import { hangsOnTop } from './broken-tree.ts';
import { forgetDamage } from './damages.ts';
import type { RootParts } from './root-parts.ts';

export interface FileFinding {
  readonly id: EntryId;
  readonly path: RelPath;
  readonly kind: CheckKind;
}

interface Checked {
  readonly parts: RootParts;
  readonly id: EntryId;
  readonly path: RelPath;
  readonly triple: Triple;
}

/** Compares one entry with the disk by what `lstat` says, and its chunk list with its content. */
export async function checkEntry(parts: RootParts, id: EntryId): Promise<FileFinding | null> {
  const triple = parts.journal.get(id);
  const { local } = triple;
  if (local.is === 'absent') return null;
  if (!hangsOnTop(parts.journal, local))
    return { id, path: local.localName as string as RelPath, kind: 'brokenTree' };
  const path = placeOf(parts, id);
  if (path === null) return null;
  const wrong = checkChunks({ parts, id, path, triple });
  const node = await parts.disk.look(path).catch((error: unknown) => {
    if (isDiskError(error)) return undefined;
    throw error;
  });
  if (node === undefined || !isAsBefore(parts, id, triple)) return wrong;
  // What changed just now is on its way to be seen.
  const isFresh =
    node !== null && parts.clock.nowMs() - changedMs(node.stamp.ctimeNs) < engineLimits.freshChangeMs;
  const kind = diskFault(triple.local, node);
  return kind === null || isFresh ? wrong : { id, path, kind };
}

const changedMs = (ns: string) => Number(BigInt(ns) / 1_000_000n);

/** Null for what is not here, or hangs on nothing. */
function placeOf({ journal }: RootParts, id: EntryId): RelPath | null {
  const { local } = journal.get(id);
  return local.is === 'present' && hangsOnTop(journal, local) ? localPathOf(journal, id) : null;
}

/** Nothing has been seen or done about it since. */
function isAsBefore({ journal }: RootParts, id: EntryId, before: Triple): boolean {
  const { local } = journal.get(id);
  if (local.is === 'absent' || before.local.is === 'absent') return local.is === before.local.is;
  return sameStamp(local.stamp, before.local.stamp) && local.localName === before.local.localName;
}

function checkChunks({ parts, id, path, triple }: Checked): FileFinding | null {
  const { journal, sha256 } = parts;
  const { local } = triple;
  if (local.is === 'absent' || local.body.kind !== 'file' || local.body.contentId === null) return null;
  const { contentId } = local.body;
  const chunks = journal.chunksOf(contentId);
  if (chunks === null || fileRevision(chunks, sha256).revision.contentId === contentId) return null;
  journal.dropChunks(contentId);
  return { id, path, kind: 'wrongChunks' };
}

/** A file's size, if its bytes can be held against what was agreed on; null otherwise. */
export function readableBytes({ journal }: RootParts, id: EntryId): number | null {
  const triple = journal.get(id);
  return isAtRest(triple) && triple.base?.body.kind === 'file' ? triple.base.body.sizeBytes : null;
}

/**
 * Reads a file that both sides agree on, and hashes it. Other bytes under the same stamp are noted, after a second
 * look, as damage; nothing is sent. Rejects with the signal's reason.
 */
export async function readFileOf(
  parts: RootParts,
  id: EntryId,
  signal: AbortSignal,
): Promise<FileFinding | null> {
  const { journal } = parts;
  const triple = journal.get(id);
  const path = placeOf(parts, id);
  const { local } = triple;
  if (path === null || local.is === 'absent' || readableBytes(parts, id) === null) return null;
  const found = await contentAt({ parts, id, path, triple }, local, signal);
  if (found === 'unreadable') return { id, path, kind: 'unreadable' };
  if (found === 'moved' || !isAsBefore(parts, id, triple) || !isAtRest(journal.get(id))) return null;
  if (found === 'asAgreed') {
    if (journal.damages().some((one) => one.id === id)) forgetDamage(journal, id);
    return null;
  }
  journal.putDamage({ id, contentId: found, stamp: local.stamp, sinceMs: parts.clock.nowMs() });
  return { id, path, kind: 'damaged' };
}

type Content = ReturnType<typeof fileRevision>['revision']['contentId'];

async function contentAt(
  checked: Checked,
  local: LocalPresent,
  signal: AbortSignal,
): Promise<Content | 'asAgreed' | 'moved' | 'unreadable'> {
  try {
    const first = await contentNow(checked, local, signal);
    const agreed = local.body.kind === 'file' ? local.body.contentId : null;
    if (first === null || first === agreed) return first === null ? 'moved' : 'asAgreed';
    // A disk may answer wrongly once.
    const second = await contentNow(checked, local, signal);
    if (second === agreed) return 'asAgreed';
    return second === first ? first : 'moved';
  } catch (error) {
    if (!isDiskError(error)) throw error;
    return isDiskError(error, 'io', 'denied') ? 'unreadable' : 'moved';
  }
}

/** Null: it is another file by now. */
async function contentNow(
  { parts, path }: Checked,
  local: LocalPresent,
  signal: AbortSignal,
): Promise<Content | null> {
  const result = await parts.cutter.cut(path, signal);
  if (result.is === 'changed' || !sameStamp(result.node.stamp, local.stamp)) return null;
  return fileRevision(result.chunks, parts.sha256).revision.contentId;
}
