import type { FastifyBaseLogger } from 'fastify';
import { tallyMetrics } from './adapters/metrics/tally-metrics.ts';
import { errorForLog } from './api/error-for-log.ts';
import { everySoOften } from './every-so-often.ts';
import type { Clock } from './ports/clock.ts';
import type { Metrics } from './ports/metrics.ts';
import type { Store } from './ports/store.ts';

const WRITE_EVERY_MS = 60_000;

interface Surroundings {
  readonly store: Store;
  readonly clock: Clock;
  /** Of this start of this server: what an earlier one has counted stays beside it. */
  readonly serverId: string;
  readonly log: FastifyBaseLogger;
}

/** Counts what this server does, and writes it down for all servers to show: each minute, and when it stops. */
export function countByTheHour(
  inner: Metrics,
  { store, clock, serverId, log }: Surroundings,
): { readonly metrics: Metrics; stop(): Promise<void> } {
  const tally = tallyMetrics(inner, { nowMs: () => clock.nowMs(), serverId });
  const write = async () => {
    const samples = tally.unwritten();
    if (samples.length === 0) return;
    await store.transact((tx) => tx.admin.setSamples(samples), { repeatable: true });
    tally.written(samples);
  };
  const tell = (error: unknown) =>
    log.warn({ err: errorForLog(error) }, 'what this server did could not be written down');
  const writing = everySoOften(WRITE_EVERY_MS, write, tell);
  return {
    metrics: tally.metrics,
    async stop() {
      await writing.stop();
      await write().catch(tell);
    },
  };
}
