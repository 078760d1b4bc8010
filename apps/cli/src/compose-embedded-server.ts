import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { ensureAdministrator } from '@tidesync/server/compose-first-account';
import { startServer } from '@tidesync/server/compose-server';
import { isLoopback } from './server-address.ts';

export interface EmbeddedServer {
  /** Under which programs of this machine reach it. */
  readonly url: string;
  /** Under which others do; null if it listens on loopback only. */
  readonly lanUrl: string | null;
  hasAccounts(): Promise<boolean>;
  /** A cheap success if there is an account of that name. */
  ensureAccount(email: string, password: string): Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly insecureHttp: boolean;
}

/** The whole server in this process: SQLite and a local object folder below `dataDir`. Rejects with Failure. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const dataDir = path.join(options.dataDir, 'server');
  const server = await startServer({ ...options, dataDir });
  return {
    url: server.url,
    lanUrl: lanUrlOf(options.host, server.port),
    hasAccounts: () => server.hasAccounts(),
    ensureAccount: (email, password) => ensureAdministrator(dataDir, { email, password }),
    stop: () => server.stop(),
  };
}

function lanUrlOf(host: string, port: number): string | null {
  if (isLoopback(host)) return null;
  const everywhere = host === '0.0.0.0' || host === '::';
  const address = everywhere ? firstLanAddress() : host;
  if (address === null) return null;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function firstLanAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find((one) => !one.internal && one.family === 'IPv4')?.address ?? null;
}
