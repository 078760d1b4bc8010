import type { LibraryId } from '@tidesync/shared/ids';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import type { Ring } from '../../ports/doorbells.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

export interface Watch {
  readonly caller: Pick<Caller, 'accountId'>;
  /** Rejects when the device may not listen any more; asked when that may have changed. */
  readonly confirm: () => Promise<unknown>;
}

/**
 * Rings for the libraries the caller is a member of: first once for each with its head, then for news, also in
 * libraries it joins meanwhile, and once for each that it has lost. Membership is looked up at each ring. Ends when
 * the signal aborts.
 * Errors: those of `confirm`.
 */
export async function* watchLibraries(
  ports: Pick<ServerPorts, 'store' | 'doorbells'>,
  { caller, confirm }: Watch,
  signal: AbortSignal,
): AsyncGenerator<Doorbell, void> {
  const { read } = ports.store;
  const { accountId } = caller;
  const told = new Map<LibraryId, number>();
  let looking = true;

  /** Heads that have not been told of, and libraries that are gone. What rings meanwhile is heard afterwards. */
  async function look(): Promise<Doorbell[]> {
    looking = true;
    const heads = await read.tree.headsFor(accountId);
    const news = heads.filter(({ libraryId, headSeq }) => told.get(libraryId) !== headSeq);
    for (const { libraryId } of heads) told.delete(libraryId);
    const gone = [...told].map(([libraryId, headSeq]) => ({ libraryId, headSeq }));
    told.clear();
    for (const { libraryId, headSeq } of heads) told.set(libraryId, headSeq);
    looking = false;
    return [...news, ...gone];
  }

  async function hear(ring: Ring): Promise<Doorbell[]> {
    if (ring.kind !== 'library') {
      await confirm();
      return look();
    }
    const { bell } = ring;
    if (!told.has(bell.libraryId)) return [];
    // Also for the one it has just been removed from: that is news, though nothing of the library itself is.
    if ((await read.libraries.roleOf(bell.libraryId, accountId)) === null) return look();
    told.set(bell.libraryId, bell.headSeq);
    return [bell];
  }

  // Listening begins before the heads are read: what is committed in between rings rather than gets lost.
  const rings = ports.doorbells.listen({ accountId, heads: () => (looking ? null : told) }, signal);
  yield* await look();
  for await (const ring of rings) yield* await hear(ring);
}
