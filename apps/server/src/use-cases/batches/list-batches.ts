import type { BatchesPage, batchesListInput } from '@tidesync/shared/wire/batches';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { BatchCommit } from '../../ports/store-batches.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import type { BatchCommits } from './find-batch.ts';
import { viewsOf } from './find-batch.ts';

/** What was sent to a library, by batches, the latest first. Errors: `libraryMissing`. */
export async function listBatches(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, beforeSeq, limit }: z.infer<typeof batchesListInput>,
): Promise<BatchesPage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const commits = await read.batches.commitsBefore({ libraryId, beforeSeq, limit: limit + 1 });
  const page = commits.slice(0, limit);
  const ids = new Set(page.flatMap(({ batchId }) => batchId ?? []));
  const byId = Map.groupBy(await read.batches.commitsOf(libraryId, [...ids]), ({ batchId }) => batchId);
  // A batch is shown where its last commit is: earlier ones may lie on later pages, among those of other devices.
  const batches = page.flatMap((commit): BatchCommits[] => {
    const all: readonly BatchCommit[] = commit.batchId === null ? [commit] : (byId.get(commit.batchId) ?? []);
    const [first, ...others] = all;
    return first === undefined || all.at(-1)?.firstSeq !== commit.firstSeq ? [] : [[first, ...others]];
  });
  const next = commits.length > limit ? (page.at(-1)?.firstSeq ?? null) : null;
  return { batches: await viewsOf(read, libraryId, batches), nextBeforeSeq: next };
}
