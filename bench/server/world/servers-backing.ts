import { randomBytes, randomUUID } from 'node:crypto';
import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import { Client } from 'minio';
import { createConnection } from 'mysql2/promise';
import type { NatsAddress, S3Address, TidbAddress } from '../../../test/servers/real-servers.ts';
import type { Started } from '../../../test/servers/running-server.ts';
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
  const store = new Client({
    endPoint: minio.host,
    port: minio.port,
    useSSL: minio.secure,
    accessKey: minio.accessKey,
    secretKey: minio.secretKey,
    region: minio.region,
  });
  return {
    kind: 'servers',
    what: 'TiDB (one process, unistore), MinIO and NATS',
    processes,
    ports: {
      database: Number(new URL(tidb.url).port),
      objects: minio.port,
      events: Number(new URL(nats.url).port),
    },
    settings: {
      DATABASE_URL: databaseUrl,
      STORAGE_BACKEND: 'minio',
      MINIO_ENDPOINT: `${minio.host}:${minio.port}`,
      MINIO_ACCESS_KEY: minio.accessKey,
      MINIO_SECRET_KEY: minio.secretKey,
      MINIO_REGION: minio.region,
      STORAGE_DEFAULT_BUCKET: bucket,
      NATS_URL: nats.url,
    },
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
      for (const one of [bucket, directBucket]) await dropBucket(store, one);
    },
  };
}

async function dropDatabase({ url }: TidbAddress, name: string): Promise<void> {
  const connection = await createConnection(url);
  await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  await connection.end();
}

async function dropBucket(store: Client, bucket: string): Promise<void> {
  if (!(await store.bucketExists(bucket))) return;
  const names: string[] = [];
  for await (const { name } of store.listObjectsV2(bucket, '', true))
    if (name !== undefined) names.push(name);
  await store.removeObjects(bucket, names);
  await store.removeBucket(bucket);
}
