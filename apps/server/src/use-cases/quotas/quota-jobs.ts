import type { ServerPorts } from '../../ports/server-ports.ts';
import { rebalanceSlices } from './reclaim-slices.ts';
import { recountQuotasIfDue } from './recount-quotas.ts';

const MINUTE_MS = 60_000;

/** What servers do for quotas on their own. Each job bears being run by two servers at once. */
export interface QuotaJob {
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<unknown>;
}

export function quotaJobs(ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>): QuotaJob[] {
  return [
    { name: 'rebalance-slices', everyMs: 10 * MINUTE_MS, run: () => rebalanceSlices(ports.store) },
    // Looks often, so that the day's count is done also where no server lives a whole day.
    { name: 'recount-quotas', everyMs: 60 * MINUTE_MS, run: (signal) => recountQuotasIfDue(ports, signal) },
  ];
}
