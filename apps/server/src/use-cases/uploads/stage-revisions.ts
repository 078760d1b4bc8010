import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { descriptionOf, encodeRefs } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { uploadStageInput, uploadStageOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import { depthFault, sizeOfRefs, stageFault } from '../../domain/check-stage.ts';
import { UsableChunks } from '../../domain/usable-chunks.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { Usability } from '../../ports/store-content.ts';
import type { Caller } from '../caller.ts';
import { sha256Hex } from '../sha256-hex.ts';
import { requireOpenUpload } from './require-open-upload.ts';

type StageInput = z.infer<typeof uploadStageInput>;

/**
 * Keeps contents that commits of this account may name from now on. Every chunk of theirs has to be usable for the
 * account; of contents that are lists of lists, every list and all that it names. Staging again changes nothing.
 * Errors: `chunksMissing` with how many, `chunkMismatch`, `fileTooLarge`, `invalidInput`, `uploadExpired`,
 *         `libraryMissing`, `notAllowed`.
 */
export async function stageRevisions(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'policy'>,
  caller: Caller,
  input: StageInput,
): Promise<z.infer<typeof uploadStageOutput>> {
  const { uploadId, lists, revisions } = input;
  const fault = stageFault(lists, revisions, { sha256: sha256Hex, files: ports.policy.files });
  if (fault !== null) fail(fault);
  const nowMs = ports.clock.nowMs();
  await ports.store.transact(
    async (tx) => {
      const { libraryId } = await requireOpenUpload(tx, caller, { uploadId, nowMs });
      const of = { libraryId, accountId: caller.accountId };
      if (!(await tx.tree.touchReferences(libraryId))) fail({ reason: 'libraryMissing', library: libraryId });
      await requireUsable(tx, of, input);
      await tx.content.addChunkLists(
        of,
        lists.map(({ id, refs }) => ({ listId: id, refs })),
      );
      await requireLists(tx, of, input);
      await tx.content.stage({ ...of, atMs: nowMs }, revisions);
    },
    { repeatable: true },
  );
  return { staged: revisions.map((revision) => revision.contentId) };
}

async function requireUsable(tx: Writes, of: Usability, { lists, revisions }: StageInput): Promise<void> {
  const listChunks = lists.map(({ id, refs }): ChunkRef => ({ id, sizeBytes: encodeRefs(refs).length }));
  const named = [...listChunks, ...[...lists, ...revisions].flatMap((one) => one.refs)];
  // Descriptions are not asked for, but kept if they are there.
  const described = revisions.flatMap((revision) => descriptionOf(revision)?.ref ?? []);
  const ids = [...new Set([...named, ...described].map((ref) => ref.id))];
  const usable = new UsableChunks(await tx.content.useChunks(of, ids));
  const missing = new Set(named.filter((ref) => !usable.has(ref)).map((ref) => ref.id));
  if (missing.size > 0) fail({ reason: 'chunksMissing', count: missing.size });
}

async function requireLists(tx: Writes, of: Usability, { lists, revisions }: StageInput): Promise<void> {
  const named = revisions.flatMap((one) => (one.depth === 1 ? one.refs.map((ref) => ref.id) : []));
  const known = new Map<ChunkId, number>(await tx.content.chunkLists(of, [...new Set(named)]));
  for (const { id, refs } of lists) known.set(id, sizeOfRefs(refs));
  const fault = depthFault(revisions, (listId) => known.get(listId) ?? null);
  if (fault !== null) fail(fault);
}
