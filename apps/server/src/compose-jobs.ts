import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { errorForLog } from './api/error-for-log.ts';
import type { BackgroundJob, BackgroundJobs, JobEnd } from './background-jobs.ts';
import { runBackgroundJobs } from './background-jobs.ts';
import type { ServerPorts } from './ports/server-ports.ts';
import type { Store } from './ports/store.ts';
import { measureInstallation } from './use-cases/admin/measure-installation.ts';
import { expireSessions } from './use-cases/auth/expire-sessions.ts';
import { collectGarbage } from './use-cases/garbage/collect-garbage.ts';
import { healDamageJob } from './use-cases/heal/heal-damage.ts';
import { readSuspectsJob } from './use-cases/heal/read-suspects.ts';
import { measuredJob } from './use-cases/measured-job.ts';
import { rebalanceSlices } from './use-cases/quotas/reclaim-slices.ts';
import { recountQuotasIfDue } from './use-cases/quotas/recount-quotas.ts';
import { expireUploads } from './use-cases/uploads/expire-uploads.ts';
import { rereadPacksJob } from './use-cases/verify/reread-packs.ts';
import type { VerifyOptions } from './use-cases/verify/verify-packs.ts';
import { verifyPacksJob } from './use-cases/verify/verify-packs.ts';

const MINUTE_MS = 60_000;
const COLLECT_EVERY_MS = 6 * 60 * MINUTE_MS;

interface Surroundings {
  /** Of this start of this server. */
  readonly serverId: string;
  readonly log: FastifyBaseLogger;
}

async function pauseUnlessStopped(forMs: number, signal: AbortSignal): Promise<void> {
  await pause(forMs, null, { signal, ref: false }).catch(() => undefined);
}

/** What servers do on their own, each job on one of them at a time. */
function jobsOf(ports: ServerPorts, log: FastifyBaseLogger): BackgroundJob[] {
  const job = (
    name: string,
    everyMs: number,
    work: (ports: ServerPorts) => Promise<unknown>,
  ): BackgroundJob => ({
    name,
    everyMs,
    run: (signal) =>
      measuredJob(ports, name, () => work({ ...ports, store: storeUntil(signal, ports.store) })),
  });
  const reading: VerifyOptions = {
    pause: pauseUnlessStopped,
    onDamaged: (pack, why) => log.error({ ...pack, why }, 'a pack is damaged: its files are not readable'),
  };
  const [verify, reread] = [verifyPacksJob(ports, reading), rereadPacksJob(ports, reading)];
  const suspects = readSuspectsJob(ports, reading);
  const heal = healDamageJob(ports, {
    onLost: (libraryId, contents) =>
      log.error({ libraryId, contents }, 'contents are lost; devices that have them are asked for them'),
  });
  return [
    job('expire-uploads', MINUTE_MS, async (ports) => {
      await expireSessions(ports);
      await expireUploads(ports);
    }),
    job('measure-installation', 15 * MINUTE_MS, measureInstallation),
    job('rebalance-slices', 10 * MINUTE_MS, ({ store }) => rebalanceSlices(store)),
    // Looks often, does it once a day.
    job('recount-quotas', 60 * MINUTE_MS, recountQuotasIfDue),
    {
      name: 'collect-garbage',
      everyMs: COLLECT_EVERY_MS,
      run: (signal) => measuredJob(ports, 'collect-garbage', () => collect(ports, signal)),
    },
    { ...verify, run: (signal) => measuredJob(ports, verify.name, () => verify.run(signal)) },
    { ...reread, run: (signal) => measuredJob(ports, reread.name, () => reread.run(signal)) },
    { ...suspects, run: (signal) => measuredJob(ports, suspects.name, () => suspects.run(signal)) },
    { ...heal, run: (signal) => measuredJob(ports, heal.name, () => heal.run(signal)) },
  ];
}

/** It gives calls their turn between two steps: alone, the server and the collection are one thread. */
function collect(ports: ServerPorts, signal: AbortSignal) {
  const store = storeUntil(signal, ports.store);
  const options = { libraryId: null, dryRun: false, actor: 'server', untilMs: null, signal } as const;
  return collectGarbage({ ...ports, store, turn: () => nextTurn() }, options);
}

/** The store until the signal: work of many transactions ends before its next one. */
function storeUntil(signal: AbortSignal, store: Store): Store {
  return {
    ...store,
    async transact(body, options) {
      signal.throwIfAborted();
      return store.transact(body, options);
    },
  };
}

export function startJobs(ports: ServerPorts, { serverId, log }: Surroundings): BackgroundJobs {
  const { store, clock } = ports;
  const jobPorts = { store, clock, serverId, chance: Math.random, pause: pauseUnlessStopped };
  return runBackgroundJobs(jobPorts, jobsOf(ports, log), (end) => tell(log, end));
}

function tell(log: FastifyBaseLogger, end: JobEnd): void {
  const { job, tookMs } = end;
  if (end.is === 'failed') log.error({ job, tookMs, err: errorForLog(end.error) }, 'a background job failed');
  else if (end.is === 'leaseLost')
    log.warn({ job, tookMs }, 'another server has taken a background job over');
  else log.debug({ job, tookMs }, 'a background job is done');
}
