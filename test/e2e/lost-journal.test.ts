// A device whose own database is damaged or gone: its folders are merged with the server again.

import { cp, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { textsIn } from './support/random-work.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorldOfOneServer();
let [ada, bob] = [] as unknown as [Device, Device];
let devices = 0;
beforeEach(async () => {
  devices++;
  ada = await world.device(`ada ${devices}`);
  bob = await world.device(`bob ${devices}`);
});

const home = (device: Device, name = '') => path.join(device.home, 'device', name);

async function overwriteTheMiddle(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(Math.floor(size / 2), 0x5a), 0, null, Math.floor(size / 4));
  await handle.close();
}

const losses: [string, () => Promise<void>][] = [
  ['damaged', () => overwriteTheMiddle(home(bob, 'journal.db'))],
  [
    'cut off',
    async () =>
      await open(home(bob, 'journal.db'), 'r+').then(async (one) => {
        await one.truncate(6_000);
        await one.close();
      }),
  ],
  [
    'gone',
    async () => {
      for (const name of await readdir(home(bob))) {
        if (name.startsWith('journal.db')) await rm(home(bob, name));
      }
    },
  ],
];

test.each(losses)(
  '[T8] a journal that is %s: all is merged, nothing deleted, nothing kept twice',
  async (_what, lose) => {
    const [here, there] = await world.share(ada, bob);
    for (const name of ['a', 'b', 'c', 'edited there', 'edited here', 'edited on both', 'deleted there'])
      await writeFile(path.join(here, name), `text of ${name}`);
    await settleAll(ada, bob);
    await sameTrees([here, there]);
    await bob.stop();
    await lose();
    await writeFile(path.join(there, 'edited there'), 'of bob');
    await writeFile(path.join(there, 'new there'), 'new of bob');
    await writeFile(path.join(there, 'edited on both'), 'both of bob');
    await rm(path.join(there, 'deleted there'));
    await writeFile(path.join(here, 'edited here'), 'of ada');
    await writeFile(path.join(here, 'edited on both'), 'both of ada');
    await settleAll(ada);
    const putsBefore = world.server.puts();

    await bob.login(world.server.url, 'ada@example.org');
    await bob.start();
    const library = path.basename(there);
    await bob.ask('folder', 'add', there, '--library', library);
    await settleAll(bob, ada);
    const tree = await sameTrees([here, there]);
    const copies = [...tree.keys()].filter((name) => name.includes('(conflict'));
    // What is the same on both sides is not kept twice; what differs is, as nobody can know who changed it.
    expect(copies.map((name) => name.split(' (')[0]).sort()).toEqual([
      'edited here',
      'edited on both',
      'edited there',
    ]);
    expect([...tree.keys()].filter((name) => !copies.includes(name)).sort()).toEqual(
      ['a', 'b', 'c', 'deleted there', 'edited here', 'edited on both', 'edited there', 'new there'].sort(),
    );
    const texts = await textsIn(here);
    for (const text of [
      'of ada',
      'of bob',
      'new of bob',
      'both of ada',
      'both of bob',
      'text of deleted there',
    ])
      expect([text, texts.has(text)]).toEqual([text, true]);
    expect(world.server.puts() - putsBefore).toBeLessThanOrEqual(2);
    expect(await bob.root(there)).toMatchObject({ state: 'upToDate', troubles: 0 });
  },
);

test('[T16] a journal of yesterday that is put back: what was left out since is nobody’s delete', async () => {
  const [here, there] = await world.share(ada, bob);
  await mkdir(path.join(here, 'films'));
  for (const name of ['films/a', 'films/b', 'c', 'd', 'e'])
    await writeFile(path.join(here, name), `text of ${name}`);
  await settleAll(ada, bob);
  const before = await sameTrees([here, there]);
  await bob.stop();
  const backup = path.join(world.top, `backup ${devices}`);
  await cp(home(bob), backup, { recursive: true });
  await bob.start();
  await bob.ask('select', 'exclude', path.join(there, 'films'));
  await until('the folder has left', async () => !(await readdir(there)).includes('films'));
  await bob.stop();

  await rm(home(bob), { recursive: true });
  await cp(backup, home(bob), { recursive: true });
  await bob.start();
  await until('bob has it all again', async () => (await readdir(there)).includes('films'));
  await settleAll(bob, ada);
  expect(await sameTrees([here, there])).toEqual(before);
  expect(bob.said).toContain('older than the folder');
});
