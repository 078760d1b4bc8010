import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { textsIn } from './support/random-work.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorldOfOneServer();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

const at = (folder: string, ...names: string[]) => path.join(folder, ...names);

test('a server that comes back from a backup deletes nothing: both sides are merged', async () => {
  const [here, there] = await world.share(ada, bob);
  for (const name of ['kept', 'edited later', 'deleted later']) await writeFile(at(here, name), name);
  await mkdir(at(here, 'moved later'));
  await writeFile(at(here, 'moved later', 'inside'), 'inside');
  await sameTrees([here, there]);
  await settleAll(ada, bob);

  const backup = `${world.server.dataDir} backup`;
  await world.server.stop();
  await cp(world.server.dataDir, backup, { recursive: true });
  await world.server.start();
  await writeFile(at(here, 'new of ada'), 'new of ada');
  await writeFile(at(there, 'new of bob'), 'new of bob');
  await writeFile(at(there, 'edited later'), 'edited');
  await rm(at(here, 'deleted later'));
  await rename(at(here, 'moved later'), at(here, 'moved'));
  await until('all of it arrived', async () => {
    const names = [...(await sameTrees([here, there])).keys()].sort().join();
    return names === 'edited later,kept,moved,moved/inside,new of ada,new of bob';
  });
  await settleAll(ada, bob);

  await world.server.stop();
  await rm(world.server.dataDir, { recursive: true });
  await rename(backup, world.server.dataDir);
  await world.server.start();
  await until('both came to rest', async () => {
    await settleAll(ada, bob);
    return [await ada.root(here), await bob.root(there)].every((one) => one.state === 'upToDate');
  });
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()]).toEqual(
    expect.arrayContaining(['kept', 'moved/inside', 'new of ada', 'new of bob']),
  );
  expect([...(await textsIn(here))]).toEqual(
    expect.arrayContaining(['kept', 'edited', 'inside', 'new of ada', 'new of bob']),
  );
  await writeFile(at(there, 'after all'), 'after all');
  await until('it goes on', async () => (await sameTrees([here, there])).has('after all'));
});
