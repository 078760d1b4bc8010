import type { Clock } from './ports/clock.ts';
import type { LeaseRow } from './ports/leases.ts';
import type { Store } from './ports/store.ts';

/** How long a job stays with a server that says nothing any more. */
export const LEASE_LIFE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
/** How often a server looks whether a job of another one has been left. */
export const LOOK_EVERY_MS_MAX = 15_000;
const LOOK_EVERY_MS_MIN = 500;
const RETRY_AFTER_MS = 60_000;
/** Clocks of servers may differ by this much; a lease that lasts longer than it can was written by a wrong one. */
const CLOCKS_DIFFER_MS_MAX = 3_600_000;

/** Something that servers do on their own, one of them at a time. */
export interface BackgroundJob {
  /** Also of its lease. */
  readonly name: string;
  readonly everyMs: number;
  /**
   * Ends soon after the signal, which says that the server stops or that the lease is lost. It has to bear being
   * run by two servers at once: a lease is a matter of clocks. `fence` rises with every run, for what has to know.
   */
  run(signal: AbortSignal, fence: number): Promise<unknown>;
}

export interface JobPorts {
  readonly store: Pick<Store, 'read' | 'transact'>;
  readonly clock: Clock;
  /** Of this start of this server. */
  readonly serverId: string;
  /** Resolves after that time, or when the signal aborts. */
  readonly pause: (forMs: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1: so that servers do not all look at once. */
  readonly chance: () => number;
}

/** How a run ended, or why none began. */
export type JobEnd =
  | { readonly job: string; readonly is: 'done'; readonly tookMs: number }
  | { readonly job: string; readonly is: 'failed'; readonly tookMs: number; readonly error: unknown }
  /** Another server has it now, or may have it. */
  | { readonly job: string; readonly is: 'leaseLost'; readonly tookMs: number };

export interface BackgroundJobs {
  /** Aborts what runs, and resolves when all of it has ended. */
  stop(): Promise<void>;
}

/**
 * Runs each job every so often, on one server of the installation at a time: whoever has the lease in the database.
 * After a run the lease lasts until the next one is due, so that a job is done once in its time and not once per
 * server. A run that fails is reported and tried again, by whichever server comes first.
 */
export function runBackgroundJobs(
  ports: JobPorts,
  jobs: readonly BackgroundJob[],
  onEnd: (end: JobEnd) => void,
): BackgroundJobs {
  const stopping = new AbortController();
  const runners = jobs.map((job) => new JobRunner({ ports, job, onEnd, stopping: stopping.signal }));
  const running = runners.map((runner) => runner.loop());
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

interface RunnerParts {
  readonly ports: JobPorts;
  readonly job: BackgroundJob;
  readonly onEnd: (end: JobEnd) => void;
  readonly stopping: AbortSignal;
}

class JobRunner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  async loop(): Promise<void> {
    const { ports, job, onEnd, stopping } = this.#parts;
    let waitMs = Math.round(Math.min(job.everyMs, LOOK_EVERY_MS_MAX) * ports.chance());
    while (!stopping.aborted) {
      await ports.pause(waitMs, stopping);
      if (stopping.aborted) return;
      const startMs = ports.clock.nowMs();
      try {
        await this.#turn(startMs);
        waitMs = this.#waitMs(await ports.store.read.leases.byName(job.name));
      } catch (error) {
        onEnd({ job: job.name, is: 'failed', tookMs: ports.clock.nowMs() - startMs, error });
        waitMs = this.#waitMs(null);
      }
    }
  }

  /** Until the lease is free, but no longer than until the next look, as its holder may give it back before. */
  #waitMs(lease: LeaseRow | null): number {
    const { chance, clock } = this.#parts.ports;
    const freeInMs = lease === null ? LOOK_EVERY_MS_MAX : lease.untilMs - clock.nowMs();
    const waitMs = Math.min(LOOK_EVERY_MS_MAX, Math.max(LOOK_EVERY_MS_MIN, freeInMs));
    return Math.round(waitMs * (1 + chance() / 10));
  }

  async #turn(nowMs: number): Promise<void> {
    const { ports, job } = this.#parts;
    const latestMs = nowMs + Math.max(job.everyMs, LEASE_LIFE_MS) + CLOCKS_DIFFER_MS_MAX;
    const lease = await ports.store.read.leases.byName(job.name);
    if (lease !== null && lease.untilMs > nowMs && lease.untilMs <= latestMs) return;
    const untilMs = nowMs + LEASE_LIFE_MS;
    const wanted = { name: job.name, holder: ports.serverId, nowMs, untilMs, latestMs };
    const fence = await ports.store.transact((tx) => tx.leases.take(wanted));
    if (fence !== null) await this.#runUnder(fence, nowMs);
  }

  async #runUnder(fence: number, startMs: number): Promise<void> {
    const { ports, job, onEnd, stopping } = this.#parts;
    const { clock, pause } = ports;
    const lost = new AbortController();
    const over = new AbortController();
    const keeping = this.#keepWhileRunning({ fence, startMs, lost, over: over.signal, pause });
    let failure: { readonly error: unknown } | null = null;
    try {
      await job.run(AbortSignal.any([lost.signal, stopping]), fence);
    } catch (error) {
      failure = { error };
    }
    over.abort();
    await keeping;
    const endMs = clock.nowMs();
    const end = { job: job.name, tookMs: endMs - startMs };
    if (lost.signal.aborted) return onEnd({ ...end, is: 'leaseLost' });
    // A run that the stop has cut short is neither done nor failed: it is free for another server at once.
    const isCut = failure !== null && stopping.aborted;
    const dueMs = failure === null ? startMs + job.everyMs : endMs + Math.min(job.everyMs, RETRY_AFTER_MS);
    await this.#keep(fence, isCut ? endMs : Math.max(endMs, dueMs));
    if (failure === null) onEnd({ ...end, is: 'done' });
    else if (!isCut) onEnd({ ...end, is: 'failed', ...failure });
  }

  /** Renews the lease until the run is over; says so when it is lost, or when it cannot be known whether it is. */
  async #keepWhileRunning(run: {
    readonly fence: number;
    readonly startMs: number;
    readonly lost: AbortController;
    readonly over: AbortSignal;
    readonly pause: JobPorts['pause'];
  }): Promise<void> {
    const { clock } = this.#parts.ports;
    let untilMs = run.startMs + LEASE_LIFE_MS;
    for (;;) {
      await run.pause(RENEW_EVERY_MS, run.over);
      if (run.over.aborted) return;
      const nowMs = clock.nowMs();
      const kept = await this.#keep(run.fence, nowMs + LEASE_LIFE_MS);
      if (kept === true) untilMs = nowMs + LEASE_LIFE_MS;
      if (kept === false || clock.nowMs() + RENEW_EVERY_MS > untilMs) return run.lost.abort();
    }
  }

  /** Null: the database did not say. */
  async #keep(fence: number, untilMs: number): Promise<boolean | null> {
    const { ports, job } = this.#parts;
    try {
      return await ports.store.transact((tx) => tx.leases.keep({ name: job.name, fence, untilMs }));
    } catch {
      return null; // it ends by itself, then
    }
  }
}
