import { assert } from '@tidesync/shared/brand';
import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import { shortBytesOf, sliceToTake } from '../../domain/quota-slices.ts';
import type { Writes } from '../../ports/store.ts';
import type { AccountBill, AccountRow } from '../../ports/store-people.ts';
import { failAccountFull, failLibraryFull, PoolExhausted } from './quota-exceeded.ts';

/** Where an upload holds room: in its library, and on the account that pays. */
export interface RoomOf {
  readonly libraryId: LibraryId;
  readonly payerId: AccountId;
}

// Locks are taken in the order library, account, organisation, and accounts in the order of their ids, so that
// transactions of several servers wait for each other in no ring.

/**
 * Holds room below every limit that applies.
 * Errors: `quotaExceeded` with nothing held, for the pool as `PoolExhausted`; `libraryMissing`.
 */
export async function holdRoom(tx: Writes, { libraryId, payerId }: RoomOf, sizeBytes: number): Promise<void> {
  await inLibrary(tx, { libraryId, growthBytes: sizeBytes }, () =>
    tx.libraries.reserve(libraryId, sizeBytes),
  );
  await onAccount(tx, { accountId: payerId, growthBytes: sizeBytes }, () =>
    tx.accounts.reserve(payerId, sizeBytes),
  );
}

export async function releaseRoom(
  tx: Writes,
  { libraryId, payerId }: RoomOf,
  sizeBytes: number,
): Promise<void> {
  if (sizeBytes === 0) return;
  await tx.libraries.release(libraryId, sizeBytes);
  await tx.accounts.release(payerId, sizeBytes);
}

/**
 * Turns what an upload held into what is stored. The owner pays, which may be someone else than whoever the room was
 * held on. Errors: `quotaExceeded` and `PoolExhausted` where more is stored than was held; `libraryMissing`.
 */
export async function settleRoom(
  tx: Writes,
  { libraryId, payerId }: RoomOf,
  { chargeBytes, releaseBytes }: { readonly chargeBytes: number; readonly releaseBytes: number },
): Promise<void> {
  if (chargeBytes === 0 && releaseBytes === 0) return;
  const growthBytes = chargeBytes - releaseBytes;
  await inLibrary(tx, { libraryId, growthBytes }, () =>
    tx.libraries.settle({ libraryId, chargeBytes, releaseBytes }),
  );
  const library = await tx.libraries.byId(libraryId);
  assert(library !== null, 'the library of an open upload exists');
  const { ownerId } = library;
  if (ownerId === payerId) return settleAccounts(tx, [{ accountId: ownerId, chargeBytes, releaseBytes }]);
  await settleAccounts(tx, [
    { accountId: ownerId, chargeBytes, releaseBytes: 0 },
    { accountId: payerId, chargeBytes: 0, releaseBytes },
  ]);
}

/** Errors: `quotaExceeded`, for the pool as `PoolExhausted`. */
export async function settleAccounts(tx: Writes, bills: readonly AccountBill[]): Promise<void> {
  const inOrder = bills.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
  // All of them before the first takes from its pool: an organisation is locked after every account.
  if (inOrder.length > 1) for (const { accountId } of inOrder) await tx.accounts.byId(accountId);
  for (const bill of inOrder) {
    const { accountId, chargeBytes, releaseBytes } = bill;
    const growthBytes = chargeBytes - releaseBytes;
    await onAccount(tx, { accountId, growthBytes }, () => tx.accounts.settle(bill));
  }
}

async function inLibrary(
  tx: Writes,
  { libraryId, growthBytes }: { readonly libraryId: LibraryId; readonly growthBytes: number },
  write: () => Promise<boolean>,
): Promise<void> {
  if (await write()) return;
  // From here on the row is ours, so that what is said about it is so.
  const library = await tx.libraries.byId(libraryId);
  if (library === null || library.deleted) fail({ reason: 'libraryMissing', library: libraryId });
  if (!(await write())) failLibraryFull(library, growthBytes);
}

async function onAccount(
  tx: Writes,
  { accountId, growthBytes }: { readonly accountId: AccountId; readonly growthBytes: number },
  write: () => Promise<boolean>,
): Promise<void> {
  if (await write()) return;
  const account = await tx.accounts.byId(accountId);
  assert(account !== null, 'an account that pays exists');
  if (account.usedBytes + account.reservedBytes + growthBytes > account.limitBytes) {
    failAccountFull(account, growthBytes);
  }
  await growSlice(tx, account, growthBytes);
  assert(await write(), 'an account has the room that was made for it');
}

/**
 * Makes a member's slice large enough for so much more; of an account without an organisation nothing is asked. The
 * account is locked. Errors: `PoolExhausted`.
 */
export async function growSlice(tx: Writes, account: AccountRow, growthBytes: number): Promise<void> {
  const { accountId, organisationId } = account;
  if (organisationId === null) return;
  const shortBytes = shortBytesOf(account, growthBytes);
  if (shortBytes === 0) return;
  const pool = await tx.organisations.byId(organisationId);
  assert(pool !== null, 'the organisation of a member exists');
  const sizeBytes = sliceToTake(pool, shortBytes);
  const taken = sizeBytes !== null && (await tx.organisations.take(organisationId, sizeBytes));
  if (!taken) {
    const requestedBytes = growthBytes > 0 ? growthBytes : shortBytes;
    throw await PoolExhausted.of(tx, pool, { accountId, shortBytes, requestedBytes });
  }
  const grown = await tx.accounts.resizeSlice({ accountId, organisationId, byBytes: sizeBytes });
  assert(grown, 'a member of an organisation has a slice of its pool');
}
