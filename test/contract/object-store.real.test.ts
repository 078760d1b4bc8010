import { randomUUID } from 'node:crypto';
import { bucketRulesOf } from '@tidesync/server/adapters/object-store/bucket-rules';
import { objectStoreContract } from '@tidesync/server/adapters/object-store/object-store-contract';
import { openS3Store } from '@tidesync/server/adapters/object-store/s3-store';
import { realServers } from '../servers/real-servers.ts';
import { bucketSettings } from './bucket-settings.ts';

const { minio, versitygw } = realServers();

for (const [name, server] of Object.entries({ minio, versitygw })) {
  objectStoreContract(name, async () => {
    const settings = bucketSettings(server);
    const s3 = await openS3Store(settings, { nowMs: Date.now, uuid: randomUUID });
    await s3.prepare(bucketRulesOf.sync);
    return {
      store: s3.store,
      serverUrl: 'http://127.0.0.1:9',
      nowMs: Date.now,
      close: async () => s3.close(),
    };
  });
}
