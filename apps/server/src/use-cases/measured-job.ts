import { isFailure } from '@tidesync/shared/problems';
import type { ServerPorts } from '../ports/server-ports.ts';

/** Runs a background job and counts how it ended; its result and its errors are those of the job. */
export async function measuredJob<T>(
  { metrics, clock }: Pick<ServerPorts, 'metrics' | 'clock'>,
  job: string,
  run: () => Promise<T>,
): Promise<T> {
  try {
    const result = await run();
    metrics.count('jobRuns', { job, result: 'ok' });
    metrics.set('jobLastSuccess', { job }, Math.round(clock.nowMs() / 1_000));
    return result;
  } catch (error) {
    metrics.count('jobRuns', { job, result: 'failed' });
    if (isFailure(error, 'storeUnavailable', 'serverDiskFull')) metrics.count('storeUnavailable', {});
    if (isFailure(error, 'databaseUnavailable')) metrics.count('databaseUnavailable', {});
    throw error;
  }
}
