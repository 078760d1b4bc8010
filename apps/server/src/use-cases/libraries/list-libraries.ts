import type { librariesListOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import { retentionOf } from '../../domain/retention.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/**
 * All libraries the caller is a member of, with its role, what files they take, how long they keep what was, and how
 * many contents they want.
 */
export async function listLibraries(
  ports: Pick<ServerPorts, 'store' | 'policy'>,
  caller: Caller,
): Promise<z.infer<typeof librariesListOutput>> {
  const libraries = await ports.store.read.libraries.listFor(caller.accountId);
  const wanted = await ports.store.read.heal.wantedCounts(libraries.map((one) => one.libraryId));
  const { fileBytesMax, allowedExtensions } = ports.policy.files;
  const files = {
    fileBytesMax,
    allowedExtensions: allowedExtensions === null ? null : [...allowedExtensions],
  };
  return {
    libraries: libraries.map(({ versionDays, trashDays, ...one }) => {
      const retention = retentionOf({ versionDays, trashDays }, ports.policy.retention);
      return { ...one, files, retention, wanted: wanted.get(one.libraryId) ?? 0 };
    }),
  };
}
