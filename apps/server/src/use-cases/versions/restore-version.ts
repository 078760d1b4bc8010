import { assert } from '@tidesync/shared/brand';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { versionsRestoreInput, versionsRestoreOutput } from '@tidesync/shared/wire/retention';
import type { Op } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { applyOps } from '../../domain/apply-ops.ts';
import { pathOf } from '../../domain/entry-path.ts';
import { LibraryView } from '../../domain/library-view.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { appendChanges } from '../sync/append-changes.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';
import { recallAnswer, requestOf } from '../sync/recall-answer.ts';

type RestoreInput = z.infer<typeof versionsRestoreInput>;
type RestoreOutput = z.infer<typeof versionsRestoreOutput>;
type FileState = Extract<EntryState, { kind: 'file' }>;

/**
 * Makes an earlier content of a live file its content again, by a change like any other: what it has now becomes a
 * version. The same operation id with the same version gives the first answer again.
 * Errors: `entryMissing` also for a deleted file, `versionMissing`, `opIdReused`, `libraryMissing`, `notAllowed`.
 */
export async function restoreVersion(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'doorbells'>,
  caller: Caller,
  input: RestoreInput,
): Promise<RestoreOutput> {
  const { libraryId } = input;
  const atMs = ports.clock.nowMs();
  const output = await ports.store.transact((tx) => restore(tx, caller, { input, atMs }), {
    repeatable: true,
  });
  if (output.changed) ports.doorbells.ring({ libraryId, headSeq: output.headSeq });
  return output;
}

async function restore(
  tx: Writes,
  caller: Caller,
  { input, atMs }: { readonly input: RestoreInput; readonly atMs: number },
): Promise<RestoreOutput> {
  const { libraryId, opId, entryId, seq } = input;
  const request = requestOf('restoreVersion', { libraryId, opId, payload: [entryId, seq] });
  // Before the role is looked at: whoever is removed while this waits for the library's turn commits nothing.
  const head = await tx.tree.lockHead(libraryId);
  if (head === null) fail({ reason: 'libraryMissing', library: libraryId });
  await requireRole(tx, caller, { libraryId, role: 'editor' });
  const version = await keptVersion(tx, input);
  const states = await loadWithAncestors(tx, libraryId, [entryId]);
  const entry = states.get(entryId);
  if (entry?.kind !== 'file' || entry.deleted) fail({ reason: 'entryMissing', entry: entryId });
  const answered = { entryId, path: pathOf(entry, states), contentId: version.contentId };
  const known = await recallAnswer(tx, caller, request);
  if (known !== null) {
    return { ...answered, headSeq: known.headSeq, changed: known.results.length > 0 };
  }
  const view = new LibraryView(libraryId, {
    entries: [...states.values()],
    occupants: [],
    childCounts: new Map(),
  });
  const firstSeq = head.headSeq + 1;
  // What the file had it may have again, whatever files the server takes now.
  const context = { firstSeq, sizeOf: () => version.sizeBytes, files: OPEN_POLICY };
  const ops = entry.contentId === version.contentId ? [] : [writeOf(entry, version)];
  const { changes } = applyOps(view, ops, context);
  assert(changes.length === ops.length, 'a restore was planned on what is there');
  const after = await appendChanges(tx, { libraryId, caller, opId, head, atMs }, changes);
  const results = changes.map(({ state }) => ({ result: 'applied' as const, state }));
  await tx.tree.remember({ ...request, ...after, results, deviceId: caller.deviceId, firstSeq, atMs });
  return { ...answered, headSeq: after.headSeq, changed: changes.length > 0 };
}

/**
 * The state that a version is of. It is kept for as long as its content is recorded: nothing that a record needs is
 * freed, and none is dropped while this transaction holds the library.
 */
async function keptVersion(tx: Writes, { libraryId, entryId, seq }: RestoreInput): Promise<FileState> {
  const missing = { reason: 'versionMissing', entry: entryId, version: String(seq) } as const;
  const change = await tx.versions.changeAt(libraryId, seq);
  const state = change?.state;
  if (state?.kind !== 'file' || state.entryId !== entryId || state.deleted) fail(missing);
  const known = await tx.content.knownContents(libraryId, [state.contentId]);
  if (!known.has(state.contentId)) fail(missing);
  return state;
}

function writeOf({ entryId, contentSeq }: FileState, { contentId, mtimeMs }: FileState): Op {
  return { op: 'write', entryId, baseContentSeq: contentSeq, contentId, mtimeMs };
}
