// Starts the real servers. Each has the settings that tests need and switches off what tests do not.

import { randomBytes } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { natsGreeting, s3Refusal, tidbReady } from './answers.ts';
import { findProgram } from './find-program.ts';
import type { NatsAddress, S3Address, TidbAddress } from './real-servers.ts';
import type { Place, ServerPlan, Started } from './running-server.ts';
import { RunningServer } from './running-server.ts';
import type { ServerKind } from './server-kinds.ts';
import { programs } from './server-kinds.ts';

const REGION = 'us-east-1';

export interface StartOptions {
  /** Keeps the data there (a small or a full disk, say) instead of in a folder that is thrown away. */
  readonly dataDir?: string;
  /** Besides or instead of the usual. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to the usual. */
  readonly args?: readonly string[];
}

export interface S3Options extends StartOptions {
  /** Speak TLS with this certificate and key (PEM files). */
  readonly tls?: { readonly certPath: string; readonly keyPath: string };
}

/**
 * TiDB alone, with its embedded store. That store keeps the locks of a commit in two phases in memory: killed
 * between the phases, it would lose half of a transaction, which TiKV never does. So all tables share one region
 * and all of a transaction is one batch, and every commit has one phase.
 */
export async function startTidb(options: StartOptions = {}): Promise<Started<TidbAddress>> {
  const server = await begin('tidb', options, {
    async arguments({ listenHost, port, dataDir, topDir }) {
      const config = path.join(topDir, 'tidb.toml');
      await writeFile(config, tidbSettings(path.join(topDir, 'tmp')));
      const listen = ['-host', listenHost, '-P', `${port}`, '-advertise-address', '127.0.0.1'];
      return { args: ['-config', config, '-store', 'unistore', '-path', dataDir, ...listen], env: {} };
    },
    answers: tidbReady,
  });
  return started(server, { url: `mysql://root@${server.host}:${server.port}` });
}

function tidbSettings(tempDir: string): string {
  return `
socket = ""
temp-dir = ${JSON.stringify(tempDir)}
tmp-storage-path = ${JSON.stringify(path.join(tempDir, 'spilled'))}
split-table = false
enable-telemetry = false
[log]
level = "warn"
slow-query-file = ""
[status]
report-status = false
[performance]
force-init-stats = false
[instance]
tidb_enable_slow_log = false
`;
}

/** MinIO on one folder, without its console and without looking for news of itself. */
export async function startMinio(options: S3Options = {}): Promise<Started<S3Address>> {
  const keys = newKeys();
  const server = await begin('minio', options, {
    async arguments({ listenHost, port, dataDir, topDir }) {
      const certsDir = path.join(topDir, 'certs');
      await mkdir(certsDir, { recursive: true });
      if (options.tls !== undefined) {
        await cp(options.tls.certPath, path.join(certsDir, 'public.crt'));
        await cp(options.tls.keyPath, path.join(certsDir, 'private.key'));
      }
      return {
        args: ['server', '--quiet', '--certs-dir', certsDir, '--address', `${listenHost}:${port}`, dataDir],
        env: {
          MINIO_ROOT_USER: keys.accessKey,
          MINIO_ROOT_PASSWORD: keys.secretKey,
          MINIO_REGION: REGION,
          MINIO_BROWSER: 'off',
          MINIO_UPDATE: 'off',
        },
      };
    },
    answers: (place) => s3Refusal(place, options.tls !== undefined),
  });
  return started(server, s3Address(server, keys, options));
}

/** versitygw on one folder, with versions of objects and with accounts of its own. */
export async function startVersitygw(options: S3Options = {}): Promise<Started<S3Address>> {
  const keys = newKeys();
  const server = await begin('versitygw', options, {
    async arguments({ listenHost, port, dataDir, topDir }) {
      const folders = { iam: path.join(topDir, 'iam'), versions: path.join(topDir, 'versions') };
      await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
      const tls =
        options.tls === undefined ? [] : ['--cert', options.tls.certPath, '--key', options.tls.keyPath];
      const listen = [
        '--port',
        `${listenHost}:${port}`,
        '--region',
        REGION,
        '--iam-dir',
        folders.iam,
        ...tls,
      ];
      return {
        // What a test adds stands before the backend, where the options of the gateway belong.
        args: [
          '--quiet',
          ...listen,
          ...(options.args ?? []),
          'posix',
          '--versioning-dir',
          folders.versions,
          dataDir,
        ],
        env: { ROOT_ACCESS_KEY: keys.accessKey, ROOT_SECRET_KEY: keys.secretKey },
      };
    },
    answers: (place) => s3Refusal(place, options.tls !== undefined),
  });
  return started(server, s3Address(server, keys, options));
}

/** NATS, without its store of messages: doorbells are not kept. */
export async function startNats(options: StartOptions = {}): Promise<Started<NatsAddress>> {
  const name = `tidesync-test-${randomBytes(8).toString('hex')}`;
  const server = await begin('nats', options, {
    async arguments({ listenHost, port }) {
      return { args: ['--name', name, '-a', listenHost, '-p', `${port}`], env: {} };
    },
    answers: (place) => natsGreeting(place, name),
  });
  return started(server, { url: `nats://${server.host}:${server.port}` });
}

type How = Pick<ServerPlan, 'arguments' | 'answers'>;

async function begin(kind: ServerKind, options: StartOptions, how: How): Promise<RunningServer> {
  const addsArgs = kind === 'versitygw' ? [] : (options.args ?? []);
  return RunningServer.begin({
    title: programs[kind].title,
    found: await findProgram(kind),
    dataDir: options.dataDir,
    answers: how.answers,
    async arguments(place: Place) {
      const { args, env } = await how.arguments(place);
      return { args: [...args, ...addsArgs], env: { ...env, ...options.env } };
    },
  });
}

function started<A extends object>(server: RunningServer, address: A): Started<A> {
  return {
    ...address,
    topDir: server.topDir,
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    start: () => server.start(),
    stop: () => server.stop(),
    log: () => server.log(),
  };
}

type Keys = Pick<S3Address, 'accessKey' | 'secretKey'>;

/** New ones for each server, so that a test cannot talk to another's by mistake. */
function newKeys(): Keys {
  return { accessKey: `test${randomBytes(8).toString('hex')}`, secretKey: randomBytes(20).toString('hex') };
}

function s3Address({ host, port }: RunningServer, keys: Keys, { tls }: S3Options): S3Address {
  return { host, port, ...keys, region: REGION, secure: tls !== undefined };
}
