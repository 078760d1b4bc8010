import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { RandomWork, textsIn } from './support/random-work.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorld();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

const SEEDS = (process.env.CHAOS_SEEDS ?? '1,2').split(',').map(Number);
const ROUNDS = 6;
const ACTS = 15;

/** Kills one of the three processes at once, and starts it again. */
async function killOne(who: 'ada' | 'bob' | 'server'): Promise<void> {
  const victim = { ada, bob, server: world.server }[who];
  await victim.kill();
  await victim.start();
}

test.each(SEEDS)('two people at work while processes are killed lose nothing (seed %i)', async (seed) => {
  const [here, there] = await world.share(ada, bob);
  const work = new RandomWork(seed);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (let act = 0; act < ACTS; act++) {
        await work.act(work.pick([here, there]));
        await pause(work.pick([0, 0, 20, 100]));
      }
      const who = work.pick(['ada', 'bob', 'server'] as const);
      work.log.push(`kill ${who}`);
      await killOne(who);
    }
    await until('all came to rest', async () => {
      await settleAll(ada, bob);
      const rest = [await ada.root(here), await bob.root(there)];
      return rest.every((one) => one.state === 'upToDate') && rest;
    });
    await sameTrees([here, there]);
    expect(work.lost(await textsIn(here))).toEqual([]);
  } catch (error) {
    const status = await Promise.all([ada.run('status', '--json'), bob.run('status', '--json')]);
    process.stderr.write([...work.log, ...status.map(({ out }) => out), ''].join('\n'));
    throw error;
  }
});
