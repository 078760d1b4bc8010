import { randomBytes, randomUUID } from 'node:crypto';
import type { DeviceId, LibraryId } from '@tidesync/shared/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { argon2Passwords } from '../adapters/passwords/argon2-passwords.ts';
import { openAdmin } from '../compose-admin.ts';
import type { Passwords } from '../ports/passwords.ts';
import type { TestServer } from '../testing/test-server.ts';
import { clientOf, problemFrom, startTestServer, TEST_PASSWORD } from '../testing/test-server.ts';

let server: TestServer;
const nobody = () => clientOf(server.url, null);
const newLibraryId = () => randomUUID() as LibraryId;
let accounts = 0;
async function someone(deviceName?: string) {
  const email = `person-${++accounts}@example.org`;
  await server.makeAccount(email);
  return server.signIn(email, deviceName);
}

beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('root@example.org');
});
afterAll(() => server.stop());

describe('signing in', () => {
  test('gives a token that speaks for the account', async () => {
    const ann = await someone('desk');
    expect(ann.token).toMatch(/^tds_[\w-]{43}$/);
    const me = await ann.client.auth.whoami.query();
    expect(me).toMatchObject({ email: ann.email, deviceName: 'desk', admin: false });
    expect(Object.keys(me).sort()).toEqual(['accountId', 'admin', 'deviceId', 'deviceName', 'email']);
  });

  test('[W5] a wrong password and an unknown e-mail are refused alike', async () => {
    const { email } = await someone();
    const tryAs = (who: string, password: string) =>
      problemFrom(nobody().auth.login.mutate({ email: who, password, deviceName: 'x' }));
    expect(await tryAs(email, 'not the password')).toEqual({ reason: 'wrongCredentials' });
    expect(await tryAs('nobody@example.org', TEST_PASSWORD)).toEqual({ reason: 'wrongCredentials' });
  });

  test('a hash of an older cost is renewed when its owner signs in', async () => {
    const passwords = argon2Passwords({ randomBytes, cost: { memoryKib: 512, passes: 2, lanes: 1 } });
    const today = await startTestServer({ passwords });
    await today.makeAccount('ann@example.org');
    const hashOf = async () => {
      const { ports, close } = await openAdmin(today.dataDir, { mayMake: false });
      const account = await ports.store.read.accounts.byEmail('ann@example.org');
      await close();
      return account?.passwordHash;
    };
    expect(await hashOf()).toContain('m=256,t=1');
    await today.signIn('ann@example.org');
    expect(await hashOf()).toContain('m=512,t=2');
    await today.signIn('ann@example.org');
    await today.stop();
  });

  test('[W5] too many wrong passwords close the account to further tries, not its devices', async () => {
    const ann = await someone();
    const tryOnce = (password: string) =>
      problemFrom(nobody().auth.login.mutate({ email: ann.email, password, deviceName: 'x' }));
    for (let wave = 0; wave < 2; wave++) {
      const tries = await Promise.all(Array.from({ length: 5 }, () => tryOnce('wrong')));
      expect(new Set(tries.map((problem) => problem.reason))).toEqual(new Set(['wrongCredentials']));
    }
    expect(await tryOnce(TEST_PASSWORD)).toMatchObject({ reason: 'tooManyTries' });
    expect(await ann.client.auth.whoami.query()).toMatchObject({ email: ann.email });
  });

  test('[W63] a try waits with those of its address, that of a new password with those of its account', async () => {
    const askers: string[] = [];
    const passwords: Passwords = {
      hash: async () => '-',
      verify: async (_password, _stored, asker) => {
        askers.push(asker);
        return { right: true, outdated: false };
      },
    };
    const behindProxy = await startTestServer({ passwords, trustedProxies: ['loopback'] });
    await behindProxy.makeAccount('ann@example.org');
    const login = { email: 'ann@example.org', password: TEST_PASSWORD, deviceName: 'x' };
    const from = (ip: string) => clientOf(behindProxy.url, null, { 'x-forwarded-for': ip });
    await from('203.0.113.7').auth.login.mutate(login);
    const { token, accountId } = await from('2001:db8:1:2:3:4:5:6').auth.login.mutate(login);
    const change = { current: TEST_PASSWORD, next: 'another password' };
    await clientOf(behindProxy.url, token).account.changePassword.mutate(change);
    await behindProxy.stop();
    expect(askers).toEqual(['203.0.113.7', '2001:db8:1:2', accountId]);
  });

  test('without a token, or with a made-up one, nothing answers', async () => {
    for (const token of [
      null,
      'tds_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      "' OR 1=1",
      'x'.repeat(5_000),
    ]) {
      const client = clientOf(server.url, token);
      expect(await problemFrom(client.auth.whoami.query())).toEqual({ reason: 'signedOut' });
      expect(await problemFrom(client.libraries.list.query())).toEqual({ reason: 'signedOut' });
    }
  });
});

describe('devices', () => {
  test('[W4] a revoked device is out at once; the one that revoked it is not', async () => {
    const desk = await someone('desk');
    const phone = await server.signIn(desk.email, 'phone');
    const { devices } = await desk.client.devices.list.query();
    expect(devices.map(({ name, current }) => [name, current])).toEqual([
      ['desk', true],
      ['phone', false],
    ]);
    const deviceId = devices[1]?.deviceId as DeviceId;
    await desk.client.devices.revoke.mutate({ deviceId });
    expect(await problemFrom(phone.client.auth.whoami.query())).toEqual({ reason: 'deviceRevoked' });
    expect(await problemFrom(desk.client.devices.revoke.mutate({ deviceId }))).toMatchObject({
      reason: 'deviceMissing',
    });
    expect((await desk.client.devices.list.query()).devices).toHaveLength(1);
  });

  test('nobody revokes a device of somebody else', async () => {
    const [ann, bob] = [await someone(), await someone()];
    const { deviceId } = await ann.client.auth.whoami.query();
    const attempt = problemFrom(bob.client.devices.revoke.mutate({ deviceId }));
    expect(await attempt).toMatchObject({ reason: 'deviceMissing' });
    expect(await ann.client.auth.whoami.query()).toMatchObject({ deviceId });
  });

  test('logout ends the token', async () => {
    const ann = await someone();
    await ann.client.auth.logout.mutate();
    expect(await problemFrom(ann.client.auth.whoami.query())).toEqual({ reason: 'deviceRevoked' });
  });
});

describe('the password', () => {
  test('changing it signs the other devices out and keeps this one', async () => {
    const desk = await someone();
    const phone = await server.signIn(desk.email, 'phone');
    const next = 'another good password';
    const answer = await desk.client.account.changePassword.mutate({ current: TEST_PASSWORD, next });
    expect(answer).toEqual({ otherDevicesRevoked: 1 });
    expect(await problemFrom(phone.client.auth.whoami.query())).toEqual({ reason: 'deviceRevoked' });
    expect(await desk.client.auth.whoami.query()).toMatchObject({ email: desk.email });
    expect(await problemFrom(server.signIn(desk.email))).toEqual({ reason: 'wrongCredentials' });
    const { token } = await nobody().auth.login.mutate({
      email: desk.email,
      password: next,
      deviceName: 'new',
    });
    expect(token).toMatch(/^tds_/);
  });

  test('a short one, and a wrong current one, are refused', async () => {
    const { client } = await someone();
    const change = (current: string, next: string) =>
      problemFrom(client.account.changePassword.mutate({ current, next }));
    expect(await change(TEST_PASSWORD, 'seven77')).toEqual({ reason: 'weakPassword', lengthMin: 8 });
    expect(await change('not the password', 'long enough now')).toEqual({ reason: 'wrongCredentials' });
  });
});

describe('libraries', () => {
  test('are made once, listed, renamed and deleted by their owner', async () => {
    const { client, email } = await someone();
    const libraryId = newLibraryId();
    const made = await client.libraries.create.mutate({ libraryId, name: 'Photos' });
    expect(made).toMatchObject({ libraryId, name: 'Photos', ownerEmail: email, role: 'owner', headSeq: 0 });
    expect(await client.libraries.create.mutate({ libraryId, name: 'Photos' })).toEqual(made);
    const second = client.libraries.create.mutate({ libraryId: newLibraryId(), name: 'Photos' });
    expect(await problemFrom(second)).toEqual({ reason: 'libraryNameTaken', library: 'Photos' });
    await client.libraries.rename.mutate({ libraryId, name: 'Pictures' });
    expect((await client.libraries.list.query()).libraries.map((one) => one.name)).toEqual(['Pictures']);
    await client.libraries.delete.mutate({ libraryId });
    expect((await client.libraries.list.query()).libraries).toEqual([]);
    await client.libraries.create.mutate({ libraryId: newLibraryId(), name: 'Pictures' });
  });

  test('a member sees what the role allows, a stranger sees nothing', async () => {
    const [owner, viewer, stranger] = [await someone(), await someone(), await someone()];
    const libraryId = newLibraryId();
    await owner.client.libraries.create.mutate({ libraryId, name: 'Shared' });
    await owner.client.libraries.members.set.mutate({ libraryId, email: viewer.email, role: 'viewer' });
    const { libraries } = await viewer.client.libraries.list.query();
    expect(libraries).toMatchObject([{ libraryId, role: 'viewer', ownerEmail: owner.email }]);
    const { members } = await viewer.client.libraries.members.list.query({ libraryId });
    expect(members.map(({ email, role }) => [email, role])).toEqual([
      [owner.email, 'owner'],
      [viewer.email, 'viewer'],
    ]);
    const viewerActs = [
      viewer.client.libraries.rename.mutate({ libraryId, name: 'Mine' }),
      viewer.client.libraries.delete.mutate({ libraryId }),
      viewer.client.libraries.members.set.mutate({ libraryId, email: viewer.email, role: 'owner' }),
      viewer.client.libraries.members.remove.mutate({ libraryId, email: owner.email }),
    ];
    for (const act of viewerActs)
      expect(await problemFrom(act)).toEqual({ reason: 'notAllowed', needed: 'owner' });
    const strangerActs = [
      stranger.client.libraries.rename.mutate({ libraryId, name: 'Mine' }),
      stranger.client.libraries.members.list.query({ libraryId }),
      stranger.client.libraries.members.list.query({ libraryId: newLibraryId() }),
    ];
    for (const act of strangerActs) expect((await problemFrom(act)).reason).toBe('libraryMissing');
  });

  test('an owner hands over but never just leaves; a member may leave', async () => {
    const [ann, bob] = [await someone(), await someone()];
    const libraryId = newLibraryId();
    await ann.client.libraries.create.mutate({ libraryId, name: 'Shared' });
    const { set, remove, list } = ann.client.libraries.members;
    expect(await problemFrom(remove.mutate({ libraryId, email: ann.email }))).toEqual({
      reason: 'lastOwner',
    });
    expect(await problemFrom(set.mutate({ libraryId, email: ann.email, role: 'viewer' }))).toEqual({
      reason: 'lastOwner',
    });
    const unknown = set.mutate({ libraryId, email: 'nobody@example.org', role: 'viewer' });
    expect((await problemFrom(unknown)).reason).toBe('accountMissing');
    await set.mutate({ libraryId, email: bob.email, role: 'owner' });
    const { members } = await list.query({ libraryId });
    expect(members.map(({ email, role }) => [email, role])).toEqual([
      [bob.email, 'owner'],
      [ann.email, 'editor'],
    ]);
    await remove.mutate({ libraryId, email: ann.email });
    expect((await problemFrom(list.query({ libraryId }))).reason).toBe('libraryMissing');
  });
});

describe('administration', () => {
  test('is for administrators only', async () => {
    const { client, email } = await someone();
    const acts = [
      client.admin.users.list.query({}),
      client.admin.users.create.mutate({ email: 'x@example.org', password: TEST_PASSWORD }),
      client.admin.users.suspend.mutate({ email, suspended: false }),
      client.admin.users.setQuota.mutate({ email, limitBytes: 10 ** 15 }),
    ];
    for (const act of acts) expect(await problemFrom(act)).toEqual({ reason: 'adminOnly' });
  });

  test('makes, suspends and limits accounts, page by page', async () => {
    const root = await server.signIn('root@example.org');
    const users = root.client.admin.users;
    const email = 'made-by-root@example.org';
    const made = await users.create.mutate({ email, password: TEST_PASSWORD });
    expect(made).toMatchObject({
      email,
      admin: false,
      suspended: false,
      quota: { limitBytes: 10_000_000_000 },
    });
    expect(await problemFrom(users.create.mutate({ email, password: TEST_PASSWORD }))).toEqual({
      reason: 'accountTaken',
      email,
    });
    const device = await server.signIn(email);
    await users.suspend.mutate({ email, suspended: true });
    expect(await problemFrom(device.client.auth.whoami.query())).toEqual({ reason: 'accountSuspended' });
    expect(await problemFrom(server.signIn(email))).toEqual({ reason: 'accountSuspended' });
    await users.suspend.mutate({ email, suspended: false });
    expect(await device.client.auth.whoami.query()).toMatchObject({ email });
    await users.setQuota.mutate({ email, limitBytes: 20 });
    expect(await device.client.account.quota.query()).toEqual({
      limitBytes: 20,
      usedBytes: 0,
      reservedBytes: 0,
      organisation: null,
      libraries: [],
    });

    const seen: string[] = [];
    let pageToken: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof users.list.query>> = await users.list.query({
        pageToken,
        limit: 3,
      });
      seen.push(...page.users.map((user) => user.email));
      pageToken = page.nextPageToken;
    } while (pageToken !== null);
    expect(seen).toContain(email);
    expect(seen).toEqual([...new Set(seen)].sort());
  });
});
