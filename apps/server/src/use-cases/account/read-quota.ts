import { fail } from '@tidesync/shared/problems';
import type { Quota } from '@tidesync/shared/wire/people';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/** The caller's own limit, what is used of it and what running uploads hold. Errors: `signedOut`. */
export async function readQuota(ports: Pick<ServerPorts, 'store'>, caller: Caller): Promise<Quota> {
  const account = await ports.store.read.accounts.byId(caller.accountId);
  if (account === null) fail({ reason: 'signedOut' });
  const { limitBytes, usedBytes, reservedBytes } = account;
  return { limitBytes, usedBytes, reservedBytes };
}
