import type { Counters, Metrics } from '../../ports/metrics.ts';
import type { ServerSample } from '../../ports/store-admin.ts';

const HOUR_MS = 3_600_000;

/** Counts what this server does by the hour, beside whatever else counts. */
export interface Tally {
  readonly metrics: Metrics;
  /** Numbers of the hours that are not written down as they are now. */
  unwritten(): readonly ServerSample[];
  /** They are, now. */
  written(samples: readonly ServerSample[]): void;
}

/** What is kept of a counter: under which name, if at all. */
const nameOf: {
  readonly [N in keyof Counters]?: (labels: Counters[N]) => string | null;
} = {
  requests: () => 'requests',
  commits: ({ result }) => (result === 'refused' ? null : 'commits'),
  sealedBytes: () => 'uploadedBytes',
  dedupSavedBytes: () => 'savedBytes',
  packDownloads: () => 'packDownloads',
  quotaRefusals: () => 'quotaRefusals',
  jobRuns: ({ job, result }) => `${result === 'ok' ? 'done' : 'failed'}:${job}`,
};
const OWN_FAULTS: ReadonlySet<string> = new Set(['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);

export function tallyMetrics(
  inner: Metrics,
  { nowMs, serverId }: { readonly nowMs: () => number; readonly serverId: string },
): Tally {
  const hours = new Map<number, Map<string, number>>();
  const changed = new Set<number>();
  const add = (name: string, by: number) => {
    const hourMs = Math.floor(nowMs() / HOUR_MS) * HOUR_MS;
    const counts = hours.get(hourMs) ?? new Map<string, number>();
    hours.set(hourMs, counts);
    counts.set(name, (counts.get(name) ?? 0) + by);
    changed.add(hourMs);
  };
  const metrics: Metrics = {
    count(name, labels, by = 1) {
      inner.count(name, labels, by);
      const kept = nameOf[name]?.(labels) ?? null;
      if (kept !== null) add(kept, by);
      if (name !== 'requests') return;
      const { result } = labels as Counters['requests'];
      if (result !== 'ok') add(OWN_FAULTS.has(result) ? 'errors' : 'refused', by);
    },
    time: (name, labels, seconds) => inner.time(name, labels, seconds),
    set: (name, labels, value) => inner.set(name, labels, value),
  };
  return {
    metrics,
    unwritten: () =>
      [...changed].flatMap((hourMs) =>
        [...(hours.get(hourMs) ?? [])].map(([name, value]) => ({ hourMs, name, value, serverId })),
      ),
    written(samples) {
      const latestMs = Math.max(0, ...hours.keys());
      for (const hourMs of new Set(samples.map((sample) => sample.hourMs))) {
        const isSame = samples.every(
          (sample) => sample.hourMs !== hourMs || hours.get(hourMs)?.get(sample.name) === sample.value,
        );
        if (!isSame) continue;
        changed.delete(hourMs);
        if (hourMs < latestMs) hours.delete(hourMs);
      }
    },
  };
}
