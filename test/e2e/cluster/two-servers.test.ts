import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { problemFrom } from '@tidesync/server/testing/test-server';
import { beforeAll, expect, test } from 'vitest';
import { BareDevice, untilItRings } from '../support/bare-device.ts';
import { Cluster } from '../support/cluster.ts';
import type { Device } from '../support/device.ts';
import { use } from '../support/use-world.ts';
import { until } from '../support/waiting.ts';
import { OWNER, sameTrees, settleAll, World } from '../support/world.ts';

const world = use(new World((top) => Cluster.prepare(top)));
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

test('devices that are signed in to different servers sync with each other', async () => {
  const [one, two] = world.server.servers;
  expect((await ada.status()).session).toMatchObject({ serverUrl: one.url });
  expect((await bob.status()).session).toMatchObject({ serverUrl: two.url });
  const [here, there] = await world.share(ada, bob);
  await writeFile(path.join(here, 'from ada'), 'ada');
  await writeFile(path.join(there, 'from bob'), 'bob');
  await until('both have both', async () => (await sameTrees([here, there])).size === 2);
  await settleAll(ada, bob);
});

test('a server that is killed leaves the devices of the other one as they are, and its own catch up', async () => {
  const [here, there] = await world.share(ada, bob);
  await settleAll(ada, bob);
  const [one] = world.server.servers;
  await one.kill();
  await writeFile(path.join(here, 'from ada'), 'ada');
  await writeFile(path.join(there, 'from bob'), 'bob');
  await until('ada is cut off', async () => (await ada.root(here)).state === 'offline');
  expect((await bob.run('sync', '--timeout', '60')).exitCode).toBe(0);
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate' });
  await one.start();
  await until('both have both', async () => (await sameTrees([here, there])).size === 2);
  await settleAll(ada, bob);
});

test('[W20] a device that is revoked on one server is out on the other one before it would look itself', async () => {
  const [one, two] = world.server.servers;
  const [desk, phone] = [await BareDevice.signIn(one.url, OWNER), await BareDevice.signIn(two.url, OWNER)];
  const { deviceId } = await phone.client.auth.whoami.query();
  const stream = await phone.watch();
  await untilItRings(stream, await desk.makeLibrary(), 0);
  await desk.client.devices.revoke.mutate({ deviceId });
  let last = await stream.next();
  while (last?.event === 'message') last = await stream.next();
  expect(last).toMatchObject({
    event: 'serialized-error',
    data: { data: { problem: { reason: 'deviceRevoked' } } },
  });
});

test('[W67] a token that was replaced on one server and is used on the other ends its device on both', async () => {
  const [one, two] = world.server.servers;
  const first = await BareDevice.signIn(one.url, OWNER);
  const [atOther, next] = [first.atServer(two.url), first.atServer(two.url, `tds_${'n'.repeat(43)}`)];
  await first.client.devices.rotate.mutate({ nextHash: next.tokenHash });
  expect(await atOther.client.auth.whoami.query()).toEqual(await next.client.auth.whoami.query());
  const stream = await next.watch();
  // Whoever asks for a next one of its own has not made the one that is in use.
  const other = first.atServer(one.url, `tds_${'x'.repeat(43)}`);
  const copied = { reason: 'deviceRevoked', copied: true };
  expect(await problemFrom(first.client.devices.rotate.mutate({ nextHash: other.tokenHash }))).toEqual(
    copied,
  );
  expect(await problemFrom(atOther.client.auth.whoami.query())).toEqual(copied);
  let last = await stream.next();
  while (last !== null && last.event !== 'serialized-error') last = await stream.next();
  expect(last).toMatchObject({ data: { data: { problem: copied } } });
});
