import { assert } from '@tidesync/shared/brand';
import type { DeviceId, LibraryId, OpId } from '@tidesync/shared/ids';
import type { OpResult } from '@tidesync/shared/wire/sync';
import { and, asc, between, eq } from 'drizzle-orm';
import type { NewAnswer, RememberedAnswer } from '../../ports/store-tree.ts';
import type { Connection } from './connection.ts';
import { stateOf } from './entry-columns.ts';
import type { StoredResult } from './tables.ts';

/** Stores an answer; the states of applied results stay in the journal alone. */
export async function rememberAnswer({ db, tables }: Connection, answer: NewAnswer): Promise<void> {
  const { firstSeq, results, ...row } = answer;
  let seq = firstSeq;
  const stored = results.map((result): StoredResult => {
    if (result.result === 'applied') return seq++;
    if (result.result === 'adopted') return { adopted: result.state };
    return { conflict: result.reason, current: result.current };
  });
  await db.insert(tables.answers).values({ ...row, results: stored });
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
  const seqs = stored.filter((result) => typeof result === 'number');
  const [firstSeq, lastSeq] = [seqs[0], seqs.at(-1)];
  const rows =
    firstSeq === undefined || lastSeq === undefined
      ? []
      : await db
          .select()
          .from(t)
          .where(and(eq(t.libraryId, libraryId), between(t.seq, firstSeq, lastSeq)))
          .orderBy(asc(t.seq));
  const states = new Map(rows.map((row) => [row.seq, stateOf(row)]));
  return stored.map((result): OpResult => {
    if (typeof result !== 'number') {
      return 'adopted' in result
        ? { result: 'adopted', state: result.adopted }
        : { result: 'conflict', reason: result.conflict, current: result.current };
    }
    const state = states.get(result);
    assert(state !== undefined, 'the journal keeps what an answer names');
    return { result: 'applied', state };
  });
}
