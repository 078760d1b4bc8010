import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EventStream } from '@tidesync/server/testing/sse';
import { openStream } from '@tidesync/server/testing/sse';
import type { Device as SignedIn } from '@tidesync/server/testing/test-server';
import { clientOf } from '@tidesync/server/testing/test-server';
import { beforeAll, expect, test } from 'vitest';
import { Cluster } from '../support/cluster.ts';
import type { Device } from '../support/device.ts';
import { PASSWORD } from '../support/server-process.ts';
import { use } from '../support/use-world.ts';
import { until } from '../support/waiting.ts';
import { OWNER, sameTrees, settleAll, World } from '../support/world.ts';

const world = use(new World((top) => Cluster.prepare(top)));
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

async function signIn(url: string, deviceName: string): Promise<SignedIn> {
  const { token } = await clientOf(url, null).auth.login.mutate({
    email: OWNER,
    password: PASSWORD,
    deviceName,
  });
  return { email: OWNER, token, client: clientOf(url, token) };
}

async function untilItHears(stream: EventStream, libraryId: string): Promise<void> {
  for (;;) {
    const event = await stream.next();
    if ((event?.data as { libraryId?: string } | null)?.libraryId === libraryId) return;
    if (event === null) throw new Error('the stream ended');
  }
}

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
  const desk = await signIn(one.url, 'desk');
  const phone = await signIn(two.url, 'phone');
  const { deviceId } = await phone.client.auth.whoami.query();
  const stream = await openStream(`${two.url}/trpc/changes.watch`, phone.token);
  const libraryId = '00000000-0000-4000-8000-00000000000a' as never;
  await desk.client.libraries.create.mutate({ libraryId, name: 'Bells' });
  await untilItHears(stream, libraryId);
  await desk.client.devices.revoke.mutate({ deviceId });
  let last = await stream.next();
  while (last?.event === 'message') last = await stream.next();
  expect(last).toMatchObject({
    event: 'serialized-error',
    data: { data: { problem: { reason: 'deviceRevoked' } } },
  });
});
