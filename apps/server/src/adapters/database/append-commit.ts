import { assert } from '@tidesync/shared/brand';
import type { EntryId } from '@tidesync/shared/ids';
import type { Change } from '@tidesync/shared/wire/entries';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { NewCommit } from '../../ports/store-tree.ts';
import { batches } from './batched.ts';
import type { Connection } from './connection.ts';
import { columnsOf } from './entry-columns.ts';
import { sha256Hex } from './sha256.ts';

const IDS_PER_QUERY = 500;
/** Each is a branch of a CASE; short statements parse faster than few long ones. */
const ENDED_PER_UPDATE = 200;

/** Writes a commit's rows; the caller holds the library's head. */
export async function appendCommit(connection: Connection, commit: NewCommit): Promise<void> {
  const { db, tables } = connection;
  const { libraryId, firstSeq, lastSeq, chain } = commit;
  assert(commit.changes.length === lastSeq - firstSeq + 1, 'a commit has one change per seq');
  const { changes, accountId, ...row } = commit;
  await db
    .update(tables.libraries)
    .set({ headSeq: lastSeq, headChain: chain })
    .where(eq(tables.libraries.libraryId, libraryId));
  await db.insert(tables.commits).values({ ...row, accountId });
  await endFormerChanges(connection, commit);
  await insertChanges(connection, commit);
  await writeCurrent(connection, commit);
}

async function insertChanges({ tables, dialect }: Connection, commit: NewCommit) {
  const { libraryId, firstSeq, changes } = commit;
  const nextOf = new Map<EntryId, number>();
  const rows = changes
    .toReversed()
    .map(({ seq, state }) => {
      const endedSeq = nextOf.get(state.entryId) ?? null;
      nextOf.set(state.entryId, seq);
      return { libraryId, seq, ...columnsOf(state), deleted: state.deleted, firstSeq, endedSeq };
    })
    .toReversed();
  const inserted = await dialect.insertNew(tables.changes, rows);
  assert(inserted === rows.length, 'no seq is given twice');
}

/** The changes that were the latest of their entries until now get their end. */
async function endFormerChanges({ db, tables }: Connection, { libraryId, changes }: NewCommit) {
  const { entries, changes: t } = tables;
  const firstOf = new Map<EntryId, number>();
  for (const { seq, state } of changes) if (!firstOf.has(state.entryId)) firstOf.set(state.entryId, seq);
  for (const ids of batches([...firstOf.keys()], IDS_PER_QUERY)) {
    const former = await db
      .select({ entryId: entries.entryId, lastSeq: entries.lastSeq })
      .from(entries)
      .where(and(eq(entries.libraryId, libraryId), inArray(entries.entryId, ids)));
    for (const part of batches(former, ENDED_PER_UPDATE)) {
      const cases = part.map((row) => sql`WHEN ${row.lastSeq} THEN ${firstOf.get(row.entryId)}`);
      await db
        .update(t)
        .set({ endedSeq: sql`CASE ${t.seq} ${sql.join(cases, sql` `)} END` })
        .where(
          and(
            eq(t.libraryId, libraryId),
            inArray(
              t.seq,
              part.map((row) => row.lastSeq),
            ),
          ),
        );
    }
  }
}

async function writeCurrent({ db, tables, dialect }: Connection, { libraryId, changes }: NewCommit) {
  const { entries: t } = tables;
  const latest = new Map<EntryId, Change>(changes.map((change) => [change.state.entryId, change]));
  // Two entries may swap names in one commit: all of them leave their places before any takes its new one.
  for (const ids of batches([...latest.keys()], IDS_PER_QUERY)) {
    await db
      .update(t)
      .set({ nameKey: null })
      .where(and(eq(t.libraryId, libraryId), inArray(t.entryId, ids)));
  }
  const rows = [...latest.values()].map(({ seq, state }) => ({
    libraryId,
    ...columnsOf(state),
    nameKey: state.deleted ? null : sha256Hex(state.name),
    deletedSeq: state.deleted ? seq : null,
    lastSeq: seq,
  }));
  await dialect.upsert({ table: t, primaryKey: [t.libraryId, t.entryId] }, rows);
}
