import type { librariesListOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/** All libraries the caller is a member of, with its role and what files they take. */
export async function listLibraries(
  ports: Pick<ServerPorts, 'store' | 'policy'>,
  caller: Caller,
): Promise<z.infer<typeof librariesListOutput>> {
  const libraries = await ports.store.read.libraries.listFor(caller.accountId);
  const { fileBytesMax, allowedExtensions } = ports.policy.files;
  const files = {
    fileBytesMax,
    allowedExtensions: allowedExtensions === null ? null : [...allowedExtensions],
  };
  return { libraries: libraries.map((one) => ({ ...one, files })) };
}
