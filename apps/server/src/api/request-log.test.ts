import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { clientOf, startTestServer, TEST_PASSWORD } from '../testing/test-server.ts';

test('[W8] the log has one line per request, and none of the secrets that passed', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const server = await startTestServer({ log });
  await server.makeAccount('ann@example.org');
  lines.length = 0;
  const ann = await server.signIn('ann@example.org');
  await ann.client.auth.whoami.query();
  const signature = 'c2VjcmV0LXNpZ25hdHVyZQ';
  const url = `${server.url}/objects/${randomUUID()}/${randomUUID()}?expires=9999999999999&signature=${signature}`;
  await fetch(url);
  await fetch(`${server.url}/trpc/auth.whoami?input=%22${ann.token}%22`);
  await clientOf(server.url, 'tds_forged')
    .auth.whoami.query()
    .catch(() => undefined);
  await server.stop();
  const requests = lines.map((line) => JSON.parse(line)).filter((line) => line.msg === 'request');
  expect(requests.map(({ method, path, status }) => [method, path, status])).toEqual([
    ['POST', '/trpc/auth.login', 200],
    ['POST', '/trpc/auth.whoami', 200],
    ['GET', new URL(url).pathname, 403],
    ['GET', '/trpc/auth.whoami', 401],
    ['POST', '/trpc/auth.whoami', 401],
  ]);
  const text = lines.join('');
  for (const secret of [ann.token, TEST_PASSWORD, signature, 'tds_forged'])
    expect(text).not.toContain(secret);
});

test.each([
  ['believed from a proxy that is trusted', ['loopback'], '203.0.113.7'],
  ['not believed from anybody else', ['10.0.0.0/8'], '127.0.0.1'],
])('who asks is %s', async (_, trustedProxies, ip) => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const server = await startTestServer({ log, trustedProxies });
  await fetch(`${server.url}/health`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  await server.stop();
  const asked = lines.map((line) => JSON.parse(line)).filter(({ path }) => path === '/health');
  expect(asked).toMatchObject([{ ip }]);
});
