import type { LibraryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm';
import type { TreeReads, TreeWrites } from '../../ports/store-tree.ts';
import { readAnswer, rememberAnswer } from './answer-queries.ts';
import { appendCommit } from './append-commit.ts';
import { batches, selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';
import { stateOf } from './entry-columns.ts';
import { sha256Hex } from './sha256.ts';

/** Each is a term of an OR, whose depth SQLite bounds at 1,000. */
const PLACES_PER_QUERY = 200;

export function treeQueries(connection: Connection): TreeWrites {
  const { db, tables, dialect } = connection;
  const { libraries } = tables;
  const touch = (id: LibraryId) =>
    db
      .update(libraries)
      .set({ refVersion: sql`${libraries.refVersion} + 1` })
      .where(and(eq(libraries.libraryId, id), isNull(libraries.deletedAtMs)));
  return {
    ...headReads(connection),
    ...entryReads(connection),
    ...journalReads(connection),
    async lockHead(libraryId) {
      if (dialect.affected(await touch(libraryId)) === 0) return null;
      return headReads(connection).head(libraryId);
    },
    async touchReferences(libraryId) {
      return dialect.affected(await touch(libraryId)) === 1;
    },
    append: (commit) => appendCommit(connection, commit),
    remember: (answer) => rememberAnswer(connection, answer),
  };
}

function headReads({ db, tables }: Connection): Pick<TreeReads, 'head' | 'heads' | 'headsFor'> {
  const { libraries, libraryMembers: members } = tables;
  return {
    async head(libraryId) {
      const rows = await db
        .select({ headSeq: libraries.headSeq, chain: libraries.headChain })
        .from(libraries)
        .where(and(eq(libraries.libraryId, libraryId), isNull(libraries.deletedAtMs)));
      return rows[0] ?? null;
    },
    async heads(libraryIds) {
      const rows = await selectBatched(libraryIds, (part) =>
        db
          .select({ libraryId: libraries.libraryId, headSeq: libraries.headSeq })
          .from(libraries)
          .where(and(inArray(libraries.libraryId, part), isNull(libraries.deletedAtMs))),
      );
      return new Map(rows.map(({ libraryId, headSeq }) => [libraryId, headSeq]));
    },
    async headsFor(accountId) {
      return db
        .select({ libraryId: libraries.libraryId, headSeq: libraries.headSeq })
        .from(members)
        .innerJoin(libraries, eq(libraries.libraryId, members.libraryId))
        .where(and(eq(members.accountId, accountId), isNull(libraries.deletedAtMs)));
    },
  };
}

type EntryReads = Pick<
  TreeReads,
  'entries' | 'entriesAt' | 'childCounts' | 'childrenPage' | 'livePage' | 'deletedChildren' | 'trashPage'
>;

function entryReads(connection: Connection): EntryReads {
  const { db, tables, dialect } = connection;
  const { entries: t } = tables;
  const current = (row: typeof t.$inferSelect) => stateOf({ ...row, deleted: row.deletedSeq !== null });
  return {
    async entries(libraryId, ids) {
      const rows = await selectBatched(ids, (part) =>
        db
          .select()
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.entryId, part))),
      );
      return rows.map(current);
    },
    async entriesAt(libraryId, places) {
      const found: EntryState[] = [];
      for (const part of batches(places, PLACES_PER_QUERY)) {
        const keys = part.map(({ parentId, name }) => [libraryId, parentId, sha256Hex(name)]);
        const rows = await db
          .select()
          .from(t)
          .where(dialect.oneOf([t.libraryId, t.parentId, t.nameKey], keys));
        found.push(...rows.map(current));
      }
      return found;
    },
    async childCounts(libraryId, folders) {
      const rows = await selectBatched(folders, (part) =>
        db
          .select({ parentId: t.parentId, count: count() })
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.parentId, part), isNotNull(t.nameKey)))
          .groupBy(t.parentId),
      );
      return new Map(rows.map((row) => [row.parentId, row.count]));
    },
    async childrenPage({ libraryId, parentId, afterKey, limit }) {
      const after = afterKey === null ? isNotNull(t.nameKey) : gt(t.nameKey, afterKey);
      const rows = await db
        .select()
        .from(t, ...dialect.indexHint('entries_place'))
        .where(and(eq(t.libraryId, libraryId), eq(t.parentId, parentId), after))
        .orderBy(asc(t.nameKey))
        .limit(limit);
      return rows.flatMap((row) =>
        row.nameKey === null ? [] : { state: current(row), nameKey: row.nameKey },
      );
    },
    async livePage({ libraryId, afterId, limit }) {
      const after = afterId === null ? undefined : gt(t.entryId, afterId);
      const rows = await db
        .select()
        .from(t)
        .where(and(eq(t.libraryId, libraryId), after, isNull(t.deletedSeq)))
        .orderBy(asc(t.entryId))
        .limit(limit);
      return rows.map(current);
    },
    async deletedChildren(libraryId, folders) {
      const found: EntryState[] = [];
      // One by one: with an IN of folders SQLite would rather walk the whole library.
      for (const folder of folders) {
        const rows = await db
          .select()
          .from(t, ...dialect.indexHint('entries_place'))
          .where(and(eq(t.libraryId, libraryId), eq(t.parentId, folder), isNull(t.nameKey)));
        found.push(...rows.map(current));
      }
      return found;
    },
    trashPage: (from) => trashPage(connection, from),
  };
}

async function trashPage(
  { db, tables, dialect }: Connection,
  { libraryId, beforeSeq, afterSeq, sinceMs, limit }: Parameters<TreeReads['trashPage']>[0],
) {
  const { entries: t } = tables;
  const between = and(
    gt(t.deletedSeq, afterSeq),
    beforeSeq === null ? undefined : lt(t.deletedSeq, beforeSeq),
  );
  const rows = await db
    .select()
    .from(t, ...dialect.indexHint('entries_deleted'))
    .where(and(eq(t.libraryId, libraryId), isNotNull(t.deletedSeq), between))
    .orderBy(desc(t.deletedSeq))
    .limit(limit);
  const deletedSeqs = rows.flatMap((row) => row.deletedSeq ?? []);
  const deletions = await deletionsAt({ db, tables }, libraryId, deletedSeqs);
  return rows.flatMap((entry) => {
    const deletion = deletions.get(entry.deletedSeq ?? 0);
    if (entry.deletedSeq === null || deletion === undefined || deletion.atMs < sinceMs) return [];
    const { atMs: deletedAtMs, device: deletedBy } = deletion;
    return [
      { state: stateOf({ ...entry, deleted: true }), deletedSeq: entry.deletedSeq, deletedAtMs, deletedBy },
    ];
  });
}

/** When and by which device the changes with these seqs were made. By keys alone: a join would walk all commits. */
async function deletionsAt(
  { db, tables }: Pick<Connection, 'db' | 'tables'>,
  libraryId: LibraryId,
  seqs: readonly number[],
) {
  const { changes, commits, devices } = tables;
  const firstSeqs = await selectBatched(seqs, (part) =>
    db
      .select({ seq: changes.seq, firstSeq: changes.firstSeq })
      .from(changes)
      .where(and(eq(changes.libraryId, libraryId), inArray(changes.seq, part))),
  );
  const made = await selectBatched([...new Set(firstSeqs.map((row) => row.firstSeq))], (part) =>
    db
      .select({
        firstSeq: commits.firstSeq,
        atMs: commits.atMs,
        deviceId: devices.deviceId,
        name: devices.name,
      })
      .from(commits)
      .leftJoin(devices, eq(devices.deviceId, commits.deviceId))
      .where(and(eq(commits.libraryId, libraryId), inArray(commits.firstSeq, part))),
  );
  const byFirstSeq = new Map(
    made.map(({ firstSeq, atMs, deviceId, name }) => {
      const device = deviceId === null || name === null ? null : { deviceId, name };
      return [firstSeq, { atMs, device }];
    }),
  );
  return new Map(firstSeqs.map(({ seq, firstSeq }) => [seq, byFirstSeq.get(firstSeq)]));
}

function journalReads(connection: Connection): Pick<TreeReads, 'commitEndingAt' | 'journal' | 'answerOf'> {
  const { db, tables } = connection;
  const { changes, commits } = tables;
  return {
    async commitEndingAt(libraryId, seq) {
      const rows = await db
        .select()
        .from(commits)
        .where(and(eq(commits.libraryId, libraryId), lte(commits.firstSeq, seq)))
        .orderBy(desc(commits.firstSeq))
        .limit(1);
      const commit = rows[0];
      return commit?.lastSeq === seq ? commit : null;
    },
    async journal({ libraryId, afterSeq, limit }) {
      const rows = await db
        .select()
        .from(changes)
        .where(and(eq(changes.libraryId, libraryId), gt(changes.seq, afterSeq)))
        .orderBy(asc(changes.seq))
        .limit(limit);
      return rows.map((row) => ({ seq: row.seq, firstSeq: row.firstSeq, state: stateOf(row) }));
    },
    answerOf: (deviceId, opId) => readAnswer(connection, deviceId, opId),
  };
}
