import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { useWorld } from './support/use-world.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorld();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

const at = (folder: string, ...names: string[]) => path.join(folder, ...names);
const has = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

test('a folder leaves one device, stays on the other, goes on there, and comes back', async () => {
  const [here, there] = await world.share(ada, bob);
  for (const folder of ['films', 'films/old', 'papers']) await mkdir(at(here, folder));
  for (const file of ['films/1', 'films/old/2', 'papers/3'])
    await writeFile(at(here, file), `text of ${file}`);
  await sameTrees([here, there]);
  await settleAll(ada, bob);

  expect(await bob.ask('select', 'exclude', at(there, 'films'), '--dry-run')).toMatchObject({
    is: 'preview',
    amount: { files: 2, folders: 1, bytes: 34 },
  });
  expect(await has(at(there, 'films', '1'))).toBe(true);
  expect(await bob.ask('select', 'exclude', at(there, 'films'))).toMatchObject({ is: 'done' });
  await settleAll(bob, ada);
  expect([await has(at(there, 'films')), await readFile(at(here, 'films', '1'), 'utf8')]).toEqual([
    false,
    'text of films/1',
  ]);
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate', waiting: 0, troubles: 0 });
  expect(await bob.ask('select', 'tree', there)).toMatchObject({
    folders: [
      { name: 'films', state: 'excluded', there: { files: 2, folders: 1, bytes: 34 } },
      { name: 'papers', state: 'here' },
    ],
  });
  expect(await bob.why(at(there, 'films', '1'))).toMatchObject({ code: 'excluded' });

  await writeFile(at(here, 'films', '4'), 'made elsewhere');
  await writeFile(at(here, 'papers', '5'), 'made elsewhere');
  await settleAll(ada, bob);
  expect([await has(at(there, 'films')), await readFile(at(there, 'papers', '5'), 'utf8')]).toEqual([
    false,
    'made elsewhere',
  ]);

  await bob.stop();
  await bob.start();
  await mkdir(at(there, 'films'));
  await writeFile(at(there, 'films', '1'), 'another one');
  await settleAll(bob, ada);
  expect(await bob.why(at(there, 'films'))).toMatchObject({ code: 'excludedName', state: 'held' });
  expect(await readFile(at(here, 'films', '1'), 'utf8')).toBe('text of films/1');

  expect(await bob.ask('select', 'include', at(there, 'films'))).toMatchObject({ is: 'done' });
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].filter((file) => file.startsWith('films/')).length).toBe(5);
  expect(await readFile(at(there, 'films', 'old', '2'), 'utf8')).toBe('text of films/old/2');
});

test('what is not on the server holds its folder back, and is listed', async () => {
  const [here, there] = await world.share(ada, bob);
  await mkdir(at(here, 'work'));
  await writeFile(at(here, 'work', 'a'), 'a');
  await sameTrees([here, there]);
  await settleAll(ada, bob);
  await bob.ask('folder', 'pause', there);
  await writeFile(at(there, 'work', 'a'), 'edited while paused');
  const paused = await bob.run('select', 'exclude', at(there, 'work'));
  expect([paused.exitCode, paused.err]).toEqual([1, expect.stringContaining('it is paused')]);
  await world.server.stop();
  await bob.ask('folder', 'resume', there);
  const offline = await bob.run('select', 'exclude', at(there, 'work'));
  expect(offline.exitCode).toBe(1);
  expect(await readFile(at(there, 'work', 'a'), 'utf8')).toBe('edited while paused');
  await world.server.start();
  await settleAll(bob, ada);
  expect((await bob.run('select', 'exclude', at(there, 'work'))).exitCode).toBe(0);
  await settleAll(bob, ada);
  expect(await readFile(at(here, 'work', 'a'), 'utf8')).toBe('edited while paused');
});
