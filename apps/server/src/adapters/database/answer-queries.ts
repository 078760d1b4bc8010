import { assert } from '@tidesync/shared/brand';
import type { DeviceId, LibraryId, OpId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { OpResult } from '@tidesync/shared/wire/sync';
import { and, eq, inArray } from 'drizzle-orm';
import type { NewAnswer, RememberedAnswer } from '../../ports/store-tree.ts';
import type { Connection } from './connection.ts';
import { stateOf } from './entry-columns.ts';
import type { StoredResult, StoredState } from './tables.ts';

/**
 * Stores an answer; its states stay in the journal alone. So its row holds some 60 bytes for each operation, whatever
 * names and targets the entries have: TiDB takes no row above 6 MiB.
 */
export async function rememberAnswer({ db, tables }: Connection, answer: NewAnswer): Promise<void> {
  const { firstSeq, results, ...row } = answer;
  let seq = firstSeq;
  const stored = results.map((result): StoredResult => {
    if (result.result === 'applied') return seq++;
    if (result.result === 'adopted') return { adopted: toStored(result.state) };
    const { reason, current } = result;
    return { conflict: reason, current: current === null ? null : toStored(current) };
  });
  await db.insert(tables.answers).values({ ...row, results: stored });
}

/** Each state of an entry is in the change that made it, and a change is numbered like what it changed. */
function toStored(state: EntryState): StoredState {
  const at = Math.max(state.contentSeq, state.placeSeq, state.attributesSeq);
  return at === 0 ? state : { at };
}

export async function readAnswer(
  connection: Connection,
  deviceId: DeviceId,
  opId: OpId,
): Promise<RememberedAnswer | null> {
  const { db, tables } = connection;
  const { answers: t } = tables;
  const rows = await db
    .select()
    .from(t)
    .where(and(eq(t.deviceId, deviceId), eq(t.opId, opId)));
  const row = rows[0];
  if (row === undefined) return null;
  const { libraryId, payloadHash, headSeq, chain } = row;
  const results = await restoreResults(connection, libraryId, row.results);
  return { libraryId, payloadHash, headSeq, chain, results };
}

async function restoreResults(
  { db, tables }: Connection,
  libraryId: LibraryId,
  stored: readonly StoredResult[],
): Promise<OpResult[]> {
  const { changes: t } = tables;
  const seqs = stored.flatMap((result) => seqsNamedBy(result));
  const rows =
    seqs.length === 0
      ? []
      : await db
          .select()
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.seq, seqs)));
  const states = new Map(rows.map((row) => [row.seq, stateOf(row)]));
  const stateAt = (seq: number): EntryState => {
    const state = states.get(seq);
    assert(state !== undefined, 'the journal keeps what an answer names');
    return state;
  };
  const restored = (state: StoredState) => ('at' in state ? stateAt(state.at) : state);
  return stored.map((result): OpResult => {
    if (typeof result === 'number') return { result: 'applied', state: stateAt(result) };
    if ('adopted' in result) return { result: 'adopted', state: restored(result.adopted) };
    const { conflict: reason, current } = result;
    return { result: 'conflict', reason, current: current === null ? null : restored(current) };
  });
}

function seqsNamedBy(result: StoredResult): number[] {
  if (typeof result === 'number') return [result];
  const state = 'adopted' in result ? result.adopted : result.current;
  return state !== null && 'at' in state ? [state.at] : [];
}
