import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { errorForLog } from './api/error-for-log.ts';
import type { BackgroundJob, BackgroundJobs, JobEnd } from './background-jobs.ts';
import { runBackgroundJobs } from './background-jobs.ts';
import type { ServerPorts } from './ports/server-ports.ts';
import { measuredJob } from './use-cases/measured-job.ts';
import { expireUploads } from './use-cases/uploads/expire-uploads.ts';

const MINUTE_MS = 60_000;

/** What servers do on their own, each job on one of them at a time. */
function jobsOf(ports: ServerPorts): BackgroundJob[] {
  return [
    {
      name: 'expire-uploads',
      everyMs: MINUTE_MS,
      run: () => measuredJob(ports, 'expire-uploads', () => expireUploads(ports)),
    },
  ];
}

/** `serverId`: of this start of this server. */
export function startJobs(
  ports: ServerPorts,
  { serverId, log }: { readonly serverId: string; readonly log: FastifyBaseLogger },
): BackgroundJobs {
  const { store, clock } = ports;
  const jobPorts = {
    ...{ store, clock, serverId, chance: Math.random },
    async pause(forMs: number, signal: AbortSignal) {
      await pause(forMs, null, { signal, ref: false }).catch(() => undefined);
    },
  };
  return runBackgroundJobs(jobPorts, jobsOf(ports), (end) => tell(log, end));
}

function tell(log: FastifyBaseLogger, end: JobEnd): void {
  const { job, tookMs } = end;
  if (end.is === 'failed') log.error({ job, tookMs, err: errorForLog(end.error) }, 'a background job failed');
  else if (end.is === 'leaseLost')
    log.warn({ job, tookMs }, 'another server has taken a background job over');
  else log.debug({ job, tookMs }, 'a background job is done');
}
