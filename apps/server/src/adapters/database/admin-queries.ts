import { and, asc, count, countDistinct, eq, gt, gte, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { AdminReads, AdminWrites } from '../../ports/store-admin.ts';
import { selectBatched } from './batched.ts';
import { sumOf } from './byte-counts.ts';
import type { Connection } from './connection.ts';
import { signedInAt } from './device-queries.ts';
import { libraryRowOf } from './library-queries.ts';

export function adminQueries(connection: Connection): AdminWrites {
  return { ...countReads(connection), ...pageReads(connection), ...sampleQueries(connection) };
}

type Counts = Pick<AdminReads, 'accountCounts' | 'deviceCounts' | 'libraryCounts' | 'ownedCount' | 'leases'>;

function countReads({ db, tables }: Connection): Counts {
  const { accounts, devices, libraries, leases } = tables;
  return {
    async accountCounts() {
      const rows = await db
        .select({ suspended: accounts.suspended, count: count() })
        .from(accounts)
        .groupBy(accounts.suspended);
      const of = (suspended: boolean) => rows.find((row) => row.suspended === suspended)?.count ?? 0;
      return { users: of(true) + of(false), suspended: of(true) };
    },
    async deviceCounts({ nowMs, sinceMs }) {
      const signedIn = signedInAt(devices, nowMs);
      const [all] = await db.select({ count: count() }).from(devices).where(signedIn);
      const [active] = await db
        .select({ devices: count(), users: countDistinct(devices.accountId) })
        .from(devices)
        .where(and(signedIn, gte(devices.lastSeenAtMs, sinceMs)));
      return {
        devices: all?.count ?? 0,
        activeDevices: active?.devices ?? 0,
        activeUsers: active?.users ?? 0,
      };
    },
    async libraryCounts() {
      const [live] = await db.select({ count: count() }).from(libraries).where(isNull(libraries.deletedAtMs));
      const [sums] = await db
        .select({ stored: sumOf(libraries.storedBytes), reserved: sumOf(libraries.reservedBytes) })
        .from(libraries);
      return {
        libraries: live?.count ?? 0,
        storedBytes: Number(sums?.stored ?? 0),
        reservedBytes: Number(sums?.reserved ?? 0),
      };
    },
    async ownedCount(accountId) {
      const [owned] = await db
        .select({ count: count() })
        .from(libraries)
        .where(and(eq(libraries.ownerId, accountId), isNull(libraries.deletedAtMs)));
      return owned?.count ?? 0;
    },
    async leases() {
      const { name, fence, untilMs } = leases;
      return db.select({ name, fence, untilMs }).from(leases).orderBy(asc(name));
    },
  };
}

function pageReads({ db, tables }: Connection): Pick<AdminReads, 'devices' | 'ownerOf' | 'libraries'> {
  const { accounts, devices, libraries, libraryMembers } = tables;
  return {
    async devices({ accountId, afterId, limit, nowMs }) {
      const rows = await db
        .select({ device: devices, email: accounts.email })
        .from(devices)
        .innerJoin(accounts, eq(accounts.accountId, devices.accountId))
        .where(
          and(
            signedInAt(devices, nowMs),
            accountId === null ? undefined : eq(devices.accountId, accountId),
            afterId === null ? undefined : gt(devices.deviceId, afterId),
          ),
        )
        .orderBy(asc(devices.deviceId))
        .limit(limit);
      return rows.map(({ device: { tokenHash: _hash, ...device }, email }) => ({ ...device, email }));
    },
    async ownerOf(deviceId) {
      const rows = await db
        .select({ accountId: devices.accountId })
        .from(devices)
        .where(and(eq(devices.deviceId, deviceId), isNull(devices.revokedAtMs)));
      return rows[0]?.accountId ?? null;
    },
    async libraries({ afterId, limit }) {
      const rows = await db
        .select({ library: libraries, email: accounts.email })
        .from(libraries)
        .leftJoin(accounts, eq(accounts.accountId, libraries.ownerId))
        .where(afterId === null ? undefined : gt(libraries.libraryId, afterId))
        .orderBy(asc(libraries.libraryId))
        .limit(limit);
      const ids = rows.map((row) => row.library.libraryId);
      const counts = await selectBatched(ids, (part) =>
        db
          .select({ libraryId: libraryMembers.libraryId, count: count() })
          .from(libraryMembers)
          .where(inArray(libraryMembers.libraryId, part))
          .groupBy(libraryMembers.libraryId),
      );
      const membersOf = new Map(counts.map((row) => [row.libraryId, row.count]));
      return rows.map(({ library, email }) => ({
        ...libraryRowOf(library),
        ownerEmail: email ?? '',
        members: membersOf.get(library.libraryId) ?? 0,
      }));
    },
  };
}

type Samples = Pick<AdminWrites, 'samples' | 'setSamples' | 'dropSamplesBefore'>;

function sampleQueries({ db, tables, dialect }: Connection): Samples {
  const { samples: t } = tables;
  return {
    async samples(sinceMs) {
      return db
        .select({ hourMs: t.hourMs, name: t.name, value: sql<number>`sum(${t.value})`.mapWith(Number) })
        .from(t)
        .where(gte(t.hourMs, sinceMs))
        .groupBy(t.hourMs, t.name)
        .orderBy(asc(t.hourMs), asc(t.name));
    },
    async setSamples(samples) {
      await dialect.upsert({ table: t, primaryKey: [t.hourMs, t.name, t.serverId] }, samples);
    },
    async dropSamplesBefore(hourMs) {
      await db.delete(t).where(lt(t.hourMs, hourMs));
    },
  };
}
