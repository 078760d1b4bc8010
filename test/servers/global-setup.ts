// Starts the real servers once for all test files of a run that need them, and ends them after the last one.

import type { TestProject } from 'vitest/node';
import { givenNats, givenS3, givenTidb } from './given-addresses.ts';
import { prepareServers, readinessOf } from './prepare-servers.ts';
import type { RealServers } from './real-servers.ts';
import type { Lifecycle, Started } from './running-server.ts';
import { startMinio, startNats, startTidb, startVersitygw } from './start-servers.ts';

/** Errors: with what is missing and how to get it. */
export default async function startRealServers({ provide }: TestProject): Promise<() => Promise<void>> {
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
    const servers: RealServers = { tidb, minio, versitygw, nats };
    provide('realServers', servers);
  } catch (error) {
    await Promise.allSettled(starting);
    await stopAll();
    throw error;
  }
  return stopAll;
}
