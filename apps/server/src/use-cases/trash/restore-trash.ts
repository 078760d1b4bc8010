import { assert } from '@tidesync/shared/brand';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import { OWN_FOLDER } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { Change, EntryState } from '@tidesync/shared/wire/entries';
import type { Op, OpBody, trashRestoreInput, trashRestoreOutput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { applyOps } from '../../domain/apply-ops.ts';
import { pathOf } from '../../domain/entry-path.ts';
import type { Place } from '../../domain/library-view.ts';
import { LibraryView } from '../../domain/library-view.ts';
import { restoredName } from '../../domain/restored-name.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads, Writes } from '../../ports/store.ts';
import type { Head } from '../../ports/store-tree.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { appendChanges } from '../sync/append-changes.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';
import { recallAnswer, requestOf } from '../sync/recall-answer.ts';

type RestoreInput = z.infer<typeof trashRestoreInput>;
type RestoreOutput = z.infer<typeof trashRestoreOutput>;

/**
 * Brings deleted entries back to where they were, folders with all that was deleted inside them. Where the folder
 * is gone, the nearest one above it that lives takes them; where the name is taken, they get another. Entries that
 * live are left alone. The same operation id with the same entries gives the first answer again.
 * Errors: `entryMissing`, `opIdReused`, `libraryMissing`, `notAllowed`.
 */
export async function restoreTrash(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'doorbells'>,
  caller: Caller,
  { libraryId, opId, entryIds }: RestoreInput,
): Promise<RestoreOutput> {
  const request = requestOf('restore', { libraryId, opId, payload: entryIds });
  const { deviceId } = caller;
  const atMs = ports.clock.nowMs();
  const { output, isNews } = await ports.store.transact(
    async (tx) => {
      // Before the role is looked at: whoever is removed while this waits for the library's turn commits nothing.
      const head = await tx.tree.lockHead(libraryId);
      if (head === null) fail({ reason: 'libraryMissing', library: libraryId });
      await requireRole(tx, caller, { libraryId, role: 'editor' });
      const known = await recallAnswer(tx, caller, request);
      if (known !== null) {
        const states = known.results.flatMap((one) => (one.result === 'applied' ? [one.state] : []));
        return { output: await outputOf(tx, libraryId, { headSeq: known.headSeq, states }), isNews: false };
      }
      const { view, ops } = await planRestore(tx, libraryId, entryIds);
      const origin = { libraryId, caller, opId, head, atMs };
      const { after, changes } = await commitInParts(tx, origin, { view, ops });
      const states = changes.map((change) => change.state);
      const results = states.map((state) => ({ result: 'applied' as const, state }));
      await tx.tree.remember({ ...request, ...after, results, deviceId, firstSeq: head.headSeq + 1, atMs });
      const output = await outputOf(tx, libraryId, { headSeq: after.headSeq, states });
      return { output, isNews: changes.length > 0 };
    },
    { repeatable: true },
  );
  if (isNews) ports.doorbells.ring({ libraryId, headSeq: output.headSeq });
  return output;
}

type CreateOp = Extract<Op, { op: 'create' }>;
interface RestorePlan {
  /** As the library stands before the restore. */
  readonly view: LibraryView;
  /** Folders before what lies in them. */
  readonly ops: readonly CreateOp[];
}

async function planRestore(
  tx: Reads,
  libraryId: LibraryId,
  entryIds: readonly EntryId[],
): Promise<RestorePlan> {
  const loaded = await loadWithAncestors(tx, libraryId, entryIds);
  for (const id of entryIds) if (!loaded.has(id)) fail({ reason: 'entryMissing', entry: id });
  const deleted = await deletedWithin(tx, libraryId, { entryIds, loaded });
  const entries = [...loaded.values(), ...deleted];
  const draft = new LibraryView(libraryId, { entries, occupants: [], childCounts: new Map() });
  const occupants: EntryState[] = [];
  const ops: CreateOp[] = [];
  const returning = new Set(deleted.map((state) => state.entryId));
  const occupantAt = async (place: Place): Promise<EntryState | null> => {
    const drafted = draft.occupant(place);
    // A folder that only comes back now has nobody in it but what comes back with it.
    if (drafted !== null || returning.has(place.parentId)) return drafted;
    const stored = await tx.tree.entriesAt(libraryId, [place]);
    occupants.push(...stored);
    return stored[0] ?? null;
  };
  for (const state of deleted) {
    const parentId = nearestLiveFolder(draft, libraryId, state);
    const isFree = async (name: EntryName) =>
      !(name === OWN_FOLDER && draft.isTop(parentId)) && (await occupantAt({ parentId, name })) === null;
    const name = await freeName(state.name, isFree);
    const { entryId, mtimeMs } = state;
    const place = { parentId, name };
    draft.put({ ...state, ...place, deleted: false });
    ops.push({ op: 'create', entryId, ...place, mtimeMs, body: bodyOf(state) });
  }
  const view = new LibraryView(libraryId, { entries, occupants, childCounts: new Map() });
  return { view, ops };
}

/** The deleted ones among the entries and everything deleted inside them, each folder before its content. */
async function deletedWithin(
  tx: Reads,
  libraryId: LibraryId,
  from: { readonly entryIds: readonly EntryId[]; readonly loaded: ReadonlyMap<EntryId, EntryState> },
): Promise<EntryState[]> {
  const found = new Map<EntryId, EntryState>();
  let level = from.entryIds.map((id) => from.loaded.get(id)).filter((state) => state?.deleted === true);
  while (level.length > 0) {
    const folders: EntryId[] = [];
    for (const state of level) {
      if (state === undefined || found.has(state.entryId)) continue;
      found.set(state.entryId, state);
      if (state.kind === 'folder') folders.push(state.entryId);
    }
    level = await tx.tree.deletedChildren(libraryId, folders);
  }
  return parentsFirst(found);
}

/** A file and its folder may both be asked for, in any order: the folder has to live before the file does. */
function parentsFirst(states: ReadonlyMap<EntryId, EntryState>): EntryState[] {
  const ordered = new Map<EntryId, EntryState>();
  for (const state of states.values()) {
    const lineage: EntryState[] = [];
    let next: EntryState | undefined = state;
    while (next !== undefined && !ordered.has(next.entryId) && !lineage.includes(next)) {
      lineage.unshift(next);
      next = states.get(next.parentId);
    }
    for (const one of lineage) ordered.set(one.entryId, one);
  }
  return [...ordered.values()];
}

function nearestLiveFolder(view: LibraryView, libraryId: LibraryId, state: EntryState): EntryId {
  let id = state.parentId;
  while (!view.isLiveFolder(id)) id = view.entry(id)?.parentId ?? topFolderOf(libraryId);
  return id;
}

async function freeName(
  wanted: EntryName,
  isFree: (name: EntryName) => Promise<boolean>,
): Promise<EntryName> {
  for (let attempt = 0; ; attempt++) {
    const name = restoredName(wanted, attempt);
    if (await isFree(name)) return name;
  }
}

function bodyOf(state: EntryState): OpBody {
  switch (state.kind) {
    case 'folder':
      return { kind: 'folder' };
    case 'file':
      return { kind: 'file', contentId: state.contentId, executable: state.executable };
    case 'symlink':
      return { kind: 'symlink', target: state.target };
  }
}

type Origin = Parameters<typeof appendChanges>[1];

/** A folder may hold more than a commit: its content comes back in several, all in this transaction. */
async function commitInParts(
  tx: Writes,
  origin: Origin,
  { view, ops }: RestorePlan,
): Promise<{ readonly after: Head; readonly changes: readonly Change[] }> {
  const sizes = new Map(
    ops.flatMap((op) => {
      const state = view.entry(op.entryId);
      return state?.kind === 'file' ? [[state.contentId, state.sizeBytes] as const] : [];
    }),
  );
  const changes: Change[] = [];
  let after = origin.head;
  for (let at = 0; at < ops.length; at += limits.opsPerCommitMax) {
    const part = ops.slice(at, at + limits.opsPerCommitMax);
    const firstSeq = after.headSeq + 1;
    const sizeOf = (contentId: ContentId) => sizes.get(contentId) ?? 0;
    // What the server had it may have again, whatever files it takes now.
    const applied = applyOps(view, part, { firstSeq, sizeOf, files: OPEN_POLICY });
    assert(applied.changes.length === part.length, 'a restore was planned on what is there');
    after = await appendChanges(tx, { ...origin, head: after }, applied.changes);
    changes.push(...applied.changes);
  }
  return { after, changes };
}

async function outputOf(
  tx: Reads,
  libraryId: LibraryId,
  { headSeq, states }: { readonly headSeq: number; readonly states: readonly EntryState[] },
): Promise<RestoreOutput> {
  const folders = await loadWithAncestors(tx, libraryId, [...new Set(states.map((one) => one.parentId))]);
  return {
    headSeq,
    restored: states.map((state) => ({ entryId: state.entryId, path: pathOf(state, folders) })),
  };
}
