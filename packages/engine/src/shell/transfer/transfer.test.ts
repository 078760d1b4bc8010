import type { LibraryId } from '@tidesync/shared/ids';
import { createMemoryServer } from '../../testing/memory-server.ts';
import { hastyClock } from '../../testing/transfer-bench.ts';
import { transferContract } from '../../testing/transfer-contract.ts';

const libraryId = '5f3c1d2e-0000-4000-8000-000000000001' as LibraryId;

transferContract('a server in memory', async (limitBytes) => {
  const { server, objects } = createMemoryServer(hastyClock, limitBytes);
  return { libraryId, server, objects, close: () => Promise.resolve() };
});
