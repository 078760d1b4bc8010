import { randomBytes, randomUUID } from 'node:crypto';
import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import { bucketClient, dropDatabase, removeBucket } from '../../../test/servers/buckets-and-databases.ts';
import type { NatsAddress, S3Address, TidbAddress } from '../../../test/servers/real-servers.ts';
import type { Started } from '../../../test/servers/running-server.ts';
import { serverEnvironment } from '../../../test/servers/server-environment.ts';
import { startMinio, startNats, startTidb } from '../../../test/servers/start-servers.ts';
import type { NamedProcess } from './process-use.ts';
import { seedsIn } from './seeds.ts';
import type { Backing } from './world.ts';

const SERVERS_MAX = 16;
const DIRECT_URL_SECONDS = 3_600;

interface Addresses {
  readonly tidb: TidbAddress;
  readonly minio: S3Address;
  readonly nats: NatsAddress;
}

/** TiDB, MinIO and NATS of its own, on free ports and with data that is thrown away. */
export async function ownServersBacking(): Promise<Backing> {
  const starting = [startTidb(), startMinio(), startNats()] as const;
  const settled = await Promise.allSettled(starting);
  const stop = async () => {
    for (const one of settled) if (one.status === 'fulfilled') await one.value.stop();
  };
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [tidb, minio, nats] = await Promise.all(starting);
  const named = (name: string, { pid }: Started<object>): NamedProcess => ({ name, pid });
  const processes = [named('TiDB', tidb), named('MinIO', minio), named('NATS', nats)];
  return serversBacking({ addresses: { tidb, minio, nats }, processes, stop });
}

/** Servers that run already and stay: the tests'. */
export const sharedServersBacking = (addresses: Addresses): Backing =>
  serversBacking({ addresses, processes: [], stop: 'clear' });

interface RunningServers {
  readonly addresses: Addresses;
  readonly processes: readonly NamedProcess[];
  /** What `close` does: ends them, or clears away what was made in them. */
  readonly stop: 'clear' | (() => Promise<void>);
}

function serversBacking({ addresses, processes, stop }: RunningServers): Backing {
  const { tidb, minio, nats } = addresses;
  const name = `tidesync_bench_${randomBytes(6).toString('hex')}`;
  const databaseUrl = `${tidb.url}/${name}`;
  const bucket = name.replaceAll('_', '-');
  const directBucket = `${bucket}-direct`;
  const store = bucketClient(minio);
  return {
    kind: 'servers',
    what: 'TiDB (one process, unistore), MinIO and NATS',
    processes,
    ports: {
      database: Number(new URL(tidb.url).port),
      objects: minio.port,
      events: Number(new URL(nats.url).port),
    },
    settings: serverEnvironment({ databaseUrl, minio, bucket, nats }),
    serversMax: SERVERS_MAX,
    async openSeeds() {
      const seeding = await openTidbStore({ url: databaseUrl });
      return { seeds: seedsIn(seeding), close: () => seeding.close() };
    },
    async directPlaces(count) {
      if (!(await store.bucketExists(directBucket))) await store.makeBucket(directBucket, minio.region);
      return Promise.all(
        Array.from({ length: count }, async () => {
          const key = randomUUID();
          const putUrl = await store.presignedPutObject(directBucket, key, DIRECT_URL_SECONDS);
          const getUrl = await store.presignedGetObject(directBucket, key, DIRECT_URL_SECONDS);
          return { is: 'store' as const, putUrl, getUrl };
        }),
      );
    },
    async close() {
      if (stop !== 'clear') return stop();
      await dropDatabase(tidb, name);
      for (const one of [bucket, directBucket]) await removeBucket(store, one);
    },
  };
}
