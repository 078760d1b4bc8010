import { randomUUID } from 'node:crypto';
import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import type { ServerApi } from '@tidesync/engine/adapters/trpc-server';
import { createServerApi, syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { SyncServer } from '@tidesync/engine/ports/server';
import type { TransferWorld } from '@tidesync/engine/testing/transfer-contract';
import type { TestServer } from '@tidesync/server/testing/test-server';
import { startTestServer } from '@tidesync/server/testing/test-server';
import type { LibraryId } from '@tidesync/shared/ids';

export interface ServerWorld extends TransferWorld {
  readonly running: TestServer;
  readonly api: ServerApi;
  readonly server: SyncServer;
}

/** The whole server on loopback, one account, one signed-in device and one library. */
export async function startServerWorld(limitBytes: number): Promise<ServerWorld> {
  const running = await startTestServer({ watchRecheckMs: 100 });
  await running.makeAccount('admin@example.org');
  await running.makeAccount('ann@example.org', limitBytes);
  const { token } = await running.signIn('ann@example.org');
  const { url } = running;
  const api = createServerApi({ url, token: () => token, clock: nodeClock, random: nodeRandom });
  const server = syncServerOf(api);
  const objects = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
  const libraryId = randomUUID() as LibraryId;
  await server.createLibrary(libraryId, 'Papers');
  const close = async () => {
    objects.close();
    await running.stop();
  };
  return { running, api, server, objects, libraryId, close };
}
