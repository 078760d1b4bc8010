// Starts the real servers once for all test files of a run that need them, and ends them after the last one.

import type { TestProject } from 'vitest/node';
import { givenNats, givenS3, givenTidb } from './given-addresses.ts';
import { prepareServers, readinessOf } from './prepare-servers.ts';
import type { RealServers } from './real-servers.ts';
import type { Lifecycle, Started } from './running-server.ts';
import { startMinio, startNats, startTidb, startVersitygw } from './start-servers.ts';

/** Shared by the projects of one run: vitest sets each of them up on its own, in one process. */
interface Shared {
  users: number;
  readonly running: Promise<Running>;
}
interface Running {
  readonly servers: RealServers;
  stop(): Promise<void>;
}
const SHARED = Symbol.for('tidesync: real servers of this run');
const ofThisProcess = globalThis as { [SHARED]?: Shared };

/** Errors: with what is missing and how to get it. */
export default async function provideRealServers({ provide }: TestProject): Promise<() => Promise<void>> {
  ofThisProcess[SHARED] ??= { users: 0, running: startRealServers() };
  const shared = ofThisProcess[SHARED];
  shared.users++;
  const { servers, stop } = await shared.running;
  provide('realServers', servers);
  return async () => {
    shared.users--;
    if (shared.users === 0) await stop();
  };
}

async function startRealServers(): Promise<Running> {
  const readiness = readinessOf(await prepareServers(), true);
  if (readiness.state === 'missing') throw new Error(readiness.sentences.join('\n'));
  const running: Lifecycle[] = [];
  const stopAll = async () => {
    await Promise.all(running.map((server) => server.stop()));
  };
  async function start<A>(given: A | null, begin: () => Promise<Started<A>>): Promise<A> {
    if (given !== null) return given;
    const server = await begin();
    running.push(server);
    // Only what can be handed to another process.
    return JSON.parse(JSON.stringify(server)) as A;
  }
  const { env } = process;
  const starting = [
    start(givenTidb(env), startTidb),
    start(givenS3('minio', env), startMinio),
    start(givenS3('versitygw', env), startVersitygw),
    start(givenNats(env), startNats),
  ] as const;
  try {
    const [tidb, minio, versitygw, nats] = await Promise.all(starting);
    return { servers: { tidb, minio, versitygw, nats }, stop: stopAll };
  } catch (error) {
    await Promise.allSettled(starting);
    await stopAll();
    throw error;
  }
}
