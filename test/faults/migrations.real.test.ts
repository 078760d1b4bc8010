import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrateTidb, statementsOf } from '@tidesync/server/adapters/database/migrate-tidb';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';
import type { Fate, MysqlProxy } from './mysql-proxy.ts';
import { mysqlProxy } from './mysql-proxy.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/tidb/', import.meta.url));
const ROW = "INSERT INTO leases VALUES ('kept', X'00000000000000000000000000000001', 1, 1)";

let proxy: MysqlProxy;
let direct: Connection;
/** A database that was brought to today's format without a stop. */
let whole: string;
const made: string[] = [];

beforeAll(async () => {
  const url = new URL(realServers().tidb.url);
  proxy = await mysqlProxy(Number(url.port));
  direct = await createConnection(url.href);
  whole = newName();
  await migrateTidb(addressOf(whole), MIGRATIONS);
});
afterAll(async () => {
  proxy.close();
  for (const name of made) await direct.query(`DROP DATABASE IF EXISTS \`${name}\``);
  await direct.end();
});

function newName(): string {
  const name = `tidesync_${randomUUID().replaceAll('-', '')}`;
  made.push(name);
  return name;
}

function addressOf(name: string, port?: number): string {
  const url = new URL(realServers().tidb.url);
  if (port !== undefined) url.port = String(port);
  url.pathname = `/${name}`;
  return url.href;
}

const ask = async (statement: string, values: unknown[] = []) =>
  (await direct.query<RowDataPacket[]>(statement, values))[0];

async function formatOf(name: string) {
  const columns = await ask(
    'SELECT table_name AS t, column_name AS c, column_type AS type, is_nullable AS n, column_default AS d ' +
      'FROM information_schema.columns WHERE table_schema = ? ORDER BY table_name, ordinal_position',
    [name],
  );
  const keys = await ask(
    'SELECT table_name AS t, index_name AS i, column_name AS c, seq_in_index AS s, non_unique AS n ' +
      'FROM information_schema.statistics WHERE table_schema = ? ORDER BY table_name, index_name, seq_in_index',
    [name],
  );
  return {
    columns,
    keys,
    migrations: await ask(`SELECT version, name FROM \`${name}\`.migrations ORDER BY version`),
  };
}

const statements = readdirSync(MIGRATIONS).flatMap((name) =>
  statementsOf(readFileSync(path.join(MIGRATIONS, name), 'utf8')),
);

test.each<Fate>(['cutBefore', 'cutInside', 'cutAfter'])(
  'a start whose connection ends at any statement of a migration (%s) is made good by the next ones',
  { timeout: 240_000 },
  async (fate) => {
    const name = newName();
    const done = new Set<string>();
    let starts = 0;
    for (let isOver = false; !isOver; starts++) {
      const cut: string[] = [];
      proxy.fateOf((statement) => {
        // What is told of a finished migration is new with each; other statements are the same at every start.
        const key = statement.replaceAll(/\s+/g, ' ');
        if (cut.length > 0 || done.has(key)) return 'pass';
        done.add(key);
        cut.push(key);
        return fate;
      });
      const outcome = await migrateTidb(addressOf(name, proxy.port), MIGRATIONS).then(
        () => 'there',
        () => 'cut',
      );
      expect([cut, outcome]).toEqual([cut, cut.length === 0 ? 'there' : 'cut']);
      isOver = outcome === 'there';
      const [there] = await ask(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = 'leases'",
        [name],
      );
      if (there !== undefined) await ask(ROW.replace('INTO leases', `IGNORE INTO \`${name}\`.leases`));
    }
    expect(starts).toBeGreaterThan(statements.length);
    expect(await formatOf(name)).toEqual(await formatOf(whole));
    expect(await ask(`SELECT name, fence FROM \`${name}\`.leases`)).toEqual([{ name: 'kept', fence: 1 }]);
  },
);
