import type { SQL } from 'drizzle-orm';
import { and, asc, between, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { BatchCommit, BatchReads, SeqRange } from '../../ports/store-batches.ts';
import { selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';
import { stateOf } from './entry-columns.ts';

/**
 * What is found by an index that is not the primary key is asked for twice: first its seqs, which are in the
 * index, with a bound on them, then the rows. Asked for at once SQLite would rather walk the library.
 */
export function batchQueries(connection: Connection): BatchReads {
  return { ...commitReads(connection), ...changeReads(connection) };
}

type CommitReads = Pick<BatchReads, 'commitsBefore' | 'commitAt' | 'commitsOf'>;

function commitReads({ db, tables, dialect }: Connection): CommitReads {
  const { commits: t, devices } = tables;
  const columns = {
    firstSeq: t.firstSeq,
    lastSeq: t.lastSeq,
    batchId: t.batchId,
    atMs: t.atMs,
    deviceId: devices.deviceId,
    name: devices.name,
  };
  const withDevice = () => db.select(columns).from(t).leftJoin(devices, eq(devices.deviceId, t.deviceId));
  return {
    async commitsBefore({ libraryId, beforeSeq, limit }) {
      const before = lt(t.firstSeq, beforeSeq ?? Number.MAX_SAFE_INTEGER);
      const rows = await withDevice()
        .where(and(eq(t.libraryId, libraryId), before))
        .orderBy(desc(t.firstSeq))
        .limit(limit);
      return rows.map(commitOf);
    },
    async commitAt(libraryId, firstSeq) {
      const rows = await withDevice().where(and(eq(t.libraryId, libraryId), eq(t.firstSeq, firstSeq)));
      return rows[0] === undefined ? null : commitOf(rows[0]);
    },
    async commitsOf(libraryId, batchIds) {
      const found = await selectBatched(batchIds, (part) =>
        db
          .select({ firstSeq: t.firstSeq })
          .from(t, ...dialect.indexHint('commits_batch'))
          .where(and(eq(t.libraryId, libraryId), inArray(t.batchId, part), gt(t.firstSeq, 0))),
      );
      const rows = await selectBatched(
        found.map(({ firstSeq }) => firstSeq),
        (part) => withDevice().where(and(eq(t.libraryId, libraryId), inArray(t.firstSeq, part))),
      );
      return rows.map(commitOf).sort((a, b) => a.firstSeq - b.firstSeq);
    },
  };
}

type CommitColumns = Omit<BatchCommit, 'device'> & {
  readonly deviceId: NonNullable<BatchCommit['device']>['deviceId'] | null;
  readonly name: string | null;
};

function commitOf({ deviceId, name, ...commit }: CommitColumns): BatchCommit {
  return { ...commit, device: deviceId === null || name === null ? null : { deviceId, name } };
}

type ChangeReads = Pick<BatchReads, 'countChanges' | 'changesIn' | 'historySince'>;

function changeReads({ db, tables, dialect }: Connection): ChangeReads {
  const { changes: t } = tables;
  // A new entry has all of its versions from one seq; nothing else sets more than two of them.
  const isNew = sql`${t.contentSeq} = ${t.seq} AND ${t.placeSeq} = ${t.seq} AND ${t.attributesSeq} = ${t.seq}`;
  const did = sql<string>`CASE
    WHEN ${t.deleted} THEN 'deleted'
    WHEN ${isNew} THEN 'created'
    WHEN ${t.placeSeq} = ${t.seq} THEN 'moved'
    WHEN ${t.contentSeq} = ${t.seq} THEN 'edited'
    ELSE 'attributes' END`;
  const countOf = (what: string): SQL<number | string> =>
    sql<number | string>`sum(CASE WHEN (${did}) = ${what} THEN 1 ELSE 0 END)`;
  return {
    async countChanges(libraryId, ranges) {
      const counts = new Map();
      for (const { firstSeq, lastSeq } of joined(ranges)) {
        const rows = await db
          .select({
            firstSeq: t.firstSeq,
            created: countOf('created'),
            edited: countOf('edited'),
            moved: countOf('moved'),
            attributes: countOf('attributes'),
            deleted: countOf('deleted'),
          })
          .from(t)
          .where(and(eq(t.libraryId, libraryId), between(t.seq, firstSeq, lastSeq)))
          .groupBy(t.firstSeq);
        for (const { firstSeq, ...found } of rows) {
          counts.set(
            firstSeq,
            Object.fromEntries(Object.entries(found).map(([what, count]) => [what, Number(count)])),
          );
        }
      }
      return counts;
    },
    async changesIn(libraryId, ranges) {
      const found = [];
      for (const { firstSeq, lastSeq } of joined(ranges)) {
        const rows = await db
          .select()
          .from(t)
          .where(and(eq(t.libraryId, libraryId), between(t.seq, firstSeq, lastSeq)))
          .orderBy(asc(t.seq));
        found.push(...rows.map((row) => ({ seq: row.seq, firstSeq: row.firstSeq, state: stateOf(row) })));
      }
      return found;
    },
    async historySince(libraryId, entryIds, seq) {
      const all = await selectBatched(entryIds, (part) =>
        db
          .select({ entryId: t.entryId, seq: t.seq })
          .from(t, ...dialect.indexHint('changes_entry'))
          .where(and(eq(t.libraryId, libraryId), inArray(t.entryId, part), gt(t.seq, 0))),
      );
      const spans = [...Map.groupBy(all, ({ entryId }) => entryId).values()].flatMap((one) =>
        spansSince(
          one.map((change) => change.seq),
          seq,
        ),
      );
      const endOf = new Map(spans.map(({ seq, endedSeq }) => [seq, endedSeq]));
      const rows = await selectBatched([...endOf.keys()], (part) =>
        db
          .select()
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.seq, part))),
      );
      return rows
        .map((row) => {
          const endedSeq = endOf.get(row.seq) ?? null;
          return { seq: row.seq, firstSeq: row.firstSeq, endedSeq, state: stateOf(row) };
        })
        .sort((a, b) => a.seq - b.seq);
    },
  };
}

interface Span {
  readonly seq: number;
  readonly endedSeq: number | null;
}

/** The changes of one entry that were its latest at that seq or later. */
function spansSince(seqs: readonly number[], since: number): Span[] {
  const ordered = seqs.toSorted((a, b) => a - b);
  return ordered
    .map((seq, index) => ({ seq, endedSeq: ordered[index + 1] ?? null }))
    .filter(({ endedSeq }) => endedSeq === null || endedSeq >= since);
}

/** The same seqs in as few ranges as hold them: commits often follow each other. */
function joined(ranges: readonly SeqRange[]): SeqRange[] {
  const found: { firstSeq: number; lastSeq: number }[] = [];
  for (const { firstSeq, lastSeq } of [...ranges].sort((a, b) => a.firstSeq - b.firstSeq)) {
    const last = found.at(-1);
    if (last !== undefined && last.lastSeq + 1 >= firstSeq) last.lastSeq = Math.max(last.lastSeq, lastSeq);
    else found.push({ firstSeq, lastSeq });
  }
  return found;
}
