// An older device and a newer server, and the other way round.

import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Device } from './support/device.ts';
import { textsIn } from './support/random-work.ts';
import { readTree } from './support/tree.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import type { Appearance } from './support/version-proxy.ts';
import { VersionProxy } from './support/version-proxy.ts';
import { until } from './support/waiting.ts';
import { OWNER, sameTrees, settleAll } from './support/world.ts';

const world = useWorldOfOneServer();
let proxy: VersionProxy;
/** Bob's device reaches the server through the proxy, ada's does not. */
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  proxy = await VersionProxy.start(world.server.url);
  ada = await world.device('ada');
  bob = new Device('bob', path.join(world.top, 'bob'));
  world.devices.push(bob);
  await bob.start();
  await bob.login(proxy.url, OWNER);
});
afterAll(() => proxy.close());

const at = (folder: string, name: string) => path.join(folder, name);

async function shareFilled(): Promise<[string, string]> {
  proxy.appear({ is: 'itself' });
  const [here, there] = await world.share(ada, bob);
  for (const name of ['edited', 'deleted', 'moved', 'edited there']) await writeFile(at(here, name), name);
  await settleAll(ada, bob);
  await sameTrees([here, there]);
  return [here, there];
}

/** Bob works while his device and the server do not understand each other. */
async function workThere(there: string): Promise<void> {
  await writeFile(at(there, 'edited'), 'edited by bob');
  await writeFile(at(there, 'new'), 'new of bob');
  await rename(at(there, 'moved'), at(there, 'moved on'));
  await rm(at(there, 'deleted'));
}

test.each([
  ['a newer server', 1],
  ['an older server', -1],
])(
  '[W2] %s refuses in words: nothing is changed on either side, and all goes on afterwards',
  async (_what, by) => {
    const [here, there] = await shareFilled();
    const before = await readTree(here);
    proxy.appear({ is: 'otherProtocol', by: -by });
    await workThere(there);
    await writeFile(at(here, 'edited there'), 'edited by ada');
    await settleAll(ada);
    await until('bob says it', async () => {
      const { session } = await bob.status();
      return session.is === 'signedIn' && session.offlineSentence?.includes('Update the older one');
    });
    const { exitCode, out, err } = await bob.run('sync', '--timeout', '20');
    expect([exitCode, `${out}${err}`]).toEqual([1, expect.stringMatching(/speaks protocol|Offline/)]);
    expect([...(await readTree(here)).keys()]).toEqual([...before.keys()]);
    expect([...(await textsIn(there))].sort()).toEqual(
      ['edited by bob', 'edited there', 'moved', 'new of bob'].sort(),
    );
    expect(await bob.root(there)).toMatchObject({ state: 'offline', troubles: 0 });
    const login = await bob.run('login', proxy.url, '--email', OWNER, '--device', 'bob again');
    expect(login.exitCode).not.toBe(0);

    proxy.appear({ is: 'itself' });
    const tree = await until('all has arrived', async () => {
      await settleAll(bob, ada);
      const same = await sameTrees([here, there]);
      return same.has('moved on') && !same.has('deleted') && same;
    });
    expect([...tree.keys()].sort()).toEqual(['edited', 'edited there', 'moved on', 'new']);
    expect([...(await textsIn(here))].sort()).toEqual(
      ['edited by ada', 'edited by bob', 'moved', 'new of bob'].sort(),
    );
  },
);

const subsets: [string, Appearance][] = [
  ['a newer server says more than the device knows', { is: 'newerAnswers' }],
  // All that answers have had added since protocol 2 began.
  ['an older server says less than the device knows', { is: 'olderAnswers', without: ['files'] }],
];
test.each(subsets)('[W14] %s: both work together', async (_what, appearance) => {
  const [here, there] = await shareFilled();
  proxy.appear(appearance);
  await workThere(there);
  await writeFile(at(here, 'edited there'), 'edited by ada');
  const tree = await until('all has arrived', async () => {
    await settleAll(bob, ada);
    const same = await sameTrees([here, there]);
    return same.has('moved on') && !same.has('deleted') && same.has('new') && same;
  });
  expect([...tree.keys()].sort()).toEqual(['edited', 'edited there', 'moved on', 'new']);
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate', troubles: 0, conflicts: 0 });
});
