import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect as connectNats } from '@nats-io/transport-node';
import { Client } from 'minio';
import { createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import type { NatsAddress, S3Address, TidbAddress } from '../servers/real-servers.ts';
import { realServers } from '../servers/real-servers.ts';
import type { Lifecycle, Started } from '../servers/running-server.ts';
import { startMinio, startNats, startTidb, startVersitygw } from '../servers/start-servers.ts';

const newName = () => `tidesync-test-${randomUUID().slice(0, 8)}`;

async function onTidb<T>(
  { url }: TidbAddress,
  ask: (say: (sql: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const connection = await createConnection(url);
  try {
    return await ask(async (sql) => (await connection.query(sql))[0]);
  } finally {
    await connection.end();
  }
}

function s3Client({ host, port, accessKey, secretKey, region, secure }: S3Address): Client {
  return new Client({ endPoint: host, port, accessKey, secretKey, region, useSSL: secure });
}

async function textOf(client: Client, bucket: string, key: string): Promise<string> {
  const slices: Buffer[] = [];
  for await (const slice of await client.getObject(bucket, key)) slices.push(slice as Buffer);
  return Buffer.concat(slices).toString();
}

async function ringAndHear({ url }: NatsAddress): Promise<string> {
  const connection = await connectNats({ servers: url });
  const heard = connection.subscribe('bell', { max: 1 });
  connection.publish('bell', 'ring');
  for await (const message of heard) {
    await connection.close();
    return message.string();
  }
  throw new Error('the subscription ended without a message');
}

describe('the servers of a run', () => {
  test('TiDB answers', async () => {
    const rows = await onTidb(realServers().tidb, (say) => say('SELECT VERSION() AS version'));
    expect(rows).toEqual([{ version: expect.stringContaining('TiDB') }]);
  });

  test.each(['minio', 'versitygw'] as const)('%s gives back what was put', async (kind) => {
    const client = s3Client(realServers()[kind]);
    const bucket = newName();
    await client.makeBucket(bucket);
    await client.putObject(bucket, 'a/b', 'text');
    expect(await textOf(client, bucket, 'a/b')).toBe('text');
    await client.removeObject(bucket, 'a/b');
    await client.removeBucket(bucket);
  });

  test('NATS carries a message', async () => {
    expect(await ringAndHear(realServers().nats)).toBe('ring');
  });
});

/** Whether a process runs. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Uses the server, takes its power, starts it, uses it again, and stops it. */
async function liveTwice<A>(
  begin: () => Promise<Started<A>>,
  { before, after }: { before(server: A): Promise<unknown>; after(server: A): Promise<unknown> },
): Promise<void> {
  const server = await begin();
  const pids = [server.pid];
  try {
    await before(server);
    await server.kill();
    expect(server.pid).toBe(0);
    await server.start();
    pids.push(server.pid);
    await after(server);
  } finally {
    await server.stop();
  }
  expect(new Set(pids).size).toBe(2);
  expect(pids.filter(runs)).toEqual([]);
  expect(existsSync((server as Lifecycle).topDir)).toBe(false);
}

describe('a server of its own keeps its data when it is killed and started again, and is gone when stopped', () => {
  test('TiDB, and no transaction by half', async () => {
    const rowsMax = 400;
    const big = 'x'.repeat(2_000);
    await liveTwice(startTidb, {
      before: (tidb) =>
        onTidb(tidb, async (say) => {
          await say('CREATE DATABASE kept');
          for (const table of ['one', 'two'])
            await say(`CREATE TABLE kept.${table} (id INT PRIMARY KEY, text TEXT, other INT, INDEX (other))`);
          const rows = Array.from({ length: rowsMax }, (_, id) => `(${id}, '${big}', ${id})`).join();
          await say('BEGIN');
          for (const table of ['one', 'two']) await say(`INSERT INTO kept.${table} VALUES ${rows}`);
          await say('COMMIT');
        }),
      after: (tidb) =>
        onTidb(tidb, async (say) => {
          for (const table of ['one', 'two']) {
            const rows = await say(`SELECT COUNT(*) AS count FROM kept.${table} WHERE text = '${big}'`);
            expect(rows).toEqual([{ count: rowsMax }]);
            await say(`ADMIN CHECK TABLE kept.${table}`);
          }
        }),
    });
  });

  test.each([
    ['MinIO', startMinio],
    ['versitygw', startVersitygw],
  ])('%s', async (_title, begin) => {
    const bucket = newName();
    await liveTwice<S3Address>(begin, {
      async before(address) {
        await s3Client(address).makeBucket(bucket);
        await s3Client(address).putObject(bucket, 'kept', 'text');
      },
      async after(address) {
        expect(await textOf(s3Client(address), bucket, 'kept')).toBe('text');
      },
    });
  });

  test('NATS, which keeps nothing but its address', async () => {
    await liveTwice(startNats, {
      before: async (nats) => expect(await ringAndHear(nats)).toBe('ring'),
      after: async (nats) => expect(await ringAndHear(nats)).toBe('ring'),
    });
  });
});
