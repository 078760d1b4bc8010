import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import type { HistoryRow } from '../../ports/store-batches.ts';
import type { VersionReads } from '../../ports/store-versions.ts';
import { selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';
import { stateOf } from './entry-columns.ts';

export function versionQueries({ db, tables, dialect }: Connection): VersionReads {
  const { changes: t, commits, devices, accounts } = tables;
  const rowOf = ({ seq, firstSeq, endedSeq, ...row }: typeof t.$inferSelect): HistoryRow => {
    return { seq, firstSeq, endedSeq, state: stateOf(row) };
  };
  return {
    async changesBefore({ libraryId, entryId, beforeSeq, limit }) {
      const found = await db
        .select({ seq: t.seq })
        .from(t, ...dialect.indexHint('changes_entry'))
        .where(and(eq(t.libraryId, libraryId), eq(t.entryId, entryId), lt(t.seq, beforeSeq)))
        .orderBy(desc(t.seq))
        .limit(limit);
      const rows = await selectBatched(
        found.map(({ seq }) => seq),
        (part) =>
          db
            .select()
            .from(t)
            .where(and(eq(t.libraryId, libraryId), inArray(t.seq, part))),
      );
      return rows.map(rowOf).sort((a, b) => b.seq - a.seq);
    },
    async changeAt(libraryId, seq) {
      const rows = await db
        .select()
        .from(t)
        .where(and(eq(t.libraryId, libraryId), eq(t.seq, seq)));
      return rows[0] === undefined ? null : rowOf(rows[0]);
    },
    async makersOf(libraryId, firstSeqs) {
      const rows = await selectBatched([...new Set(firstSeqs)], (part) =>
        db
          .select({
            firstSeq: commits.firstSeq,
            atMs: commits.atMs,
            deviceId: devices.deviceId,
            name: devices.name,
            accountId: accounts.accountId,
            email: accounts.email,
          })
          .from(commits)
          .leftJoin(devices, eq(devices.deviceId, commits.deviceId))
          .leftJoin(accounts, eq(accounts.accountId, commits.accountId))
          .where(and(eq(commits.libraryId, libraryId), inArray(commits.firstSeq, part))),
      );
      return new Map(
        rows.map(({ firstSeq, atMs, deviceId, name, accountId, email }) => {
          const device = deviceId === null || name === null ? null : { deviceId, name };
          const account = accountId === null || email === null ? null : { accountId, email };
          return [firstSeq, { atMs, device, account }];
        }),
      );
    },
  };
}
