import { fail } from '@tidesync/shared/problems';
import type { AccountQuota } from '@tidesync/shared/wire/quotas';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads } from '../../ports/store.ts';
import type { AccountRow } from '../../ports/store-people.ts';
import type { Caller } from '../caller.ts';

const LIBRARIES_MAX = 500;

/**
 * Every limit that an upload into the caller's libraries may meet, with what is used of it and what running uploads
 * hold. Errors: `signedOut`.
 */
export async function readQuota(ports: Pick<ServerPorts, 'store'>, caller: Caller): Promise<AccountQuota> {
  const { read } = ports.store;
  const account = await read.accounts.byId(caller.accountId);
  if (account === null) fail({ reason: 'signedOut' });
  const { accountId, limitBytes, usedBytes, reservedBytes } = account;
  const libraries = (await read.libraries.limited(accountId, LIBRARIES_MAX)).map((library) => {
    const { libraryId, name, storedBytes, reservedBytes: heldBytes } = library;
    return { libraryId, name, limitBytes: library.limitBytes ?? 0, storedBytes, reservedBytes: heldBytes };
  });
  return { limitBytes, usedBytes, reservedBytes, organisation: await poolOf(read, account), libraries };
}

async function poolOf(read: Reads, { organisationId }: AccountRow): Promise<AccountQuota['organisation']> {
  if (organisationId === null) return null;
  const pool = await read.organisations.byId(organisationId);
  if (pool === null) return null;
  const { usedBytes, reservedBytes } = await read.organisations.totals(organisationId);
  return { name: pool.name, limitBytes: pool.limitBytes, usedBytes, reservedBytes };
}
