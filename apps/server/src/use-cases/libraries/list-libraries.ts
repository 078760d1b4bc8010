import type { librariesListOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/** All libraries the caller is a member of, with its role. */
export async function listLibraries(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
): Promise<z.infer<typeof librariesListOutput>> {
  return { libraries: await ports.store.read.libraries.listFor(caller.accountId) };
}
