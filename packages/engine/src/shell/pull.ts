import type { EntryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Body, RemoteState } from '../core/entry.ts';
import { REMOTE_ABSENT } from '../core/entry.ts';
import { isRemoteCycle } from './broken-tree.ts';
import type { RootParts } from './root-parts.ts';

/**
 * Brings the remote tree of the journal up to the server's head. Each page and its cursor are one transaction;
 * a stop in the middle goes on where it was. Rejects with Failure where the server cannot be asked, with
 * `cursorDiverged` where its history does not continue ours, and with `noTree` where what it tells can be none.
 */
export async function pull(parts: RootParts, signal: AbortSignal): Promise<void> {
  const folders = new Set<EntryId>();
  if (parts.journal.cursor() === null) await pullTree(parts, folders, signal);
  await pullChanges(parts, folders, signal);
  requireTree(parts, folders);
  await proveAnswered(parts);
}

/** Only now: a listing is no snapshot, and folders may have changed places while it was told. */
function requireTree({ journal }: RootParts, folders: ReadonlySet<EntryId>): void {
  if (!isRemoteCycle(journal, folders)) return;
  // What a server that lies has told is not worth keeping; nothing is deleted by a merge.
  journal.forgetTrees();
  fail({ reason: 'noTree' });
}

/** The server's history does not continue ours (a backup was restored): all trees are forgotten, to be merged. */
export function mergeAnew({ journal, log }: Pick<RootParts, 'journal' | 'log'>): void {
  journal.forgetTrees();
  log('The server was restored from a backup: comparing everything again. Nothing is deleted.');
}

/** A commit that was answered may have been undone since, with others on top: then its head is no point any more. */
async function proveAnswered({ journal, server, record }: RootParts): Promise<void> {
  const answered = journal.answered();
  if (answered === null) return;
  if (answered !== journal.cursor()) await server.changes(record.libraryId, answered);
  journal.setAnswered(null);
}

/** The first listing, page by page. It is no snapshot: the changes since its start are replayed afterwards. */
async function pullTree(
  { journal, server, record }: RootParts,
  folders: Set<EntryId>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const before = journal.listing();
    const page = await server.tree(record.libraryId, before?.pageToken ?? null);
    const cursor = before?.cursor ?? page.cursor;
    journal.transaction(() => {
      for (const state of page.entries) setRemote({ journal }, state);
      addFolders(folders, page.entries);
      if (page.nextPageToken !== null) journal.setListing({ pageToken: page.nextPageToken, cursor });
      else {
        journal.setListing(null);
        journal.setCursor(cursor);
      }
    });
    if (page.nextPageToken === null) return;
  }
}

async function pullChanges(
  { journal, server, record }: RootParts,
  folders: Set<EntryId>,
  signal: AbortSignal,
): Promise<void> {
  for (let more = true; more; ) {
    signal.throwIfAborted();
    const page = await server.changes(record.libraryId, journal.cursor() ?? '');
    journal.transaction(() => {
      for (const { state } of page.changes) setRemote({ journal }, state);
      journal.setCursor(page.cursor);
      addFolders(
        folders,
        page.changes.map(({ state }) => state),
      );
    });
    more = page.more;
  }
}

function addFolders(folders: Set<EntryId>, states: readonly EntryState[]): void {
  for (const { kind, entryId } of states) if (kind === 'folder') folders.add(entryId);
}

export function setRemote({ journal }: Pick<RootParts, 'journal'>, state: EntryState): void {
  const id: EntryId = state.entryId;
  journal.set(id, { ...journal.get(id), remote: remoteStateOf(state) });
}

export function remoteStateOf(state: EntryState): RemoteState {
  if (state.deleted) return REMOTE_ABSENT;
  const { parentId, name, mtimeMs, contentSeq, placeSeq, attributesSeq } = state;
  const versions = { contentSeq, placeSeq, attributesSeq };
  return { is: 'present', parentId, name, body: bodyOf(state), mtimeMs, versions };
}

function bodyOf(state: EntryState): Body {
  if (state.kind === 'folder') return { kind: 'folder' };
  if (state.kind === 'symlink') return { kind: 'symlink', target: state.target };
  const { contentId, sizeBytes, executable } = state;
  return { kind: 'file', contentId, sizeBytes, executable };
}
