import type { AccountId, OrganisationId } from '@tidesync/shared/ids';
import type { QuotaDrift } from '@tidesync/shared/wire/quotas';
import type { Writes } from '../../ports/store.ts';
import type { AccountRow } from '../../ports/store-people.ts';
import type { Recount } from './recount-step.ts';
import { driftsOf, repair } from './recount-step.ts';

/**
 * What an account uses is the sum over the libraries it owns, deleted ones too; what it holds, the sum over the open
 * uploads it pays for; and a member's slice is never smaller than the two together.
 */
export async function recountAccount(run: Recount, accountId: AccountId): Promise<QuotaDrift[]> {
  return run.store.transact(async (tx) => {
    const account = await tx.accounts.byId(accountId);
    if (account === null) return [];
    const usedBytes = (await tx.recount.ownedBytes(accountId)) + (run.unrepaired.get(accountId) ?? 0);
    const reservedBytes = await tx.recount.heldOnAccount(accountId);
    const sliceBytes = sliceOf(account, usedBytes + reservedBytes);
    const counted = { usedBytes, reservedBytes, sliceBytes };
    const drifts = driftsOf({ what: 'account', id: accountId }, account, counted);
    const correct = async () => {
      await tx.recount.correctAccount(accountId, counted);
      await handOut(tx, account, sliceBytes);
    };
    await repair(tx, run, { drifts, correct });
    return drifts;
  });
}

function sliceOf({ organisationId, sliceBytes }: AccountRow, neededBytes: number): number {
  return organisationId === null ? 0 : Math.max(sliceBytes, neededBytes);
}

/** What is stored is stored: a pool may be over its limit after a repair, and hands out nothing until it is not. */
async function handOut(tx: Writes, before: AccountRow, sliceBytes: number): Promise<void> {
  const { organisationId } = before;
  if (organisationId === null || sliceBytes === before.sliceBytes) return;
  const pool = await tx.organisations.byId(organisationId);
  if (pool === null) return;
  const slicedBytes = pool.slicedBytes + sliceBytes - before.sliceBytes;
  await tx.recount.correctOrganisation(organisationId, { slicedBytes });
}

/** What an organisation has handed out is the sum of what its members hold. */
export async function recountOrganisation(
  run: Recount,
  organisationId: OrganisationId,
): Promise<QuotaDrift[]> {
  return run.store.transact(async (tx) => {
    const organisation = await tx.organisations.byId(organisationId);
    if (organisation === null) return [];
    const { sliceBytes: slicedBytes } = await tx.organisations.totals(organisationId);
    const drifts = driftsOf({ what: 'organisation', id: organisationId }, organisation, { slicedBytes });
    const correct = () => tx.recount.correctOrganisation(organisationId, { slicedBytes });
    await repair(tx, run, { drifts, correct });
    return drifts;
  });
}
