import { assert } from '@tidesync/shared/brand';
import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { LibraryScope, MoveSource, MoveTarget } from '../../ports/moving.ts';
import type { Writes } from '../../ports/store.ts';
import type { AccountRow } from '../../ports/store-people.ts';
import type { MovedTable, TransferRow } from '../../ports/store-transfer.ts';
import { failAccountFull } from '../quotas/quota-exceeded.ts';
import { transactWithRoom } from '../quotas/reclaim-slices.ts';
import { settleAccounts } from '../quotas/room.ts';
import { sha256Hex } from '../sha256-hex.ts';
import type { LivePorts } from './live-source.ts';
import { addRows, rowsAndObjects, takeMark } from './live-target.ts';

/** As many as a token has that someone could guess. */
const TOKEN_BYTES = 32;

/** Who takes a library over, and as what. */
export interface Adoption {
  readonly scope: LibraryScope;
  readonly ownerEmail: string;
  /** Null: the name that it has. */
  readonly name: string | null;
  /** Members come along whose e-mail has an account here. */
  readonly withMembers: boolean;
}

/**
 * The library as it will be here: what it holds belongs to the account that takes it over, and nothing of it counts
 * as verified, whoever said so. Its ids stay, as the chain and the keys of its objects are made of them.
 */
export function adoptedSource(source: MoveSource, ownerId: AccountId): MoveSource {
  return {
    ...source,
    async *pages(table, after) {
      let former: TransferRow | null = null;
      for await (const page of source.pages(table, after)) {
        const rows: TransferRow[] = [];
        for (const theirs of page) {
          const row = chargedOnce(table, adopted(table, theirs, ownerId), former);
          // Content that two accounts had staged is staged once by the one that stands for both.
          if (former === null || !sameContent(table, row, former)) rows.push(row);
          former = row;
        }
        if (rows.length > 0) yield rows;
      }
    },
  };
}

function adopted(table: MovedTable, row: TransferRow, ownerId: AccountId): TransferRow {
  switch (table) {
    case 'commits':
      return { ...row, accountId: ownerId };
    case 'revisions':
    case 'chunkLists':
      return { ...row, stagedBy: ownerId };
    case 'locations':
      return { ...row, uploaderId: ownerId, verified: false };
    case 'packs': {
      const state = row.state === 'damaged' ? 'damaged' : 'sealed';
      return { ...row, uploaderId: ownerId, state, checkedAtMs: null };
    }
    default:
      return row;
  }
}

/**
 * What the rows say was charged is not believed: it was for others to pay. All of it has one owner now, who pays for
 * each chunk once, wherever it lies.
 */
function chargedOnce(table: MovedTable, row: TransferRow, former: TransferRow | null): TransferRow {
  return table === 'locations' ? { ...row, charged: row.chunkId !== former?.chunkId } : row;
}

function sameContent(table: MovedTable, row: TransferRow, former: TransferRow): boolean {
  if (table === 'revisions') return row.contentId === former.contentId;
  return table === 'chunkLists' && row.listId === former.listId;
}

/**
 * A server that takes one library in, beside all that it has. Nobody sees the library before the last step, which
 * makes it and charges its owner in one transaction.
 */
export function libraryTarget(ports: LivePorts, adoption: Adoption): MoveTarget {
  const { scope } = adoption;
  let libraryRow: TransferRow | null = null;
  let chargedBytes = 0;
  const common = rowsAndObjects(ports, scope);
  return {
    ...common,
    async begin(_scope, identity) {
      const known = await ports.store.read.rows.importMark(scope.libraryId);
      if (known?.sourceState === identity.state && known.finishedAtMs !== null) return 'finished';
      await requireRoom(ports, adoption);
      return takeMark(ports, scope.libraryId, identity);
    },
    arrived: async () => null,
    async addRows(table, rows) {
      if (table === 'locations') chargedBytes += sumOfCharged(rows);
      if (table !== 'libraries') return common.addRows(table, rows);
      libraryRow = rows[0] ?? null;
    },
    pages(table) {
      return table === 'libraries' ? onePage(libraryRow) : common.pages(table);
    },
    async finish() {
      assert(libraryRow !== null, 'a library has a row');
      // Counted rather than believed: a library costs its new owner what it holds.
      const row = { ...libraryRow, storedBytes: chargedBytes };
      await addDevices(ports, adoption);
      const atMs = ports.clock.nowMs();
      const made = { ...adoption, row, atMs };
      await transactWithRoom(ports.store, (tx) => makeLibrary(tx, made), { repeatable: true });
    },
  };
}

function sumOfCharged(locations: readonly TransferRow[]): number {
  return locations.reduce((sum, row) => (row.charged === true ? sum + (row.storedBytes as number) : sum), 0);
}

async function* onePage(row: TransferRow | null): AsyncGenerator<readonly TransferRow[]> {
  if (row !== null) yield [row];
}

export async function requireOwner(
  { store }: Pick<LivePorts, 'store'>,
  { ownerEmail }: Pick<Adoption, 'ownerEmail'>,
): Promise<AccountRow> {
  const owner = await store.read.accounts.byEmail(ownerEmail);
  return owner ?? fail({ reason: 'accountMissing', account: ownerEmail });
}

async function requireRoom(ports: LivePorts, adoption: Adoption): Promise<void> {
  const { scope } = adoption;
  if ((await ports.store.read.libraries.byId(scope.libraryId)) !== null) {
    fail({ reason: 'libraryPresent', library: scope.name });
  }
  const owner = await requireOwner(ports, adoption);
  const name = adoption.name ?? scope.name;
  const owned = await ports.store.read.libraries.listFor(owner.accountId);
  if (owned.some((one) => one.role === 'owner' && one.name === name)) {
    fail({ reason: 'libraryNameTaken', library: name });
  }
  const { usedBytes, reservedBytes, limitBytes } = owner;
  if (usedBytes + reservedBytes + scope.storedBytes > limitBytes) failAccountFull(owner, scope.storedBytes);
}

/** The devices that its history names, signed out: their names are shown, and their tokens are good for nothing. */
async function addDevices(ports: LivePorts, adoption: Adoption): Promise<void> {
  const { accountId } = await requireOwner(ports, adoption);
  const nowMs = ports.clock.nowMs();
  const rows = adoption.scope.devices.map(({ deviceId, name, createdAtMs }) => ({
    deviceId,
    accountId,
    name,
    tokenHash: sha256Hex(ports.random.bytes(TOKEN_BYTES)),
    createdAtMs,
    lastSeenAtMs: null,
    revokedAtMs: nowMs,
    expiresAtMs: null,
    idleLifeMs: null,
    tokenUsedAtMs: null,
    revokedWhy: null,
  }));
  await addRows(ports, 'devices', rows);
}

interface Made extends Adoption {
  readonly row: TransferRow;
  readonly atMs: number;
}

async function makeLibrary(tx: Writes, adoption: Made): Promise<void> {
  const { scope, ownerEmail, withMembers, row: theirs, atMs } = adoption;
  const { libraryId } = scope;
  if ((await tx.libraries.byId(libraryId)) !== null) return;
  const owner = await tx.accounts.byEmail(ownerEmail);
  if (owner === null) return fail({ reason: 'accountMissing', account: ownerEmail });
  const { accountId } = owner;
  const name = adoption.name ?? scope.name;
  const own = { ownerId: accountId, name, nameKey: sha256Hex(name), limitBytes: null, reservedBytes: 0 };
  if ((await tx.rows.add('libraries', [{ ...theirs, ...own }])) === 0) {
    fail({ reason: 'libraryNameTaken', library: name });
  }
  const chargeBytes = theirs.storedBytes as number;
  await settleAccounts(tx, [{ accountId, chargeBytes, releaseBytes: 0 }]);
  await tx.rows.add('libraryMembers', [{ libraryId, accountId, role: 'owner' }]);
  if (withMembers) await addMembers(tx, scope, accountId);
  await tx.rows.endImport(libraryId, atMs);
}

async function addMembers(
  tx: Writes,
  { libraryId, members }: LibraryScope,
  ownerId: AccountId,
): Promise<void> {
  for (const { email, role } of members) {
    const account = await tx.accounts.byEmail(email);
    if (account === null || account.accountId === ownerId) continue;
    // Who owned it there may go on writing here.
    await tx.libraries.setMember(
      libraryId as LibraryId,
      account.accountId,
      role === 'owner' ? 'editor' : role,
    );
  }
}
