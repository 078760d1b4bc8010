import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TestServer } from '../testing/test-server.ts';
import { clientOf, problemFrom, startTestServer, TEST_PASSWORD } from '../testing/test-server.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const email = 'ann@example.org';
let server: TestServer;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.now();
  server = await startTestServer({ clock: { nowMs: () => nowMs } });
  await server.makeAccount(email);
});
afterEach(() => server.stop());

/** Whoever has the token of a browser's cookie, however it came by it. */
async function browser(remember: boolean) {
  const answer = await fetch(`${server.url}/trpc/auth.openSession`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ email, password: TEST_PASSWORD, deviceName: `browser ${remember}`, remember }),
  });
  const [, token] = /=(tds_[\w-]+);/.exec(answer.headers.getSetCookie()[0] ?? '') ?? [];
  return clientOf(server.url, token ?? expect.fail('the cookie has a token'));
}
const over = { reason: 'deviceRevoked' };

test('[P14] a session that nobody uses ends by itself, and one in use goes on for 30 days', async () => {
  const [unused, used] = [await browser(false), await browser(false)];
  await unused.auth.whoami.query();
  for (let atMs = 0; atMs + 10 * HOUR_MS < limits.browserSessionLifeMs; atMs += 10 * HOUR_MS) {
    await used.auth.whoami.query();
    nowMs += 10 * HOUR_MS;
  }
  expect(await problemFrom(unused.auth.whoami.query())).toEqual(over);
  expect(await used.auth.whoami.query()).toMatchObject({ email });
  nowMs += 11 * HOUR_MS;
  expect(await problemFrom(used.auth.whoami.query())).toEqual(over);
});

test('[P14] what was not used for 12 hours is over, to the millisecond', async () => {
  const client = await browser(false);
  nowMs += limits.browserSessionIdleMs - 1;
  await client.auth.whoami.query();
  nowMs += limits.browserSessionIdleMs;
  expect(await problemFrom(client.auth.whoami.query())).toEqual(over);
});

test('[P14] a session that was to stay lasts 30 days unused, and no longer; a device stays', async () => {
  const device = await server.signIn(email);
  const client = await browser(true);
  nowMs += limits.browserSessionLifeMs - 1;
  await client.auth.whoami.query();
  nowMs += 1;
  expect(await problemFrom(client.auth.whoami.query())).toEqual(over);
  nowMs += 3 * 365 * DAY_MS;
  expect(await device.client.auth.whoami.query()).toMatchObject({ email });
});

test('[P14] lists show the sessions that hold', async () => {
  const device = await server.signIn(email);
  await browser(true);
  await browser(false);
  const names = async () => {
    const own = await device.client.devices.list.query();
    const all = await device.client.admin.devices.list.query({});
    const listed = own.devices.map((one) => one.name).toSorted();
    expect(all.devices.map((one) => one.name).toSorted()).toEqual(listed);
    expect((await device.client.admin.users.show.query({ email })).devices).toBe(listed.length);
    expect(await device.client.admin.overview.query({})).toMatchObject({ devices: listed.length });
    return listed;
  };
  expect(await names()).toEqual(['browser false', 'browser true', 'laptop']);
  nowMs += limits.browserSessionIdleMs;
  expect(await names()).toEqual(['browser true', 'laptop']);
  nowMs += limits.browserSessionLifeMs;
  expect(await names()).toEqual(['laptop']);
});
