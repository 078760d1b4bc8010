import { expect, test } from 'vitest';
import { NO_METRICS } from '../../ports/metrics.ts';
import { tallyMetrics } from './tally-metrics.ts';

const HOUR_MS = 3_600_000;
const serverId = '11111111-1111-4111-8111-111111111111';

function tallyAt(start: number) {
  let now = start;
  const tally = tallyMetrics(NO_METRICS, { nowMs: () => now, serverId });
  const advance = (byMs: number) => {
    now += byMs;
  };
  return { tally, advance };
}
const sampled = (samples: readonly { hourMs: number; name: string; value: number }[]) =>
  samples.map(({ hourMs, name, value }) => `${hourMs / HOUR_MS} ${name} ${value}`).sort();

test('what a server does is counted by the hour, and told until it is written down', () => {
  const { tally, advance } = tallyAt(5 * HOUR_MS + 1);
  const { metrics } = tally;
  metrics.count('requests', { procedure: 'sync.commit', result: 'ok' });
  metrics.count('requests', { procedure: 'sync.commit', result: 'NOT_FOUND' });
  metrics.count('requests', { procedure: 'sync.commit', result: 'UNAVAILABLE' });
  metrics.count('sealedBytes', {}, 700);
  metrics.count('commits', { result: 'refused' });
  metrics.count('jobRuns', { job: 'collect-garbage', result: 'ok' });
  const first = tally.unwritten();
  expect(sampled(first)).toEqual([
    '5 done:collect-garbage 1',
    '5 errors 1',
    '5 refused 1',
    '5 requests 3',
    '5 uploadedBytes 700',
  ]);
  tally.written(first);
  expect(tally.unwritten()).toEqual([]);
  advance(HOUR_MS);
  metrics.count('sealedBytes', {}, 1);
  expect(sampled(tally.unwritten())).toEqual(['6 uploadedBytes 1']);
});

test('what is counted while it is being written is told again, whole', () => {
  const { tally } = tallyAt(HOUR_MS);
  tally.metrics.count('quotaRefusals', {});
  const samples = tally.unwritten();
  tally.metrics.count('quotaRefusals', {});
  tally.written(samples);
  expect(sampled(tally.unwritten())).toEqual(['1 quotaRefusals 2']);
});
