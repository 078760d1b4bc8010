import { fileURLToPath } from 'node:url';
import { fail } from '@tidesync/shared/problems';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import type { DatabaseInspection } from '../../ports/database-inspection.ts';
import { readMigrations } from './migration-files.ts';
import { connectionOptions, SESSION_SETTINGS } from './tidb-pool.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../../../drizzle/tidb/', import.meta.url));
/** The oldest line that the product is tested with. */
const VERSION_MIN = [8, 1] as const;
const PACKET_BYTES_MIN = 16 * 1024 * 1024;

/** Errors: Failure `databaseUrlWrong`, `databaseUnavailable`. */
export async function inspectTidb(url: string): Promise<DatabaseInspection> {
  const { database, ...server } = connectionOptions(url);
  let connection: Connection;
  try {
    connection = await createConnection(server);
  } catch (error) {
    return fail({ reason: 'databaseUnavailable' }, error);
  }
  try {
    const ask = (query: string) => askOn(connection, query);
    const { version } = await ask('SELECT VERSION() AS version');
    const complaints = await complaintsOn(connection, String(version));
    const clockAheadMs = await clockAhead(ask);
    const { found } = await ask(
      'SELECT count(*) AS found FROM information_schema.tables ' +
        `WHERE table_schema = ${connection.escape(database)} AND table_name = 'migrations'`,
    );
    let format: number | null = null;
    if (Number(found) > 0) {
      await connection.query(`USE ${connection.escapeId(database)}`);
      format = Number((await ask('SELECT coalesce(max(version), 0) AS version FROM migrations')).version);
    }
    return {
      what: `${productOf(String(version))} at ${server.host}:${server.port}, database ${database},`,
      format,
      formatKnown: readMigrations(MIGRATIONS).length,
      clockAheadMs,
      complaints,
      count: async (query) => Number((await ask(query)).n),
      close: () => connection.end(),
    };
  } catch (error) {
    connection.destroy();
    return fail({ reason: 'databaseUnavailable' }, error);
  }
}

async function askOn(connection: Connection, query: string): Promise<Readonly<Record<string, unknown>>> {
  const [rows] = await connection.query<RowDataPacket[]>(query);
  return rows[0] ?? {};
}

/** `8.0.11-TiDB-v8.5.4` is how TiDB says its version to clients of MySQL. */
const productOf = (version: string) => {
  const tidb = /TiDB-v?(\S+)/i.exec(version)?.[1];
  return tidb === undefined ? `MySQL ${version}` : `TiDB ${tidb}`;
};

async function complaintsOn(connection: Connection, version: string): Promise<string[]> {
  const found = /TiDB-v?(\d+)\.(\d+)/i.exec(version);
  if (found === null)
    return [`It is no TiDB (${version}): its transactions work otherwise than ours expect.`];
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const complaints: string[] = [];
  if (major < VERSION_MIN[0] || (major === VERSION_MIN[0] && minor < VERSION_MIN[1])) {
    complaints.push(
      `TiDB ${major}.${minor} is older than ${VERSION_MIN.join('.')}, the oldest line that was tested.`,
    );
  }
  await connection.query(SESSION_SETTINGS);
  const { isolation, mode, packet } = await askOn(
    connection,
    'SELECT @@transaction_isolation AS isolation, @@tidb_txn_mode AS mode, @@max_allowed_packet AS packet',
  );
  if (isolation !== 'READ-COMMITTED')
    complaints.push(`It does not take transaction_isolation READ-COMMITTED.`);
  if (mode !== 'pessimistic') complaints.push(`It does not take tidb_txn_mode pessimistic.`);
  if (Number(packet) < PACKET_BYTES_MIN) {
    complaints.push(`Its max_allowed_packet is ${packet}; ${PACKET_BYTES_MIN} bytes are needed.`);
  }
  return complaints;
}

/** Half of the way there and back is taken off. */
async function clockAhead(
  ask: (query: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<number> {
  const startMs = Date.now();
  const { at } = await ask('SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS at');
  return Math.round(Number(at) - (startMs + Date.now()) / 2);
}
