import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { createServerApi } from '@tidesync/engine/adapters/trpc-server';
import type { Chunk } from '@tidesync/server/testing/server-world';
import { freshId } from '@tidesync/server/testing/server-world';
import type { LibraryId } from '@tidesync/shared/ids';
import { PASSWORD } from '../e2e/support/server-process.ts';
import { Chance } from './chance.ts';
import { checkAfter } from './check-after.ts';
import { FaultClient } from './fault-client.ts';
import { FaultWorld } from './fault-world.ts';
import { Ledger } from './ledger.ts';
import type { Kill } from './saboteur.ts';
import { Saboteur } from './saboteur.ts';
import { Work } from './work.ts';

export interface SeedOptions {
  readonly seed: number;
  readonly commits: number;
  /** A run that takes longer has failed. */
  readonly timeoutMs: number;
}

export interface SeedReport {
  readonly seed: number;
  readonly commits: number;
  readonly abandoned: number;
  readonly contents: number;
  readonly kills: readonly Kill[];
  /** Calls that were made again, by the reason. */
  readonly retries: ReadonlyMap<string, number>;
  readonly workMs: number;
  readonly checkMs: number;
  /** Null: all held. */
  readonly error: unknown;
  /** The end of what the servers said; empty if all held. */
  readonly said: string;
}

const PEOPLE = ['ada@example.org', 'bob@example.org'] as const;
const DEVICES_EACH = 3;

/** Many commits by several devices, while programs are killed; then everything is looked at. Leaves nothing. */
export async function runSeed({ seed, commits, timeoutMs }: SeedOptions): Promise<SeedReport> {
  const chance = new Chance(seed);
  const ledger = new Ledger();
  const stop = new AbortController();
  const world = await FaultWorld.open();
  const timer = setTimeout(() => stop.abort(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  const clients: FaultClient[] = [];
  const saboteur = new Saboteur(world, { chance, stop: stop.signal, commits });
  let [workMs, checkMs] = [0, 0];
  let error: unknown = null;
  try {
    const libraryIds = await prepare(world, { clients, chance, stop: stop.signal });
    const startMs = performance.now();
    await workOn({ clients, libraryIds, chance, ledger, saboteur, commits });
    await saboteur.allUp();
    workMs = performance.now() - startMs;
    const client = clients[0] as FaultClient;
    await checkAfter({ databaseUrl: world.databaseUrl, ledger, client, libraryIds });
    checkMs = performance.now() - startMs - workMs;
  } catch (failed) {
    error = stop.signal.aborted ? stop.signal.reason : failed;
  } finally {
    clearTimeout(timer);
    stop.abort(new Error('the run is over'));
    await saboteur.allUp().catch(() => undefined);
    for (const client of clients) client.close();
    await world.close();
  }
  const { answered, abandoned, contents } = ledger;
  return {
    seed,
    commits: answered.length,
    abandoned: abandoned.length,
    contents: contents.size,
    kills: saboteur.kills,
    retries: sumOf(clients.map(({ retries }) => retries)),
    workMs: Math.round(workMs),
    checkMs: Math.round(checkMs),
    error,
    said: error === null ? '' : world.said(),
  };
}

interface Preparing {
  readonly clients: FaultClient[];
  readonly chance: Chance;
  readonly stop: AbortSignal;
}

/** Two people with three devices each; each person has a library, and the other one may write to it. */
async function prepare(world: FaultWorld, { clients, chance, stop }: Preparing): Promise<LibraryId[]> {
  for (const email of PEOPLE) await world.servers[0].makeAccount(email);
  const own = new Chance(chance.between(1, 1_000_000));
  for (const email of PEOPLE) {
    for (let device = 0; device < DEVICES_EACH; device++) {
      const urls = device % 2 === 0 ? world.urls : world.urls.toReversed();
      const random = () => own.between(0, 1_000) / 1_000;
      clients.push(await FaultClient.signIn({ urls, email, stop, random }));
    }
  }
  const libraryIds: LibraryId[] = [];
  for (const [index, email] of PEOPLE.entries()) {
    const url = world.urls[0] as string;
    const anyone = createServerApi({ url, token: null, clock: nodeClock, random: nodeRandom });
    const { token } = await anyone.call('auth.login', { email, password: PASSWORD, deviceName: 'owner' });
    const api = createServerApi({ url, token: () => token, clock: nodeClock, random: nodeRandom });
    const libraryId = freshId<LibraryId>();
    await api.call('libraries.create', { libraryId, name: `Library of ${email}` });
    const other = PEOPLE[1 - index] as string;
    await api.call('libraries.members.set', { libraryId, email: other, role: 'editor' });
    libraryIds.push(libraryId);
  }
  return libraryIds;
}

interface Working {
  readonly clients: readonly FaultClient[];
  readonly libraryIds: readonly LibraryId[];
  readonly chance: Chance;
  readonly ledger: Ledger;
  readonly saboteur: Saboteur;
  readonly commits: number;
}

async function workOn(parts: Working): Promise<void> {
  const { clients, libraryIds, chance, ledger, saboteur, commits } = parts;
  const common: Chunk[] = [];
  let begun = 0;
  const workers = clients.map(async (client, index) => {
    const own = new Chance(chance.between(1, 1_000_000));
    const work = new Work({ client, libraryIds, chance: own, ledger, common, name: `device ${index + 1}` });
    while (begun++ < commits) {
      await work.commit();
      saboteur.committed(ledger.answered.length);
    }
  });
  // One that fails must not leave the others working on what is being closed.
  const ends = await Promise.allSettled(workers);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function sumOf(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const [reason, count] of counts.flatMap((one) => [...one])) {
    sum.set(reason, (sum.get(reason) ?? 0) + count);
  }
  return sum;
}
