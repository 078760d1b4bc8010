// Whether a server that was started answers, as itself. Each throws until it does.

import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { createConnection } from 'mysql2/promise';
import type { Place } from './running-server.ts';

const HOST = '127.0.0.1';
const LOOK_TIMEOUT_MS = 5_000;

/** Above the largest transaction that TiDB takes, so that each is one batch (see `startTidb`). */
const COMMIT_BATCH_BYTES = 256 * 2 ** 20;

/** SQL is answered, by the TiDB over this data; and every transaction is committed in one phase from now on. */
export async function tidbReady({ port, dataDir }: Place): Promise<void> {
  const connection = await createConnection({
    host: HOST,
    port,
    user: 'root',
    connectTimeout: LOOK_TIMEOUT_MS,
  });
  try {
    const [rows] = await connection.query('SELECT @@datadir AS place');
    const { place } = (rows as { place: string }[])[0] ?? {};
    if (place !== dataDir) throw new Error(`the TiDB at port ${port} is another one, over ${place}`);
    await connection.query(`SET GLOBAL tidb_txn_commit_batch_size = ${COMMIT_BATCH_BYTES}`);
  } finally {
    connection.destroy();
  }
}

/** A request without a key is refused as S3 refuses it; before a server has its keys it says something else. */
export async function s3Refusal({ port }: Place, secure: boolean): Promise<void> {
  const { status, body } = await get({ port, secure });
  if (status !== 403 || !body.includes('<Code>AccessDenied</Code>'))
    throw new Error(`answered ${status}: ${body.slice(0, 300)}`);
}

function get({ port, secure }: { port: number; secure: boolean }): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: HOST, port, path: '/', agent: false as const, timeout: LOOK_TIMEOUT_MS };
    const request = secure ? https.get({ ...options, rejectUnauthorized: false }) : http.get(options);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

/** The first line that NATS says names this server. */
export function natsGreeting({ port }: Place, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, timeout: LOOK_TIMEOUT_MS });
    let said = '';
    const end = (error: Error | null) => {
      socket.destroy();
      if (error === null) resolve();
      else reject(error);
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!said.includes('\r\n')) return;
      const isIt = said.startsWith('INFO ') && said.includes(`"${name}"`);
      end(isIt ? null : new Error(`the server at port ${port} said ${said.slice(0, 200)}`));
    });
    socket.on('timeout', () => end(new Error('no answer in time')));
    socket.on('error', end);
    socket.on('close', () => end(new Error('hung up')));
  });
}
