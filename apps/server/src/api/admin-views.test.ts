import { randomUUID } from 'node:crypto';
import type { LibraryId } from '@tidesync/shared/ids';
import { procedures } from '@tidesync/shared/wire/procedures';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Device, TestServer } from '../testing/test-server.ts';
import { problemFrom, startTestServer } from '../testing/test-server.ts';
import { appRouter } from './app-router.ts';

let server: TestServer;
let root: Device;
let ann: Device;
const libraryId = randomUUID() as LibraryId;

beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('root@example.org');
  await server.makeAccount('ann@example.org');
  root = await server.signIn('root@example.org', 'desk');
  ann = await server.signIn('ann@example.org', 'laptop');
  await ann.client.libraries.create.mutate({ libraryId, name: 'Notes' });
});
afterAll(() => server.stop());

describe('what administrators see', () => {
  test('an overview of everything, with the jobs that servers do', async () => {
    const overview = await root.client.admin.overview.query({});
    expect(overview).toMatchObject({
      ...{ users: 2, suspendedUsers: 0, libraries: 1, devices: 2, activeDevices: 2, activeUsers: 2 },
      ...{ storedBytes: 0, reservedBytes: 0 },
      defaults: { quotaBytes: 10_000_000_000, retention: { versions: 30, trash: 30 } },
    });
    expect(overview.jobs.filter((job) => job.overdue)).toEqual([]);
  });

  test('a user with what is around it', async () => {
    const email = 'ann@example.org';
    expect(await root.client.admin.users.show.query({ email })).toMatchObject({
      ...{ user: { email }, organisation: null, libraries: 1, devices: 1 },
      lastSeenAtMs: expect.any(Number),
    });
    const missing = root.client.admin.users.show.query({ email: 'nobody@example.org' });
    expect(await problemFrom(missing)).toMatchObject({ reason: 'accountMissing' });
  });

  test('limits of many accounts at once', async () => {
    const quotas = [
      { email: 'ann@example.org', limitBytes: 5 },
      { email: 'nobody@example.org', limitBytes: 6 },
      { email: 'root@example.org', limitBytes: 7 },
    ];
    const set = await root.client.admin.users.setQuotas.mutate({ quotas });
    expect(set.users.map((user) => [user.email, user.quota.limitBytes])).toEqual([
      ['ann@example.org', 5],
      ['root@example.org', 7],
    ]);
    expect(set.missing).toEqual(['nobody@example.org']);
    expect(await ann.client.account.quota.query()).toMatchObject({ limitBytes: 5 });
  });

  test('libraries with their owners, members and days, in pages', async () => {
    const { libraries, nextPageToken } = await root.client.admin.libraries.all.query({ limit: 10 });
    expect(libraries).toMatchObject([
      {
        ...{ libraryId, name: 'Notes', ownerEmail: 'ann@example.org', deleted: false, members: 1 },
        ...{ retention: { versions: 30, trash: 30 } },
      },
    ]);
    expect(nextPageToken).toBeNull();
    expect(await root.client.admin.libraries.members.query({ libraryId })).toMatchObject({
      members: [{ email: 'ann@example.org', role: 'owner' }],
    });
    const set = await root.client.libraries.setRetention.mutate({ libraryId, trash: 7 });
    expect(set).toMatchObject({ trash: 7 });
  });

  test('what is stored, and a collection by hand', async () => {
    expect(await root.client.admin.storage.show.query()).toMatchObject({
      ...{ backend: 'the data folder', libraries: 1 },
      ...{ damagedPacks: 0, wantedContents: 0, deleteAfterDays: 7 },
    });
    const said = await root.client.admin.storage.collect.mutate({});
    expect(said).toMatchObject({ dryRun: true, finished: true, libraries: 1, chunksFreed: 0 });
    const done = await root.client.admin.storage.collect.mutate({ dryRun: false, libraryId });
    expect(done).toMatchObject({ dryRun: false, finished: true, libraries: 1 });
    expect(await root.client.admin.storage.show.query()).toMatchObject({
      ...{ librariesMeasured: 1, usage: { liveFiles: 0, chunks: 0 } },
    });
    const unknown = root.client.admin.storage.collect.mutate({ libraryId: randomUUID() as LibraryId });
    expect(await problemFrom(unknown)).toMatchObject({ reason: 'libraryMissing' });
  });

  test('devices of everybody, which they can sign out', async () => {
    const lost = await server.signIn('ann@example.org', 'lost phone');
    const of = await root.client.admin.devices.list.query({ email: 'ann@example.org' });
    expect(of.devices.map((device) => device.name).sort()).toEqual(['laptop', 'lost phone']);
    expect(JSON.stringify(of.devices)).not.toMatch(/token/i);
    const first = await root.client.admin.devices.list.query({ limit: 2 });
    const rest = await root.client.admin.devices.list.query({ limit: 2, pageToken: first.nextPageToken });
    expect([...first.devices, ...rest.devices]).toHaveLength(3);
    const found = of.devices.find((device) => device.name === 'lost phone') ?? expect.fail('it is listed');
    await root.client.admin.devices.revoke.mutate({ deviceId: found.deviceId });
    expect(await problemFrom(lost.client.auth.whoami.query())).toEqual({ reason: 'deviceRevoked' });
    const again = root.client.admin.devices.revoke.mutate({ deviceId: found.deviceId });
    expect(await problemFrom(again)).toMatchObject({ reason: 'deviceMissing' });
  });
});

type Procedure = { readonly _def: { readonly type: string } };
const adminOnly = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>).filter(
  ([name]) => name.startsWith('admin.'),
);

test.each(adminOnly.map(([name, { _def }]) => [name, _def.type] as const))(
  '%s is refused to everyone who is no administrator, before its input is looked at',
  async (name, type) => {
    const [path, last] = [name.split('.').slice(0, -1), name.split('.').at(-1) as string];
    type Group = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
    const group = path.reduce((at, part) => at[part] as never, ann.client as unknown as Group);
    const call = group[last]?.[type === 'query' ? 'query' : 'mutate'] ?? expect.fail('it can be called');
    expect(await problemFrom(call({ rubbish: true }))).toEqual({ reason: 'adminOnly' });
  },
);

test('every procedure for administrators that clients know exists', () => {
  const known = Object.keys(procedures).filter((name) => name.startsWith('admin.'));
  expect(known.filter((name) => !adminOnly.some(([own]) => own === name))).toEqual([]);
});
