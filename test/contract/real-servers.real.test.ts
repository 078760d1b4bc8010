import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connect as connectNats } from '@nats-io/transport-node';
import { Client } from 'minio';
import { createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { until } from '../e2e/support/waiting.ts';
import type { NatsAddress, S3Address, TidbAddress } from '../servers/real-servers.ts';
import { realServers } from '../servers/real-servers.ts';
import type { Started } from '../servers/running-server.ts';
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
  {
    before,
    after,
  }: { before(server: Started<A>): Promise<unknown>; after(server: Started<A>): Promise<unknown> },
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
  expect(existsSync(server.topDir)).toBe(false);
}

const WRITERS = 4;
const COMMITS_MIN = 60;
/** Rows of a transaction in each table, and their size: more in all than one batch of a commit is by default. */
const PARTS = 20;
const TEXT = 'x'.repeat(1_000);

const sorted = (ids: readonly number[] = []) => [...ids].sort((a, b) => a - b);

/** Transactions over two tables, one after the other, until the server is gone; notes those that it acknowledged. */
async function writeUntilCut({ url }: TidbAddress, writer: number, acknowledged: number[]): Promise<void> {
  const connection = await createConnection(url);
  connection.on('error', () => {});
  try {
    for (let id = writer; ; id += WRITERS) {
      const rows = Array.from({ length: PARTS }, (_, part) => `(${id}, ${part}, '${TEXT}')`).join();
      for (const sql of [
        'BEGIN',
        `INSERT INTO kept.one VALUES ${rows}`,
        `INSERT INTO kept.two VALUES ${rows}`,
        'COMMIT',
      ])
        await connection.query(sql);
      acknowledged.push(id);
    }
  } catch {
    connection.destroy();
  }
}

describe('a server of its own keeps its data when it is killed and started again, and is gone when stopped', () => {
  test('TiDB, killed while it commits, and no transaction is there by half', async () => {
    const acknowledged: number[] = [];
    await liveTwice(startTidb, {
      async before(tidb) {
        await onTidb(tidb, async (say) => {
          await say('CREATE DATABASE kept');
          for (const table of ['one', 'two'])
            await say(
              `CREATE TABLE kept.${table} (id INT, part INT, text TEXT, PRIMARY KEY (id, part), INDEX (part))`,
            );
        });
        const writers = Array.from({ length: WRITERS }, (_, writer) =>
          writeUntilCut(tidb, writer, acknowledged),
        );
        await until('enough is committed', () => acknowledged.length >= COMMITS_MIN);
        await tidb.kill();
        await Promise.all(writers);
      },
      async after(tidb) {
        const ask = 'SELECT id, COUNT(*) AS count FROM kept.';
        const [one, two] = await onTidb(tidb, async (say) => {
          for (const table of ['one', 'two']) await say(`ADMIN CHECK TABLE kept.${table}`);
          return Promise.all(
            ['one', 'two'].map(
              (table) => say(`${ask}${table} GROUP BY id`) as Promise<{ id: number; count: number }[]>,
            ),
          );
        });
        expect(sorted(one?.map(({ id }) => id))).toEqual(sorted(two?.map(({ id }) => id)));
        expect([...(one ?? []), ...(two ?? [])].filter(({ count }) => count !== PARTS)).toEqual([]);
        expect(sorted(one?.map(({ id }) => id))).toEqual(expect.arrayContaining(sorted(acknowledged)));
      },
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

test('a server whose port is taken for a moment starts all the same', async () => {
  const nats = await startNats();
  try {
    await nats.kill();
    const other = createServer().listen(Number(new URL(nats.url).port), '127.0.0.1');
    await once(other, 'listening');
    const starting = nats.start();
    await until('it has met the other one', async () => (await nats.log()).includes('already in use'));
    other.close();
    await starting;
    expect(await ringAndHear(nats)).toBe('ring');
  } finally {
    await nats.stop();
  }
});

test('a server does not outlive a test process that is killed', async () => {
  const module = fileURLToPath(new URL('../servers/start-servers.ts', import.meta.url));
  const program = `
    import { startNats } from ${JSON.stringify(module)};
    const { pid, topDir } = await startNats();
    console.log(JSON.stringify({ pid, topDir }));
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { pid, topDir } = JSON.parse(line.toString()) as { pid: number; topDir: string };
  expect(runs(pid)).toBe(true);
  child.kill('SIGKILL');
  await until('the server and its folder are gone', () => !runs(pid) && !existsSync(topDir));
});
