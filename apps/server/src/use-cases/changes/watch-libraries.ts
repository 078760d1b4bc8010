import type { Doorbell } from '@tidesync/shared/wire/sync';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/**
 * Rings for the libraries the caller is a member of: first once for each with its head, then for news, also in
 * libraries it joins meanwhile. Membership is looked up at each ring. Ends when the signal aborts.
 */
export async function* watchLibraries(
  ports: Pick<ServerPorts, 'store' | 'doorbells'>,
  caller: Pick<Caller, 'accountId'>,
  signal: AbortSignal,
): AsyncGenerator<Doorbell, void> {
  const { read } = ports.store;
  // Listening begins before the heads are read: what is committed in between rings rather than gets lost.
  const bells = ports.doorbells.listen(signal);
  yield* await read.tree.headsFor(caller.accountId);
  for await (const bell of bells) {
    if ((await read.libraries.roleOf(bell.libraryId, caller.accountId)) !== null) yield bell;
  }
}
