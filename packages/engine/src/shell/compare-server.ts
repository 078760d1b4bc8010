import type { EntryId } from '@tidesync/shared/ids';
import type { CheckKind } from '../core/check-entry.ts';
import { isOtherKind, observedAnew, serverFault } from '../core/check-entry.ts';
import type { RemoteState } from '../core/entry.ts';
import { REMOTE_ABSENT } from '../core/entry.ts';
import { brokenEntry } from './broken-tree.ts';
import { remoteStateOf } from './pull.ts';
import type { OpenParts } from './root-parts.ts';

/** One entry that is not as the journal has it. */
export interface ServerFinding {
  readonly id: EntryId;
  readonly kind: CheckKind;
}

/**
 * Compares the server's whole listing with the remote tree, and has observed anew what differs. Only in the loop's own
 * turn, after a pull: the journal is at the server's head then, and what changes meanwhile is left to the next pull.
 * Rejects with Failure where the server cannot be asked, having changed nothing.
 */
export async function compareWithServer(parts: OpenParts, signal: AbortSignal): Promise<ServerFinding[]> {
  const { journal } = parts;
  const cursor = journal.cursor();
  if (cursor === null) return [];
  const suspects = await differing(parts, signal);
  for (const id of await changedSince(parts, cursor)) suspects.delete(id);
  return journal.transaction(() => {
    const broken = brokenEntry(journal);
    const findings: ServerFinding[] = broken === null ? [] : [{ id: broken, kind: 'brokenTree' }];
    let mergeAll = broken !== null;
    for (const [id, said] of suspects) {
      const triple = journal.get(id);
      const kind = serverFault(triple.remote, said);
      if (kind === null) continue;
      findings.push({ id, kind });
      if (isOtherKind(triple, said)) mergeAll = true;
      else journal.set(id, observedAnew(triple, said));
    }
    if (mergeAll) journal.forgetTrees();
    return findings;
  });
}

async function differing(
  { journal, server, record }: OpenParts,
  signal: AbortSignal,
): Promise<Map<EntryId, RemoteState>> {
  const suspects = new Map<EntryId, RemoteState>();
  const said = new Set<EntryId>();
  let pageToken: string | null = null;
  do {
    signal.throwIfAborted();
    const page: Awaited<ReturnType<typeof server.tree>> = await server.tree(record.libraryId, pageToken);
    for (const entry of page.entries) {
      const state = remoteStateOf(entry);
      said.add(entry.entryId);
      if (serverFault(journal.get(entry.entryId).remote, state) !== null) suspects.set(entry.entryId, state);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  for (const id of journal.allIds()) {
    if (!said.has(id) && journal.get(id).remote.is === 'present') suspects.set(id, REMOTE_ABSENT);
  }
  return suspects;
}

/** Entries that the journal's cursor does not know about yet. */
async function changedSince({ server, record }: OpenParts, from: string): Promise<Set<EntryId>> {
  const ids = new Set<EntryId>();
  let cursor = from;
  for (let more = true; more; ) {
    const page = await server.changes(record.libraryId, cursor);
    for (const { state } of page.changes) ids.add(state.entryId);
    cursor = page.cursor;
    more = page.more;
  }
  return ids;
}
