import { assert } from '@tidesync/shared/brand';
import type { AccountId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Reads } from '../../ports/store.ts';

/** Refuses for want of room, with the numbers of the account that has to pay. */
export async function failQuotaExceeded(
  reads: Reads,
  payerId: AccountId,
  requestedBytes: number,
): Promise<never> {
  const account = await reads.accounts.byId(payerId);
  assert(account !== null, 'the payer of a library exists');
  const { usedBytes, reservedBytes, limitBytes } = account;
  fail({ reason: 'quotaExceeded', usedBytes, reservedBytes, limitBytes, requestedBytes });
}
