import { fail } from '@tidesync/shared/problems';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { readMigrations } from './migration-files.ts';
import { connectionOptions } from './tidb-pool.ts';

const LOCK_WAIT_S = 120;
const UNKNOWN_DATABASE = 1049;

/**
 * Makes the database if it is missing and brings it to the newest format, one server at a time: the others wait for
 * a lock that ends with its connection. A change of tables is no transaction in TiDB, so every statement of a
 * migration may run twice, and a migration that was cut short runs again from its beginning.
 * Errors: Failure `dataTooNew`, before anything was written; `busy` when another server migrates for too long.
 */
export async function migrateTidb(url: string, folder: string): Promise<void> {
  const { database, ...server } = connectionOptions(url);
  const connection = await connectTo(database, server);
  try {
    const lock = `tidesync-format-${database}`.slice(0, 64);
    const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS taken', [
      lock,
      LOCK_WAIT_S,
    ]);
    if (rows[0]?.taken !== 1) fail({ reason: 'busy' });
    await applyMigrations(connection, folder);
  } finally {
    await connection.end();
  }
}

type ServerOptions = Omit<ReturnType<typeof connectionOptions>, 'database'>;

async function connectTo(database: string, server: ServerOptions): Promise<Connection> {
  try {
    return await createConnection({ ...server, database });
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error && error.errno === UNKNOWN_DATABASE)) throw error;
  }
  const maker = await createConnection(server);
  try {
    await maker.query(
      `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    );
  } finally {
    await maker.end();
  }
  return createConnection({ ...server, database });
}

async function applyMigrations(connection: Connection, folder: string): Promise<void> {
  await connection.query(
    'CREATE TABLE IF NOT EXISTS migrations (version INT NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, ' +
      'applied_at_ms BIGINT NOT NULL)',
  );
  const [rows] = await connection.query<RowDataPacket[]>('SELECT max(version) AS version FROM migrations');
  const found: number = rows[0]?.version ?? 0;
  const migrations = readMigrations(folder);
  if (found > migrations.length) {
    fail({ reason: 'dataTooNew', what: 'The server database', found, known: migrations.length });
  }
  for (const { version, name, statements } of migrations.slice(found)) {
    for (const statement of statementsOf(statements)) await connection.query(statement);
    await connection.query('INSERT INTO migrations VALUES (?, ?, ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000))', [
      version,
      name,
    ]);
  }
}

/** A file's statements; comments are whole lines. */
export function statementsOf(text: string): string[] {
  const code = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n');
  return code
    .split(/;\s*\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
