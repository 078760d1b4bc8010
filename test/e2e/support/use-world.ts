import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Installation } from './installation.ts';
import { ServerProcess } from './server-process.ts';
import { World } from './world.ts';

/**
 * The world of a test file: opened before its tests, closed after them, its words shown when one fails. It has one
 * server with a data folder; where the test run says so, two on TiDB, MinIO and NATS, so that the same stories hold
 * for both.
 */
export function useWorld(): World {
  return use(
    new World(process.env.TIDESYNC_TEST_SERVERS === 'cluster' ? prepareCluster : ServerProcess.prepare),
  );
}

/** The same with one server always, for stories about its data folder. */
export function useWorldOfOneServer(): World<ServerProcess> {
  return use(new World(ServerProcess.prepare));
}

/** Used by nobody else, as only this run knows the addresses of TiDB, MinIO and NATS. */
async function prepareCluster(top: string): Promise<Installation> {
  const { Cluster } = await import('./cluster.ts');
  return Cluster.prepare(top);
}

export function use<I extends Installation>(world: World<I>): World<I> {
  beforeAll(() => world.open());
  beforeEach(({ onTestFailed }) => onTestFailed(() => void process.stderr.write(`${world.said()}\n`)));
  afterAll(() => world.close());
  return world;
}
