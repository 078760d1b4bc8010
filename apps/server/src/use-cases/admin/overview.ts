import { limits } from '@tidesync/shared/limits';
import type { ActivityPoint, JobHealth, Overview, overviewInput } from '@tidesync/shared/wire/admin';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { LeaseLine, Sample } from '../../ports/store-admin.ts';
import { defaultQuotaIn } from './default-quota.ts';
import type { Administrator } from './require-admin.ts';
import { requireAdmin } from './require-admin.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** A lease that nobody has taken up for so long after its time says that no server does the job. */
const OVERDUE_AFTER_MS = 15 * 60_000;
/** Taken for a moment when the first account is made; no job. */
const NO_JOBS: ReadonlySet<string> = new Set(['first-account']);

/**
 * What there is and what servers did, over all of them: each writes down once a minute what it has counted, and one of
 * them what there is. Errors: `adminOnly`.
 */
export async function readOverview(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'policy'>,
  caller: Administrator,
  { hours }: z.infer<typeof overviewInput>,
): Promise<Overview> {
  requireAdmin(caller);
  const { admin, garbage } = ports.store.read;
  const atMs = ports.clock.nowMs();
  const { users, suspended: suspendedUsers } = await admin.accountCounts();
  const devices = await admin.deviceCounts({ nowMs: atMs, sinceMs: atMs - limits.activeWithinMs });
  const libraries = await admin.libraryCounts();
  const measured = await garbage.measuredTotal();
  const samples = await admin.samples(hourOf(atMs) - (Math.max(hours, DAY_HOURS) - 1) * HOUR_MS);
  const { limitBytes: quotaBytes } = await defaultQuotaIn(ports.store.read, ports);
  const { retention } = ports.policy;
  return {
    ...{ atMs, users, suspendedUsers, ...devices, ...libraries },
    liveBytes: measured?.usage.liveBytes ?? null,
    jobs: jobsOf(await admin.leases(), samples, atMs),
    points: pointsOf(samples.filter((one) => one.hourMs > atMs - hours * HOUR_MS)),
    defaults: { quotaBytes, retention },
  };
}

const hourOf = (ms: number) => Math.floor(ms / HOUR_MS) * HOUR_MS;

function jobsOf(leases: readonly LeaseLine[], samples: readonly Sample[], atMs: number): JobHealth[] {
  const dayAgoMs = atMs - DAY_HOURS * HOUR_MS;
  const inDay = (name: string) =>
    samples
      .filter((sample) => sample.name === name && sample.hourMs > dayAgoMs)
      .reduce((sum, sample) => sum + sample.value, 0);
  return leases
    .filter(({ name }) => !NO_JOBS.has(name))
    .map(({ name: job, fence: runs, untilMs }) => {
      const overdue = untilMs + OVERDUE_AFTER_MS < atMs;
      return {
        job,
        runs,
        untilMs,
        overdue,
        doneInDay: inDay(`done:${job}`),
        failedInDay: inDay(`failed:${job}`),
      };
    });
}

function pointsOf(samples: readonly Sample[]): ActivityPoint[] {
  return [...Map.groupBy(samples, (sample) => sample.hourMs)].map(([atMs, ofHour]) => {
    const values = new Map(ofHour.map(({ name, value }) => [name, value]));
    const sum = (name: string) => values.get(name) ?? 0;
    const last = (name: string) => values.get(name) ?? null;
    return {
      atMs,
      requests: sum('requests'),
      errors: sum('errors'),
      refused: sum('refused'),
      commits: sum('commits'),
      uploadedBytes: sum('uploadedBytes'),
      savedBytes: sum('savedBytes'),
      packDownloads: sum('packDownloads'),
      quotaRefusals: sum('quotaRefusals'),
      storedBytes: last('storedBytes'),
      liveBytes: last('liveBytes'),
      activeDevices: last('activeDevices'),
      activeUsers: last('activeUsers'),
    };
  });
}
