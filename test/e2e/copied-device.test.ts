// A device whose whole state lies in two places: what signs it in has changed in one of them.

import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { limits } from '@tidesync/shared/limits';
import Sqlite from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { Device } from './support/device.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { OWNER, sameTrees, settleAll } from './support/world.ts';

const world = useWorldOfOneServer();
let bob: Device;
beforeAll(async () => {
  bob = await world.device('bob');
});

const tokenFile = (device: Device) => path.join(device.home, 'device', 'token');
const tokenOf = async (device: Device) => JSON.parse(await readFile(tokenFile(device), 'utf8'));

/** As if its token had been given out days ago. */
async function ageToken(device: Device): Promise<void> {
  await writeFile(tokenFile(device), JSON.stringify({ ...(await tokenOf(device)), sinceMs: 1 }));
}

/** As if the new tokens of all devices had been used for so long. */
function passOnServer(byMs: number): void {
  const database = new Sqlite(path.join(world.server.dataDir, 'server.sqlite'), { timeout: 10_000 });
  database.prepare('UPDATE devices SET token_used_at_ms = token_used_at_ms - ?').run(byMs);
  database.close();
}

/** Another computer with all that this device has in its home. */
async function copyOf(device: Device, name: string): Promise<Device> {
  const copy = new Device(name, path.join(world.top, name));
  await cp(device.home, copy.home, { recursive: true });
  world.devices.push(copy);
  return copy;
}

/** All of that, and nothing else, comes to be in both folders, and nothing is in the way. */
async function goesOn(
  device: Device,
  [here, there]: readonly [string, string],
  names: readonly string[],
): Promise<void> {
  const tree = await until('all goes on', async () => {
    await settleAll(device, bob);
    const same = await sameTrees([here, there]);
    return names.every((name) => same.has(name)) && same;
  });
  expect([...tree.keys()].sort()).toEqual(names);
  expect(await device.root(here)).toMatchObject({ state: 'upToDate', troubles: 0, conflicts: 0 });
}

const whyOut = async (device: Device) => {
  const { session } = await device.status();
  return session.is === 'signedOut' ? session.why : null;
};

test('[W67] a copy of a device is noticed: both are signed out and say why, and all files stay', async () => {
  const ada = await world.stoppedDevice('ada');
  const thief = await copyOf(ada, 'thief');
  await thief.start();
  await ageToken(ada);
  await ada.start();
  const [here, there, elsewhere] = await world.share(ada, bob, thief);
  await writeFile(path.join(here, 'of ada'), 'ada');
  await sameTrees([here, there, elsewhere]);
  await until('the token has changed', async () => (await tokenOf(ada)).earlier.length === 1);
  await settleAll(ada, thief);
  expect([await whyOut(ada), await whyOut(thief)]).toEqual([null, null]);

  passOnServer(limits.replacedTokenGraceMs);
  await writeFile(path.join(elsewhere, 'of the thief'), 'thief');
  await until(
    'both know',
    async () => (await whyOut(ada)) === 'copied' && (await whyOut(thief)) === 'copied',
  );
  for (const device of [ada, thief]) {
    const { exitCode, out } = await device.run('status');
    expect([exitCode, out]).toEqual([5, expect.stringMatching(/used elsewhere.*`tidesync password`/s)]);
    expect((await device.run('whoami')).exitCode).toBe(5);
    expect((await device.run('device', 'list')).err).toMatch(/copied.*change your password.*device list/s);
  }
  expect(await readFile(path.join(here, 'of ada'), 'utf8')).toBe('ada');
  expect(await readFile(path.join(elsewhere, 'of ada'), 'utf8')).toBe('ada');
  await bob.settle();
  expect([...(await sameTrees([here, there])).keys()]).toEqual(['of ada']);

  await thief.kill();
  await writeFile(path.join(here, 'written signed out'), 'ada');
  await ada.login(world.server.url, OWNER);
  await writeFile(path.join(there, 'of bob'), 'bob');
  await goesOn(ada, [here, there], ['of ada', 'of bob', 'written signed out']);
});

test('[W67] a device that is put back to an earlier state signs in anew, and its folders go on', async () => {
  const eve = await world.device('eve');
  const [here, there] = await world.share(eve, bob);
  await writeFile(path.join(here, 'old'), 'old');
  await sameTrees([here, there]);
  await eve.stop();
  const earlier = path.join(world.top, 'backup of eve');
  await cp(tokenFile(eve), earlier);

  await ageToken(eve);
  await eve.start();
  await until('the token has changed', async () => (await tokenOf(eve)).earlier.length === 1);
  await writeFile(path.join(here, 'new'), 'new');
  await sameTrees([here, there]);
  await eve.stop();
  passOnServer(limits.replacedTokenGraceMs);
  await cp(earlier, tokenFile(eve));
  await eve.start();
  await until('it says so', async () => (await whyOut(eve)) === 'copied');
  await writeFile(path.join(there, 'of bob'), 'bob');
  await eve.login(world.server.url, OWNER);
  await goesOn(eve, [here, there], ['new', 'of bob', 'old']);
});

test('[W68] a server that comes back from a backup of before the change knows the device, which goes on', async () => {
  const kim = await world.device('kim');
  const [here, there] = await world.share(kim, bob);
  await writeFile(path.join(here, 'old'), 'old');
  await sameTrees([here, there]);
  await settleAll(kim, bob);
  const { dataDir } = world.server;
  const backup = path.join(world.top, 'backup of the server');
  await world.server.stop();
  await cp(dataDir, backup, { recursive: true });
  await world.server.start();

  await kim.stop();
  const { token: first } = await tokenOf(kim);
  await ageToken(kim);
  await kim.start();
  await until('the token has changed', async () => (await tokenOf(kim)).earlier.length === 1);
  await writeFile(path.join(here, 'new'), 'new');
  await sameTrees([here, there]);
  await settleAll(kim, bob);

  await world.server.stop();
  await rm(dataDir, { recursive: true });
  await cp(backup, dataDir, { recursive: true });
  await world.server.start();
  await until('it goes on with the earlier token', async () => (await tokenOf(kim)).token === first);
  await writeFile(path.join(there, 'of bob'), 'bob');
  await goesOn(kim, [here, there], ['new', 'of bob', 'old']);
  expect(await whyOut(kim)).toBeNull();
});
