import type { Problem } from '@tidesync/shared/problems';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestServer } from '../testing/test-server.ts';
import { startTestServer } from '../testing/test-server.ts';
import { errorShapeOf, retryAfterHeader } from './problem-codes.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('ann@example.org');
});
afterAll(() => server.stop());

const waitOf = (problem: Problem) => errorShapeOf(problem).data.retryAfterMs;

test('[W17] what passes by itself says how long to wait, and nothing else does', () => {
  expect(waitOf({ reason: 'storeUnavailable', detail: 'x', retryAfterMs: 1_234 })).toBe(1_234);
  const passing: Problem[] = [
    { reason: 'storeUnavailable', detail: 'x' },
    { reason: 'databaseUnavailable' },
    { reason: 'serverDiskFull' },
    { reason: 'busy' },
    { reason: 'tooManyTries', retryAfterMs: 5 },
  ];
  for (const problem of passing) expect(waitOf(problem), problem.reason).toBeGreaterThan(0);
  expect(errorShapeOf({ reason: 'adminOnly' }).data).not.toHaveProperty('retryAfterMs');
  expect(retryAfterHeader([{ reason: 'adminOnly' }])).toEqual({});
  const batch: Problem[] = [{ reason: 'tooManyTries', retryAfterMs: 2_001 }, ...passing.slice(3)];
  expect(retryAfterHeader(batch)).toEqual({ 'retry-after': '3' });
});

test('[W17] the answer over HTTP has the header, in whole seconds', async () => {
  const body = JSON.stringify({ email: 'ann@example.org', password: 'a wrong password', deviceName: 'x' });
  const headers = { 'content-type': 'application/json' };
  const login = () => fetch(`${server.url}/trpc/auth.login`, { method: 'POST', headers, body });
  let answer = await login();
  while (answer.status === 401) {
    expect(answer.headers.get('retry-after')).toBeNull();
    await answer.body?.cancel();
    answer = await login();
  }
  expect(answer.status).toBe(429);
  const { error } = (await answer.json()) as { error: { data: { retryAfterMs: number } } };
  expect(answer.headers.get('retry-after')).toBe(String(Math.ceil(error.data.retryAfterMs / 1_000)));
});
