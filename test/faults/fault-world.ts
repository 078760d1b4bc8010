// Two real servers on a TiDB, a MinIO and a NATS of their own, each of which can be killed.

import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { noteForReaper } from '../e2e/support/left-behind.ts';
import { ServerProcess } from '../e2e/support/server-process.ts';
import type { NatsAddress, S3Address, TidbAddress } from '../servers/real-servers.ts';
import type { Started } from '../servers/running-server.ts';
import { startMinio, startNats, startTidb } from '../servers/start-servers.ts';

export type Victim = 'server 1' | 'server 2' | 'TiDB' | 'MinIO' | 'NATS';

export interface Killable {
  readonly pid: number;
  kill(): Promise<void>;
  start(): Promise<void>;
}

interface Parts {
  readonly top: string;
  readonly tidb: Started<TidbAddress>;
  readonly minio: Started<S3Address>;
  readonly nats: Started<NatsAddress>;
  readonly servers: readonly [ServerProcess, ServerProcess];
}

export class FaultWorld {
  readonly #parts: Parts;
  readonly databaseUrl: string;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.databaseUrl = `${parts.tidb.url}/tidesync`;
  }

  static async open(): Promise<FaultWorld> {
    const top = path.join(os.tmpdir(), `tidesync-faults-${randomUUID()}`);
    noteForReaper('+', top);
    const starting = [startTidb(), startMinio(), startNats()] as const;
    try {
      const [tidb, minio, nats] = await Promise.all(starting);
      const env = {
        DATABASE_URL: `${tidb.url}/tidesync`,
        STORAGE_BACKEND: 'minio',
        MINIO_ENDPOINT: `${minio.host}:${minio.port}`,
        MINIO_ACCESS_KEY: minio.accessKey,
        MINIO_SECRET_KEY: minio.secretKey,
        NATS_URL: nats.url,
        TIDESYNC_LOG_LEVEL: 'warn',
      };
      const serverIn = async (folder: string) => {
        const home = path.join(top, folder);
        await mkdir(home, { recursive: true });
        return new ServerProcess(home, env);
      };
      const servers = [await serverIn('server 1'), await serverIn('server 2')] as const;
      const world = new FaultWorld({ top, tidb, minio, nats, servers });
      for (const server of servers) await server.start();
      return world;
    } catch (error) {
      for (const one of await Promise.allSettled(starting)) {
        if (one.status === 'fulfilled') await one.value.stop();
      }
      throw error;
    }
  }

  get servers(): readonly [ServerProcess, ServerProcess] {
    return this.#parts.servers;
  }
  get urls(): readonly string[] {
    return this.servers.map(({ url }) => url);
  }
  get minio(): S3Address {
    return this.#parts.minio;
  }

  victim(name: Victim): Killable {
    const { tidb, minio, nats, servers } = this.#parts;
    return { 'server 1': servers[0], 'server 2': servers[1], TiDB: tidb, MinIO: minio, NATS: nats }[name];
  }

  /** As whoever looks after the programs does: a server that cannot start yet is started again. */
  async startAgain(name: Victim, until: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.victim(name).start();
        return;
      } catch (error) {
        if (!name.startsWith('server') || until.aborted) throw error;
        await this.victim(name).kill();
        await pause(200);
      }
    }
  }

  said(): string {
    return this.servers.map(({ said }, index) => `── server ${index + 1}\n${said.slice(-8_000)}`).join('\n');
  }

  async close(): Promise<void> {
    const { top, tidb, minio, nats, servers } = this.#parts;
    await Promise.allSettled(servers.map((server) => server.kill()));
    await Promise.allSettled([tidb.stop(), minio.stop(), nats.stop()]);
    await rm(top, { recursive: true, force: true, maxRetries: 5 });
    noteForReaper('-', top);
  }
}
