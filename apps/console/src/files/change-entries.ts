import type { BatchId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf, uuidFromBytes } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import { isFailure } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { ConflictReason, Op, OpResult } from '@tidesync/shared/wire/sync';
import { readFolder } from '../api/queries.ts';
import { call } from '../api/server-call.ts';

/** A page without TLS has no `crypto.randomUUID`. */
export const newId = <T extends string>() => uuidFromBytes(crypto.getRandomValues(new Uint8Array(16))) as T;

const TRIES_MAX = 3;

/**
 * Sends operations, one result each. Where the answer is lost the same commit is sent again: the server knows it by
 * its id and does it once.
 */
export async function commit(
  libraryId: LibraryId,
  ops: readonly Op[],
  batchId: BatchId = newId(),
): Promise<OpResult[]> {
  const results: OpResult[] = [];
  for (let at = 0; at < ops.length; at += limits.opsPerCommitMax) {
    const page = ops.slice(at, at + limits.opsPerCommitMax);
    results.push(...(await commitPage({ libraryId, opId: newId<OpId>(), batchId, ops: page })));
  }
  return results;
}

async function commitPage(input: Parameters<typeof sendCommit>[0]): Promise<OpResult[]> {
  for (let tried = 1; ; tried++) {
    try {
      return (await sendCommit(input)).results;
    } catch (error) {
      const passing = isFailure(error, 'unreachable', 'busy', 'databaseUnavailable', 'outcomeUnknown');
      if (!passing || tried === TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.max(500 * tried, error.retryAfterMs)));
    }
  }
}

function sendCommit(input: { libraryId: LibraryId; opId: OpId; batchId: BatchId; ops: readonly Op[] }) {
  return call('sync.commit', { ...input, ops: [...input.ops] });
}

/** Why one operation did not do it; null if it did. */
export function lossOf(results: readonly OpResult[]): ConflictReason | null {
  const lost = results.find((one) => one.result === 'conflict');
  return lost?.result === 'conflict' ? lost.reason : null;
}

export interface NewFolder {
  readonly libraryId: LibraryId;
  readonly parentId: EntryId;
  readonly name: EntryName;
}

/** The id of the new folder, or of the one that was there; null if the name is taken by something else. */
export async function makeFolder({ libraryId, parentId, name }: NewFolder): Promise<EntryId | null> {
  const op: Op = { ...createOp({ parentId, name }, Date.now()), body: { kind: 'folder' } };
  const [result] = await commit(libraryId, [op]);
  return result === undefined || result.result === 'conflict' ? null : result.state.entryId;
}

export function createOp(place: { parentId: EntryId; name: EntryName }, mtimeMs: number) {
  return { op: 'create' as const, entryId: newId<EntryId>(), mtimeMs: Math.floor(mtimeMs), ...place };
}

export async function moveEntries(
  libraryId: LibraryId,
  entries: readonly EntryState[],
  to: (state: EntryState) => { readonly parentId: EntryId; readonly name: EntryName },
): Promise<OpResult[]> {
  const ops = entries.map((state): Op => {
    return { op: 'move', entryId: state.entryId, basePlaceSeq: state.placeSeq, ...to(state) };
  });
  return commit(libraryId, ops);
}

/** An entry and, of a folder, all that lies in it: what is deeper comes later. */
export async function withAllInside(
  libraryId: LibraryId,
  entries: readonly EntryState[],
): Promise<{ readonly state: EntryState; readonly path: string }[]> {
  const all = entries.map((state) => ({ state, path: state.name as string }));
  for (let at = 0; at < all.length; at++) {
    const one = all[at];
    if (one === undefined || one.state.kind !== 'folder') continue;
    const { entries: inside } = await readFolder(libraryId, one.state.entryId);
    for (const state of inside) all.push({ state, path: `${one.path}/${state.name}` });
  }
  return all;
}

/** To the trash, with all that is inside; the innermost first, since no folder goes before what it holds. */
export async function deleteEntries(
  libraryId: LibraryId,
  entries: readonly EntryState[],
): Promise<OpResult[]> {
  const all = await withAllInside(libraryId, entries);
  const ops = all.reverse().map(({ state }): Op => {
    const { entryId, contentSeq, placeSeq } = state;
    return { op: 'delete', entryId, baseContentSeq: contentSeq, basePlaceSeq: placeSeq };
  });
  return commit(libraryId, ops);
}

export const folderIdOr = (libraryId: LibraryId, folderId: EntryId | null): EntryId =>
  folderId ?? topFolderOf(libraryId);
