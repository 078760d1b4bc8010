import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import type { Client } from 'minio';
import { bucketClient, objectsIn, removeBucket } from '../../servers/buckets-and-databases.ts';
import { realServers } from '../../servers/real-servers.ts';
import { serverEnvironment } from '../../servers/server-environment.ts';
import type { Finished } from '../cli-process.ts';
import { Balancer } from './balancer.ts';
import type { Installation, Stored } from './installation.ts';
import { ServerProcess } from './server-process.ts';

export interface ClusterOptions {
  /** Further settings of both servers; null takes one away. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Devices reach the servers through one address. Otherwise they sign in to them in turn. */
  readonly balanced?: boolean;
}

interface Parts {
  readonly servers: readonly [ServerProcess, ServerProcess];
  readonly balancer: Balancer | null;
  readonly database: TidbDatabase;
  readonly bucket: string;
  readonly minio: Client;
}

/** Two servers on one TiDB, one bucket of MinIO and one NATS. */
export class Cluster implements Installation {
  readonly servers: readonly [ServerProcess, ServerProcess];
  readonly #balancer: Balancer | null;
  readonly #database: TidbDatabase;
  readonly #bucket: string;
  readonly #minio: Client;

  private constructor(parts: Parts) {
    this.servers = parts.servers;
    this.#balancer = parts.balancer;
    this.#database = parts.database;
    this.#bucket = parts.bucket;
    this.#minio = parts.minio;
  }

  static async prepare(top: string, options: ClusterOptions = {}): Promise<Cluster> {
    const { tidb, minio, nats } = realServers();
    const database = await makeTidbDatabase(tidb.url);
    const name = `tidesync-e2e-${randomBytes(6).toString('hex')}`;
    const settings = {
      ...serverEnvironment({ databaseUrl: database.url, minio, bucket: name, nats }),
      NATS_SUBJECT_PREFIX: name,
      ...options.env,
    };
    const env = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) as Record<
      string,
      string
    >;
    const serverIn = async (folder: string) => {
      const home = path.join(top, folder);
      await mkdir(home, { recursive: true });
      return new ServerProcess(home, env);
    };
    return new Cluster({
      balancer: options.balanced === true ? await Balancer.start() : null,
      servers: [await serverIn('server 1'), await serverIn('server 2')],
      database,
      bucket: name,
      minio: bucketClient(minio),
    });
  }

  get url(): string {
    return this.urlFor(0);
  }
  /** Where calls are spread over the servers. */
  get balancer(): Balancer {
    if (this.#balancer === null) throw new Error('this cluster has no balancer');
    return this.#balancer;
  }
  urlFor(device: number): string {
    return (this.#balancer ?? (this.servers[device % 2] as ServerProcess)).url;
  }
  get said(): string {
    return this.servers.map(({ said }, index) => `server ${index + 1}:\n${said}`).join('\n');
  }

  async start(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.start()));
    this.#balancer?.spreadOver(this.servers.map(({ url }) => url));
  }
  async kill(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
  }
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  async remove(): Promise<void> {
    this.#balancer?.close();
    await this.#database.drop();
    await removeBucket(this.#minio, this.#bucket);
  }

  admin(args: readonly string[], stdin = ''): Promise<Finished> {
    return this.servers[0].admin(args, stdin);
  }
  makeAccount(email: string, ...options: string[]): Promise<void> {
    return this.servers[0].makeAccount(email, ...options);
  }

  /** Clients put into MinIO itself, but each time they ask a server for the URLs first. */
  puts(): number {
    return this.said.split('"path":"/trpc/uploads.sign"').length - 1;
  }

  async stored(): Promise<Stored> {
    const objects = await objectsIn(this.#minio, this.#bucket);
    return { objects: objects.length, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
  }
}
