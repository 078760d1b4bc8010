import { createHash } from 'node:crypto';
import { fail } from '@tidesync/shared/problems';
import type { LibraryScope, MoveScope, MoveSource, SourceIdentity } from '../../ports/moving.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { MovedTable, RowReads, RowsOf, TransferRow } from '../../ports/store-transfer.ts';
import { EVERYTHING } from '../../ports/store-transfer.ts';
import type { TableShapes } from '../../ports/transfer-rows.ts';
import { encodeRow } from '../../ports/transfer-rows.ts';
import { VERIFY_JOB } from '../verify/verify-packs.ts';
import { requireWholeImport } from './require-whole.ts';

/** Rows of one query; of tables with long rows fewer, so that a page stays within some megabytes. */
const ROWS_PER_PAGE = 1_000;
const LONG_ROWS_PER_PAGE = 50;
const LONG_ROWS: ReadonlySet<MovedTable> = new Set(['answers', 'revisions', 'chunkLists']);
/** Between two runs of a job its lease is free for a moment, until the next server looks. */
export const LEASE_GAP_MS = 20_000;
/** Nothing can be written anywhere without a trace in one of these. */
const TELLING: readonly MovedTable[] = [
  'organisations',
  'accounts',
  'devices',
  'libraries',
  'libraryMembers',
  'uploads',
];

export interface LivePorts extends Pick<ServerPorts, 'store' | 'objectStore' | 'clock' | 'random'> {
  readonly shapes: TableShapes;
  /** No other process can have this data: its folder's lock is held. */
  readonly isLocked: boolean;
}

/**
 * A server's own database and store, read while no server writes to them.
 * Errors of `identity`: `importHalfDone`, `moveServerRunning`.
 */
export function liveSource(ports: LivePorts, scope: MoveScope): MoveSource {
  const { rows } = ports.store.read;
  return {
    scope,
    knownDamaged: new Set(),
    identity: () => identityOf(ports, scope),
    count: (table) => rows.count(rowsOf(scope, table)),
    async *pages(table, after) {
      for await (const page of pagesOf(rows, rowsOf(scope, table), after?.last ?? null)) {
        const kept = scope.kind === 'library' && table === 'packs' ? page.filter(hasArrived) : page;
        if (kept.length > 0) yield kept;
      }
    },
    object: (key) => ports.objectStore.read(key),
  };
}

/** A pack that was only announced belongs to its upload, which does not leave with a library. Empty ones go soon. */
const hasArrived = (pack: TransferRow) => pack.state !== 'signed' && pack.state !== 'empty';

export function rowsOf(scope: MoveScope, table: MovedTable): RowsOf {
  return { table, libraryId: scope.kind === 'library' ? scope.libraryId : null };
}

/** All rows behind the key of `last`, in pages of bounded size. */
export async function* pagesOf(
  rows: RowReads,
  of: RowsOf,
  last: TransferRow | null,
): AsyncGenerator<readonly TransferRow[]> {
  const limit = LONG_ROWS.has(of.table) ? LONG_ROWS_PER_PAGE : ROWS_PER_PAGE;
  for (let after = last; ; ) {
    const page = await rows.page(of, { after, limit });
    if (page.length > 0) yield page;
    after = page.at(-1) ?? null;
    if (page.length < limit) return;
  }
}

async function identityOf(ports: LivePorts, scope: MoveScope): Promise<SourceIdentity> {
  const { rows } = ports.store.read;
  await requireWholeImport(ports.store);
  await requireNoServer(ports, 'source');
  if (scope.kind === 'library') {
    const state = await stateOf(ports, scope, ['libraries', 'libraryMembers']);
    return { sourceId: scope.libraryId, state };
  }
  return { sourceId: await oldestAccount(rows), state: await stateOf(ports, scope, TELLING) };
}

async function stateOf(
  { store, shapes }: LivePorts,
  scope: MoveScope,
  tables: readonly MovedTable[],
): Promise<string> {
  const hash = createHash('sha256');
  for (const table of tables) {
    for await (const page of pagesOf(store.read.rows, rowsOf(scope, table), null)) {
      for (const row of page) hash.update(encodeRow(shapes[table], row));
    }
  }
  return hash.digest('hex');
}

/**
 * Servers that share a database show that they run by the job that is due most often: its lease is never free for
 * long while one runs, and ends by itself within a minute when none does.
 * Errors: `moveServerRunning`.
 */
export async function requireNoServer(
  { store, clock, isLocked }: LivePorts,
  which: 'source' | 'target',
): Promise<void> {
  if (isLocked) return;
  const lease = await store.read.leases.byName(VERIFY_JOB);
  if (lease !== null && lease.untilMs + LEASE_GAP_MS > clock.nowMs())
    fail({ reason: 'moveServerRunning', which });
}

/** The first account names an installation: it is never removed. */
async function oldestAccount(rows: RowReads): Promise<string> {
  let first: TransferRow | null = null;
  for await (const page of pagesOf(rows, { table: 'accounts', libraryId: null }, null)) {
    for (const row of page) if (first === null || isOlder(row, first)) first = row;
  }
  return (first?.accountId as string | undefined) ?? EVERYTHING;
}

function isOlder(row: TransferRow, than: TransferRow): boolean {
  const [atMs, thanMs] = [row.createdAtMs as number, than.createdAtMs as number];
  return atMs === thanMs ? (row.accountId as string) < (than.accountId as string) : atMs < thanMs;
}

/**
 * A library with what others have to be told of it, found by its id, or by its name where only one has it.
 * Errors: `libraryMissing`.
 */
export async function libraryScope({ store }: LivePorts, named: string): Promise<LibraryScope> {
  const { read } = store;
  const matches: TransferRow[] = [];
  for await (const page of pagesOf(read.rows, { table: 'libraries', libraryId: null }, null)) {
    matches.push(
      ...page.filter((row) => row.libraryId === named || (row.name === named && row.deletedAtMs === null)),
    );
  }
  const row =
    matches.find((one) => one.libraryId === named) ?? (matches.length === 1 ? matches[0] : undefined);
  if (row === undefined || row.deletedAtMs !== null)
    return fail({ reason: 'libraryMissing', library: named });
  const libraryId = row.libraryId as LibraryScope['libraryId'];
  const members = await read.libraries.members(libraryId);
  return {
    kind: 'library',
    libraryId,
    name: row.name as string,
    ownerEmail: members.find((member) => member.role === 'owner')?.email ?? '',
    storedBytes: row.storedBytes as number,
    members: members.map(({ email, role }) => ({ email, role })),
    devices: await devicesOf(read.rows, libraryId),
  };
}

async function devicesOf(
  rows: RowReads,
  libraryId: LibraryScope['libraryId'],
): Promise<LibraryScope['devices']> {
  const ids = new Set<unknown>();
  for await (const page of pagesOf(rows, { table: 'commits', libraryId }, null)) {
    for (const commit of page) ids.add(commit.deviceId);
  }
  const devices: LibraryScope['devices'][number][] = [];
  for await (const page of pagesOf(rows, { table: 'devices', libraryId: null }, null)) {
    for (const { deviceId, name, createdAtMs } of page.filter((row) => ids.has(row.deviceId))) {
      devices.push({ deviceId, name, createdAtMs } as LibraryScope['devices'][number]);
    }
  }
  return devices;
}
