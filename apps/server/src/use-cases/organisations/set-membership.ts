import type { OrganisationId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { organisationMemberInput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { AccountRow } from '../../ports/store-people.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { actorOf, requireAdmin } from '../admin/require-admin.ts';
import { record } from '../audit/record.ts';
import { transactWithRoom } from '../quotas/reclaim-slices.ts';
import { growSlice } from '../quotas/room.ts';
import { organisationByName } from './organisation-view.ts';

type Ports = Pick<ServerPorts, 'store' | 'clock' | 'random'>;
type Input = z.infer<typeof organisationMemberInput>;

/**
 * Lets an account share an organisation's pool, which has to have room for what it uses; an account of another
 * organisation leaves that one. Again is a success.
 * Errors: `adminOnly`, `organisationMissing`, `accountMissing`, `quotaExceeded` of the pool.
 */
export async function addMember(ports: Ports, caller: Administrator, input: Input): Promise<void> {
  requireAdmin(caller);
  const { organisationId } = await organisationByName(ports.store.read, input.name);
  await transactWithRoom(ports.store, async (tx) => {
    const account = await memberOf(tx, input);
    const { accountId, organisationId: before } = account;
    await lockBoth(tx, before, organisationId);
    if ((await tx.organisations.byId(organisationId)) === null) {
      fail({ reason: 'organisationMissing', organisation: input.name });
    }
    if (before === organisationId) return;
    if (before !== null) await tx.organisations.giveBack(before, account.sliceBytes);
    const joined = { organisationId, sliceBytes: 0 };
    await tx.accounts.setOrganisation(accountId, joined);
    await growSlice(tx, { ...account, ...joined }, 0);
    const act = {
      actor: actorOf(caller),
      action: 'organisationMemberAdded',
      target: organisationId,
    } as const;
    await record(tx, ports, { ...act, details: { accountId, fromOrganisationId: before } });
  });
}

/**
 * What the account used of the pool is free for the others; it keeps its files and its own limit.
 * Errors: `adminOnly`, `organisationMissing`, `accountMissing`, `notInOrganisation`.
 */
export async function removeMember(ports: Ports, caller: Administrator, input: Input): Promise<void> {
  requireAdmin(caller);
  const { email, name } = input;
  await ports.store.transact(async (tx) => {
    const account = await memberOf(tx, input);
    const { organisationId: target } = await organisationByName(tx, name);
    if (account.organisationId !== target) fail({ reason: 'notInOrganisation', email, organisation: name });
    const { accountId, sliceBytes } = account;
    await tx.accounts.setOrganisation(accountId, { organisationId: null, sliceBytes: 0 });
    await tx.organisations.giveBack(target, sliceBytes);
    const act = { actor: actorOf(caller), action: 'organisationMemberRemoved', target } as const;
    await record(tx, ports, { ...act, details: { accountId } });
  });
}

/** The account, locked; before its organisation is. */
async function memberOf(tx: Writes, { email }: Input): Promise<AccountRow> {
  return (await tx.accounts.byEmail(email)) ?? fail({ reason: 'accountMissing', account: email });
}

/** In the order of their ids, as everyone who locks two of them. */
async function lockBoth(tx: Writes, one: OrganisationId | null, other: OrganisationId): Promise<void> {
  const inOrder = one === null ? [other] : [one, other].toSorted();
  for (const id of inOrder) await tx.organisations.byId(id);
}
