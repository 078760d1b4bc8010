import { Failure, fail } from '@tidesync/shared/problems';
import { expect, test } from 'vitest';
import { LoginThrottle } from '../../domain/login-throttle.ts';
import { countedTry } from './counted-try.ts';

const keys = [{ key: 'address', rule: { triesMax: 3, windowMs: 1_000 } }];
const newPorts = () => ({ throttle: new LoginThrottle(10), clock: { nowMs: () => 0 } });
const failureOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: unknown) => error,
  );

test('[W5] only wrong passwords are counted, up to the limit', async () => {
  const ports = newPorts();
  const wrong = () => countedTry(ports, keys, async () => fail({ reason: 'wrongCredentials' }));
  for (let n = 0; n < 3; n++) {
    expect(await failureOf(wrong())).toMatchObject({ problem: { reason: 'wrongCredentials' } });
  }
  expect(await failureOf(wrong())).toMatchObject({
    problem: { reason: 'tooManyTries', retryAfterMs: 1_000 },
  });
});

test.each([
  ['right', async () => 'in'],
  ['sent away', async () => fail({ reason: 'tooManyTries', retryAfterMs: 7 })],
  ['broken off', () => Promise.reject(new Error('the database is away'))],
])('[W5] a try that was %s is not counted, however often', async (_, check) => {
  const ports = newPorts();
  for (let n = 0; n < 20; n++) {
    const failure = await failureOf(countedTry<unknown>(ports, keys, check));
    if (failure instanceof Failure) expect(failure.problem).toMatchObject({ retryAfterMs: 7 });
  }
  expect(await countedTry(ports, keys, async () => 'in')).toBe('in');
});
