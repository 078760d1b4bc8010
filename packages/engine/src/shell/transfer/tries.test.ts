import { Failure } from '@tidesync/shared/problems';
import { expect, test } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import { withTries } from './tries.ts';

/** How long it waits before the second try after a failure that asks for so long. */
async function waitAfter(retryAfterMs: number): Promise<number> {
  const waits: number[] = [];
  const clock = Object.assign(new FakeClock(), {
    sleep: async (ms: number) => {
      waits.push(ms);
    },
  });
  let failed = false;
  await withTries({ clock, random: seededRandom(1) }, new AbortController().signal, async () => {
    if (failed) return;
    failed = true;
    throw new Failure({ reason: 'storeUnavailable', detail: 'x' }, { retryAfterMs });
  });
  expect(waits).toHaveLength(1);
  return waits[0] ?? 0;
}

test('[W19] a try waits at least as long as the server asks', async () => {
  expect(await waitAfter(0)).toBeLessThan(1_000);
  expect(await waitAfter(7_000)).toBeGreaterThan(7_000);
});
