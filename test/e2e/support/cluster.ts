import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import { Client } from 'minio';
import { realServers } from '../../servers/real-servers.ts';
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
      DATABASE_URL: database.url,
      STORAGE_BACKEND: 'minio',
      MINIO_ENDPOINT: `${minio.host}:${minio.port}`,
      MINIO_ACCESS_KEY: minio.accessKey,
      MINIO_SECRET_KEY: minio.secretKey,
      STORAGE_DEFAULT_BUCKET: name,
      NATS_URL: nats.url,
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
    const { host: endPoint, port, accessKey, secretKey, region, secure: useSSL } = minio;
    return new Cluster({
      balancer: options.balanced === true ? await Balancer.start() : null,
      servers: [await serverIn('server 1'), await serverIn('server 2')],
      database,
      bucket: name,
      minio: new Client({ endPoint, port, accessKey, secretKey, region, useSSL }),
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
    const names = (await this.#objects()).map(({ name }) => name);
    await this.#minio.removeObjects(this.#bucket, names);
    await this.#minio.removeBucket(this.#bucket);
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
    const objects = await this.#objects();
    return { objects: objects.length, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
  }

  async #objects(): Promise<{ name: string; size: number }[]> {
    const found: { name: string; size: number }[] = [];
    for await (const one of this.#minio.listObjectsV2(this.#bucket, '', true))
      found.push(one as { name: string; size: number });
    return found;
  }
}
