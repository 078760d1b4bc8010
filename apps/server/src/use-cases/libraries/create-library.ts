import { assert } from '@tidesync/shared/brand';
import { fail } from '@tidesync/shared/problems';
import type { Library, libraryCreateInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/**
 * Makes a library that the caller owns, under an id the client drew; the same again is a success, so a lost answer
 * can be asked for once more.
 * Errors: `libraryNameTaken`, `invalidInput` for an id that is in use otherwise.
 */
export async function createLibrary(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'doorbells'>,
  caller: Caller,
  input: z.infer<typeof libraryCreateInput>,
): Promise<Library> {
  const { libraryId, name } = input;
  const ownerId = caller.accountId;
  const library = await ports.store.transact(
    async (tx) => {
      const known = await tx.libraries.byId(libraryId);
      const same = known?.ownerId === ownerId && known.name === name && !known.deleted;
      if (known !== null && !same) fail({ reason: 'invalidInput', detail: 'this library id is in use' });
      const createdAtMs = ports.clock.nowMs();
      const isTaken =
        known === null &&
        (await tx.libraries.create({ libraryId, ownerId, name, createdAtMs })) === 'nameTaken';
      // By a read without a lock: TiDB would answer a second locking one as the first, which found nothing.
      const mine = (await tx.libraries.listFor(ownerId)).find(
        (one) => one.libraryId === libraryId && one.name === name,
      );
      // It is there if the same was asked of another server at once.
      if (isTaken && mine === undefined) fail({ reason: 'libraryNameTaken', library: name });
      return mine;
    },
    { repeatable: true },
  );
  assert(library !== undefined, 'a library that was just made is in its owner’s list');
  ports.doorbells.ringAccess(ownerId);
  const { versionDays: _versions, trashDays: _trash, ...made } = library;
  return made;
}
