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
      if (known === null) {
        const made = await tx.libraries.create({
          libraryId,
          ownerId,
          name,
          createdAtMs: ports.clock.nowMs(),
        });
        if (made === 'nameTaken') fail({ reason: 'libraryNameTaken', library: name });
      }
      const mine = await tx.libraries.listFor(ownerId);
      return mine.find((one) => one.libraryId === libraryId);
    },
    { repeatable: true },
  );
  assert(library !== undefined, 'a library that was just made is in its owner’s list');
  ports.doorbells.ringAccess(ownerId);
  return library;
}
