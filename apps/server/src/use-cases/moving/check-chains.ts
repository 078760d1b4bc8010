import { CHAIN_START, chainInput } from '@tidesync/shared/chain';
import type { Chain, DeviceId, LibraryId, OpId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { sha256Hex } from '../sha256-hex.ts';
import type { Move } from './move.ts';
import { goOn } from './move-watch.ts';
import { RowStream } from './row-stream.ts';

interface Head {
  readonly seq: number;
  readonly chain: Chain;
}
const START: Head = { seq: 0, chain: CHAIN_START };

/**
 * Computes the chain of every library again, from the commits and changes that have arrived, up to its head. So a
 * device that goes on from a cursor finds the history that it knows.
 * Errors: `exportDamaged`, naming the library and the commit.
 */
export async function checkChains(task: Move): Promise<void> {
  const heads = await headsOf(task);
  const commits = new RowStream(task.target.pages('commits'));
  const changes = new RowStream(task.target.pages('changes'));
  const reached = new Map<string, Head>();
  try {
    for (let done = 0; ; done++) {
      goOn(task.watch);
      const commit = await commits.next();
      if (commit === null) break;
      const libraryId = commit.libraryId as LibraryId;
      reached.set(libraryId, await follow(reached.get(libraryId) ?? START, commit, changes));
      task.watch.progress({ part: 'chains', done: done + 1, total: null, doneBytes: 0, totalBytes: null });
    }
    const left = await changes.next();
    if (left !== null) failAt(left.libraryId, `change ${left.seq} belongs to no commit`);
  } finally {
    await commits.close();
    await changes.close();
  }
  for (const libraryId of new Set([...heads.keys(), ...reached.keys()])) {
    const [known, found] = [heads.get(libraryId), reached.get(libraryId) ?? START];
    if (known?.seq !== found.seq || known.chain !== found.chain) {
      failAt(libraryId, `its commits lead to ${found.seq}, its head says ${known?.seq}`);
    }
  }
}

async function headsOf({ source }: Move): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>();
  for await (const page of source.pages('libraries', null)) {
    for (const row of page) {
      heads.set(row.libraryId as string, { seq: row.headSeq as number, chain: row.headChain as Chain });
    }
  }
  return heads;
}

async function follow(head: Head, commit: TransferRow, changes: RowStream): Promise<Head> {
  const libraryId = commit.libraryId as LibraryId;
  const [firstSeq, lastSeq] = [commit.firstSeq as number, commit.lastSeq as number];
  if (firstSeq !== head.seq + 1) failAt(libraryId, `commit ${firstSeq} does not follow change ${head.seq}`);
  const chained = [];
  for (let seq = firstSeq; seq <= lastSeq; seq++) {
    const row = await changes.next();
    if (row?.libraryId !== libraryId || row.seq !== seq || row.firstSeq !== firstSeq) {
      failAt(libraryId, `change ${seq} is not there`);
    }
    // The row has all that the chain covers under the same names.
    chained.push({ seq, state: row as unknown as EntryState });
  }
  const { deviceId, opId } = commit as unknown as { deviceId: DeviceId; opId: OpId };
  const input = chainInput(head.chain, { libraryId, deviceId, opId, firstSeq, changes: chained });
  const chain = sha256Hex(input) as Chain;
  if (chain !== commit.chain) failAt(libraryId, `commit ${firstSeq} does not continue the one before it`);
  return { seq: lastSeq, chain };
}

function failAt(libraryId: unknown, detail: string): never {
  return fail({ reason: 'exportDamaged', path: `The history of library ${libraryId}`, detail });
}
