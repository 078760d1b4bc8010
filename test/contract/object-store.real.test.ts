import { randomUUID } from 'node:crypto';
import { bucketRulesOf } from '@tidesync/server/adapters/object-store/bucket-rules';
import { objectReaderContract } from '@tidesync/server/adapters/object-store/object-reader-contract';
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
  objectReaderContract(name, async () => {
    const s3 = await openS3Store(bucketSettings(server), { nowMs: Date.now, uuid: randomUUID });
    await s3.prepare(bucketRulesOf.sync);
    return { reader: s3.readerOf(s3.store), store: s3.store, close: async () => s3.close() };
  });
}
