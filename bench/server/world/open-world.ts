import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { noteForReaper } from '../../../test/e2e/support/left-behind.ts';
import { startClients } from '../clients/client-pool.ts';
import type { BenchServer } from './bench-server.ts';
import { startBenchServer } from './bench-server.ts';
import type { Backing, World } from './world.ts';

export interface WorldOptions {
  readonly openBacking: (folder: string) => Backing | Promise<Backing>;
  readonly servers: number;
  readonly clientProcesses: number;
  readonly profileDir: string | null;
}

/** Starts everything below one temporary folder; nothing is left of it after `close`, or after this process. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const folder = path.join(os.tmpdir(), `tidesync-bench-${randomUUID()}`);
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  noteForReaper('+', folder);
  undo.push(async () => {
    await rm(folder, { recursive: true, force: true });
    noteForReaper('-', folder);
  });
  try {
    await mkdir(folder, { recursive: true });
    const backing = await options.openBacking(folder);
    undo.push(() => backing.close());
    const servers: BenchServer[] = [];
    const dataDirOf = (n: number) => path.join(folder, `server-${n}`);
    const { settings } = backing;
    for (let n = 0; n < Math.min(options.servers, backing.serversMax); n++) {
      const server = await startBenchServer({
        dataDir: dataDirOf(n),
        settings,
        profileDir: options.profileDir,
      });
      servers.push(server);
      undo.push(() => server.stop());
    }
    const { seeds, close: closeSeeds } = await backing.openSeeds(dataDirOf(0));
    undo.push(closeSeeds);
    const clients = await startClients(options.clientProcesses);
    undo.push(() => clients.close());
    return { backing, servers, clients, seeds, close };
  } catch (error) {
    await close();
    throw error;
  }
}
