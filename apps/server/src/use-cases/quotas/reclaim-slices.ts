import type { AccountId, OrganisationId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { freeBytesOf, idleBytesOf, planReclaim, sliceToGiveBack } from '../../domain/quota-slices.ts';
import type { Store, TransactOptions, Writes } from '../../ports/store.ts';
import type { AccountRow } from '../../ports/store-people.ts';
import { PoolExhausted } from './quota-exceeded.ts';

const MEMBERS_PER_LOOK = 500;

/**
 * A transaction that may need more of a pool than is left of it: what other members leave idle is gathered, each part
 * in a transaction of its own, and the body runs again. So nobody is refused while room lies idle elsewhere.
 * Errors: those of the body; `quotaExceeded` where that does not help.
 */
export async function transactWithRoom<T>(
  store: Store,
  body: (tx: Writes) => Promise<T>,
  options: TransactOptions = {},
): Promise<T> {
  for (let triesLeft: number = limits.sliceReclaimsMax; ; triesLeft--) {
    try {
      return await store.transact(body, options);
    } catch (error) {
      if (!(error instanceof PoolExhausted) || triesLeft === 0) throw error;
      if (!(await reclaimSlices(store, error))) throw error;
    }
  }
}

interface Wanted {
  readonly accountId: AccountId;
  readonly organisationId: OrganisationId;
  readonly shortBytes: number;
}

/** False: all that is idle would not do, and nothing was moved. */
async function reclaimSlices(store: Store, wanted: Wanted): Promise<boolean> {
  const { organisationId, accountId, shortBytes } = wanted;
  const before = await store.read.organisations.byId(organisationId);
  if (before !== null && before.slicedBytes > before.limitBytes) await giveBackIdle(store, organisationId);
  const pool = await store.read.organisations.byId(organisationId);
  if (pool === null || pool.slicedBytes > pool.limitBytes) return false;
  const neededBytes = shortBytes - freeBytesOf(pool);
  if (neededBytes <= 0) return true;
  const donors: { id: AccountId; idleBytes: number }[] = [];
  let foundBytes = 0;
  for await (const member of membersOf(store, organisationId)) {
    if (member.accountId === accountId || idleBytesOf(member) === 0) continue;
    donors.push({ id: member.accountId, idleBytes: idleBytesOf(member) });
    foundBytes += idleBytesOf(member);
    if (foundBytes >= neededBytes) break;
  }
  const plan = planReclaim(donors, neededBytes);
  if (plan === null) return false;
  for (const { id, sizeBytes } of plan) await moveSlice(store, wanted, { fromId: id, sizeBytes });
  return true;
}

/**
 * From one member to another, so that nobody snatches it in between; to the pool, if the other is about to become a
 * member. Nothing, if it is not idle any more.
 */
async function moveSlice(
  store: Store,
  { accountId: toId, organisationId }: Wanted,
  { fromId, sizeBytes }: { readonly fromId: AccountId; readonly sizeBytes: number },
): Promise<void> {
  await store.transact(async (tx) => {
    for (const id of [fromId, toId].toSorted()) await tx.accounts.byId(id);
    const change = { organisationId, byBytes: -sizeBytes };
    if (!(await tx.accounts.resizeSlice({ accountId: fromId, ...change }))) return;
    const given = await tx.accounts.resizeSlice({ accountId: toId, organisationId, byBytes: sizeBytes });
    if (!given) await tx.organisations.giveBack(organisationId, sizeBytes);
  });
}

/**
 * Lets members give back what they hold of the pools far beyond their use, and of pools whose limit was lowered all
 * that is idle. Says how many bytes that were.
 */
export async function rebalanceSlices(store: Store): Promise<number> {
  let givenBackBytes = 0;
  let afterName: string | null = null;
  do {
    const page = await store.read.organisations.page({ afterName, limit: MEMBERS_PER_LOOK });
    for (const { organisationId } of page) givenBackBytes += await giveBackIdle(store, organisationId);
    afterName = page.length < MEMBERS_PER_LOOK ? null : (page.at(-1)?.name ?? null);
  } while (afterName !== null);
  return givenBackBytes;
}

/** The same for the members of one organisation. */
export async function giveBackIdle(store: Store, organisationId: OrganisationId): Promise<number> {
  let givenBackBytes = 0;
  for await (const seen of membersOf(store, organisationId)) {
    const pool = await store.read.organisations.byId(organisationId);
    // A look without locks; whether it is still so is seen again below.
    if (pool === null || sliceToGiveBack(pool, seen) === 0) continue;
    givenBackBytes += await store.transact((tx) => giveBackOne(tx, seen.accountId, organisationId));
  }
  return givenBackBytes;
}

async function giveBackOne(
  tx: Writes,
  accountId: AccountId,
  organisationId: OrganisationId,
): Promise<number> {
  const account = await tx.accounts.byId(accountId);
  const pool = await tx.organisations.byId(organisationId);
  if (account?.organisationId !== organisationId || pool === null) return 0;
  const sizeBytes = sliceToGiveBack(pool, account);
  if (sizeBytes === 0) return 0;
  const given = await tx.accounts.resizeSlice({ accountId, organisationId, byBytes: -sizeBytes });
  if (!given) return 0;
  await tx.organisations.giveBack(organisationId, sizeBytes);
  return sizeBytes;
}

async function* membersOf(store: Store, organisationId: OrganisationId): AsyncGenerator<AccountRow> {
  let afterId: AccountId | null = null;
  do {
    const page: AccountRow[] = await store.read.organisations.members({
      organisationId,
      afterId,
      limit: MEMBERS_PER_LOOK,
    });
    yield* page;
    afterId = page.length < MEMBERS_PER_LOOK ? null : (page.at(-1)?.accountId ?? null);
  } while (afterId !== null);
}
