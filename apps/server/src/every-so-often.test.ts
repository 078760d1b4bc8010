import { expect, test } from 'vitest';
import { everySoOften } from './every-so-often.ts';

test('runs again after a failure, never two at once, and stops after the one that runs', async () => {
  let [running, runs] = [0, 0];
  const failures: unknown[] = [];
  const third = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const job = async () => {
    runs++;
    expect(++running).toBe(1);
    await Promise.resolve();
    if (runs === 3) {
      third.resolve();
      await finish.promise;
    }
    running--;
    if (runs === 1) throw new Error('not this time');
  };
  const background = everySoOften(1, job, (error) => failures.push(error));
  await third.promise;
  const stopped = background.stop();
  finish.resolve();
  await stopped;
  expect([runs, running, failures.length]).toEqual([3, 0, 1]);
});
