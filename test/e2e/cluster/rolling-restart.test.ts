import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LibraryId } from '@tidesync/shared/ids';
import { expect, test } from 'vitest';
import { BareDevice } from '../support/bare-device.ts';
import { Cluster } from '../support/cluster.ts';
import type { Device } from '../support/device.ts';
import { use } from '../support/use-world.ts';
import { until } from '../support/waiting.ts';
import { OWNER, sameTrees, settleAll, World } from '../support/world.ts';

const DRAIN_SECONDS = '2';
const ROUNDS = 2;
const CLIENTS = 4;

const env = { TIDESYNC_DRAIN_SECONDS: DRAIN_SECONDS };
const world = use(new World((top) => Cluster.prepare(top, { env, balanced: true })));

async function allReady(): Promise<void> {
  await until('both servers take calls', () => world.server.balancer.readyCount() === 2);
}

/** Stops one server after the other as an upgrade does, and starts it again. */
async function restartEach(): Promise<void> {
  for (const server of world.server.servers) {
    await allReady();
    await server.stop();
    await server.start();
  }
  await allReady();
}

/** Commits one folder after the other into a library of its own, trying nothing twice. */
class Committer {
  readonly #device: BareDevice;
  readonly #libraryId: LibraryId;
  readonly refused: unknown[] = [];
  #done = 0;
  #stopped = false;

  constructor(device: BareDevice, libraryId: LibraryId) {
    this.#device = device;
    this.#libraryId = libraryId;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#device.makeFolder(this.#libraryId, `folder ${this.#done}`);
        this.#done++;
      } catch (error) {
        this.refused.push(error);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** What it was told was done, and what the server has of it. */
  async counts(): Promise<{ done: number; headSeq: number | undefined }> {
    const { libraries } = await this.#device.client.libraries.list.query();
    const mine = libraries.find(({ libraryId }) => libraryId === this.#libraryId);
    return { done: this.#done, headSeq: mine?.headSeq };
  }
}

test('[W22] both servers are restarted, one after the other, under load: no commit fails', async () => {
  await allReady();
  const { balancer } = world.server;
  const device = await BareDevice.signIn(balancer.url, OWNER);
  const committers: Committer[] = [];
  for (let n = 0; n < CLIENTS; n++) committers.push(new Committer(device, await device.makeLibrary()));
  const running = committers.map((one) => one.run());
  for (let round = 0; round < ROUNDS; round++) await restartEach();
  for (const one of committers) one.stop();
  await Promise.all(running);
  expect(balancer.failures).toEqual([]);
  expect(committers.flatMap(({ refused }) => refused)).toEqual([]);
  for (const one of committers) {
    const { done, headSeq } = await one.counts();
    expect(headSeq).toBe(done);
    expect(done).toBeGreaterThan(0);
  }
});

/** What a folder was said to be, looked at again and again until `over`. */
async function statesOf(device: Device, folder: string, over: Promise<unknown>): Promise<Set<string>> {
  const states = new Set<string>();
  let isOver = false;
  void over.finally(() => {
    isOver = true;
  });
  while (!isOver) states.add((await device.root(folder)).state);
  return states;
}

test('[W22] devices do not notice that servers are restarted: nothing is offline, and all arrives', async () => {
  const [ada, bob] = [await world.device('ada'), await world.device('bob')];
  const [here, there] = await world.share(ada, bob);
  await settleAll(ada, bob);
  const restarting = restartEach();
  const watching = [statesOf(ada, here, restarting), statesOf(bob, there, restarting)];
  let isOver = false;
  void restarting.finally(() => {
    isOver = true;
  });
  let files = 0;
  while (!isOver) {
    await writeFile(path.join(files % 2 === 0 ? here : there, `file ${files}`), `text ${files}`);
    files++;
    await until('it arrived', async () => (await sameTrees([here, there])).size === files);
  }
  const states = (await Promise.all(watching)).flatMap((one) => [...one]);
  for (const bad of ['offline', 'halted', 'trouble']) expect(states).not.toContain(bad);
  await settleAll(ada, bob);
  expect(await ada.root(here)).toMatchObject({ state: 'upToDate', conflicts: 0 });
  expect(files).toBeGreaterThan(1);
});
