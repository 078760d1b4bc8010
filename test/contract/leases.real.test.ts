import { leasesContract } from '@tidesync/server/adapters/database/leases-contract';
import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import { afterAll, beforeAll } from 'vitest';
import { realServers } from '../servers/real-servers.ts';

let database: TidbDatabase;
beforeAll(async () => {
  database = await makeTidbDatabase(realServers().tidb.url);
});
afterAll(() => database.drop());

leasesContract('the store on TiDB', async () => {
  await database.clear();
  const { url } = database;
  const [one, other] = [await openTidbStore({ url }), await openTidbStore({ url })];
  const dispose = async () => {
    await Promise.all([one.close(), other.close()]);
  };
  return { one, other, dispose };
});
