import type { ClientPool } from '../clients/client-pool.ts';
import type { DeviceAccess } from '../clients/connected-device.ts';
import type { DirectPlace } from '../clients/direct-task.ts';
import type { BenchServer } from './bench-server.ts';
import type { NamedProcess } from './process-use.ts';
import type { SeededAccount, Seeds } from './seeds.ts';

/** What the servers under test stand on. */
export interface Backing {
  /** `embedded`: SQLite and a local folder, one server; `servers`: TiDB, an S3 store and NATS, many servers. */
  readonly kind: 'embedded' | 'servers';
  /** One line for the report. */
  readonly what: string;
  /** Programs beside the servers. */
  readonly processes: readonly NamedProcess[];
  /** Ports by which traffic of the servers is told apart; null: there is no such program. */
  readonly ports: Readonly<Record<'database' | 'objects' | 'events', number | null>>;
  /** For `tidesync-server start`. */
  readonly settings: Readonly<Record<string, string>>;
  /** How many servers may run on it. */
  readonly serversMax: number;
  openSeeds(dataDir: string): Promise<{ readonly seeds: Seeds; close(): Promise<void> }>;
  /** That many places for objects of the same store without Tidesync. */
  directPlaces(count: number): Promise<DirectPlace[]>;
  close(): Promise<void>;
}

/** Everything that runs during the scenarios. */
export interface World {
  readonly backing: Backing;
  readonly servers: readonly BenchServer[];
  readonly clients: ClientPool;
  readonly seeds: Seeds;
  close(): Promise<void>;
}

/** The n-th device of a scenario goes to the n-th server, and round again. */
export function accessOf({ servers }: Pick<World, 'servers'>, token: string, n: number): DeviceAccess {
  const server = servers[n % servers.length] as BenchServer;
  return { url: server.url, token };
}

/** Its first device, at the n-th server. */
export const firstDevice = (world: Pick<World, 'servers'>, account: SeededAccount, n: number): DeviceAccess =>
  accessOf(world, account.tokens[0] as string, n);
