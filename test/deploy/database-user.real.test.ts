// The SQL that deploy/make-secrets.sh writes, run by a real TiDB at its first start as the compose file has it.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Connection } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from '../servers/find-program.ts';
import { RunningServer } from '../servers/running-server.ts';
import { repoDir } from './proxy-world.ts';

let tidb: RunningServer;
let secrets = '';

beforeAll(async () => {
  tidb = await RunningServer.begin({
    title: 'TiDB',
    found: await findProgram('tidb'),
    async arguments({ listenHost, port, dataDir, topDir }) {
      secrets = path.join(topDir, 'secrets');
      const env = { ...process.env, SECRETS_DIR: secrets };
      await promisify(execFile)(path.join(repoDir, 'deploy/make-secrets.sh'), { env });
      const listen = ['-host', listenHost, '-P', `${port}`, '-report-status=false', '-socket', ''];
      const first = ['-initialize-sql-file', path.join(secrets, 'tidb-init.sql')];
      return { args: ['-store', 'unistore', '-path', dataDir, ...listen, ...first], env: {} };
    },
    answers: async ({ port }) => (await asOwner(port)).destroy(),
  });
});
afterAll(() => tidb?.stop());

/** As the servers sign in, but for the host, which the network of the containers would give. */
async function asOwner(port = tidb.port): Promise<Connection> {
  const url = new URL(await readFile(path.join(secrets, 'database-url'), 'utf8'));
  expect([url.host, url.pathname]).toEqual(['tidb:4000', '/tidesync']);
  return connect(url.username, url.password, port);
}

const connect = (user: string, password: string, port = tidb.port) =>
  createConnection({ host: '127.0.0.1', port, user, password, connectTimeout: 5_000 });

test('the user makes its own database and everything in it', async () => {
  const connection = await asOwner();
  await connection.query('CREATE DATABASE IF NOT EXISTS tidesync');
  await connection.query('CREATE TABLE tidesync.things (id BINARY(16) PRIMARY KEY CLUSTERED)');
  await connection.query("SELECT GET_LOCK('tidesync', 1)");
  await connection.query("SPLIT TABLE tidesync.things BETWEEN (x'00') AND (x'ff') REGIONS 4");
  await connection.query('DROP TABLE tidesync.things');
  connection.destroy();
});

test('it can do nothing to any other database, to users or to the server', async () => {
  const connection = await asOwner();
  const refused = [
    'CREATE DATABASE another',
    'SELECT * FROM mysql.user',
    "CREATE USER 'somebody'",
    "GRANT ALL ON *.* TO 'tidesync'",
    'SET GLOBAL tidb_gc_life_time = "10m"',
    'SHUTDOWN',
  ];
  for (const sql of refused) await expect(connection.query(sql), sql).rejects.toThrow(/denied|privilege/i);
  connection.destroy();
});

test('root is not open any more, and has the password that was written down', async () => {
  await expect(connect('root', '')).rejects.toThrow(/denied/i);
  const connection = await connect(
    'root',
    await readFile(path.join(secrets, 'database-root-password'), 'utf8'),
  );
  await connection.query('SELECT COUNT(*) FROM mysql.user');
  connection.destroy();
});
