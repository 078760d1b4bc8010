import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { createServerApi, syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { SyncServer } from '@tidesync/engine/ports/server';
import { makeOp } from '@tidesync/server/testing/op-makers';
import { freshEntryId, freshId, freshOpId } from '@tidesync/server/testing/server-world';
import type { LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD } from '../e2e/support/server-process.ts';
import { until } from '../e2e/support/waiting.ts';
import { FaultWorld } from './fault-world.ts';

const WORKERS = 6;

let world: FaultWorld;
let server: SyncServer;
let token = '';
const libraryId = freshId<LibraryId>();
beforeAll(async () => {
  world = await FaultWorld.open();
  const url = world.urls[0] as string;
  await world.servers[0].makeAccount('ann@example.org');
  const anyone = createServerApi({ url, token: null, clock: nodeClock, random: nodeRandom });
  const login = { email: 'ann@example.org', password: PASSWORD, deviceName: 'x' };
  ({ token } = await anyone.call('auth.login', login));
  server = syncServerOf(createServerApi({ url, token: () => token, clock: nodeClock, random: nodeRandom }));
  await server.createLibrary(libraryId, 'Papers');
});
afterAll(() => world.close());

/** People at work, who try nothing twice; how their calls ended. */
class Load {
  readonly ends = new Map<string, number>();
  #stopped = false;
  readonly #workers: Promise<void>[];

  constructor() {
    this.#workers = Array.from({ length: WORKERS }, () => this.#work());
  }

  count(end: string): number {
    return this.ends.get(end) ?? 0;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const ops = [makeOp.folder(freshEntryId(), topFolderOf(libraryId), freshId())];
      const end = await Promise.all([
        server.commit({ libraryId, opId: freshOpId(), ops }),
        server.tree(libraryId, null),
      ]).then(
        () => 'answered',
        (error: unknown) => (isFailure(error) ? error.problem.reason : String(error)),
      );
      this.ends.set(end, this.count(end) + 1);
    }
  }
}

async function more(load: Load, end: string): Promise<void> {
  const before = load.count(end);
  await until(`more calls end as ${end}`, () => load.count(end) > before + WORKERS);
}

test('[F4] [F5] while TiDB is down calls are told so and when to come back, and all goes on when it is up', async () => {
  const url = world.urls[0] as string;
  const load = new Load();
  const { pid } = world.servers[0];
  try {
    for (let round = 0; round < 2; round++) {
      await more(load, 'answered');
      await world.victim('TiDB').kill();
      await more(load, 'databaseUnavailable');
      await until('the server says that it is not ready', async () => {
        const ready = await fetch(`${url}/ready`);
        return ready.status === 503 && ((await ready.json()) as { reason?: string }).reason === 'database';
      });
      const refused = await fetch(`${url}/trpc/libraries.list`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      await world.victim('TiDB').start();
      await more(load, 'answered');
      await until('the server is ready', async () => (await fetch(`${url}/ready`)).ok);
    }
  } finally {
    await load.stop();
  }
  expect(
    [...load.ends.keys()].filter((end) => !/^(answered|databaseUnavailable|outcomeUnknown)$/.test(end)),
  ).toEqual([]);
  expect(world.servers[0].pid, 'it is the same process').toBe(pid);
});

test('[F9] while NATS is down no call fails', async () => {
  const load = new Load();
  try {
    await more(load, 'answered');
    await world.victim('NATS').kill();
    await more(load, 'answered');
    await world.victim('NATS').start();
    await more(load, 'answered');
  } finally {
    await load.stop();
  }
  expect([...load.ends.keys()]).toEqual(['answered']);
});
