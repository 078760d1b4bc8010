import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Counters, Gauges, Metrics, Timings } from '../../ports/metrics.ts';

interface Shape {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

const counterShapes: { readonly [N in keyof Counters]: Shape } = {
  requests: {
    name: 'tidesync_requests_total',
    help: 'Calls, by procedure and ok or the class of the refusal',
    labels: ['procedure', 'result'],
  },
  commits: {
    name: 'tidesync_commits_total',
    help: 'Commits, by how much of them was applied; one that is sent again counts again',
    labels: ['result'],
  },
  operations: {
    name: 'tidesync_operations_total',
    help: 'Operations of commits, by kind and result',
    labels: ['op', 'result'],
  },
  fileUploads: {
    name: 'tidesync_file_uploads_total',
    help: 'Files whose new content was committed',
    labels: [],
  },
  packDownloads: {
    name: 'tidesync_pack_downloads_total',
    help: 'Packs that devices were given URLs to read',
    labels: [],
  },
  signedBytes: { name: 'tidesync_signed_bytes_total', help: 'Bytes that URLs were signed for', labels: [] },
  sealedBytes: {
    name: 'tidesync_sealed_bytes_total',
    help: 'Bytes of content that arrived, was checked, and is charged',
    labels: [],
  },
  dedupSavedBytes: {
    name: 'tidesync_dedup_saved_bytes_total',
    help: 'Bytes that devices asked about and did not have to send',
    labels: [],
  },
  quotaRefusals: {
    name: 'tidesync_quota_refusals_total',
    help: 'Calls refused for want of quota',
    labels: [],
  },
  filesRefused: {
    name: 'tidesync_files_refused_total',
    help: 'Calls refused because of the size or type of a file',
    labels: ['why'],
  },
  storeUnavailable: {
    name: 'tidesync_store_unavailable_total',
    help: 'Times that the object store did not answer or was full',
    labels: [],
  },
  databaseUnavailable: {
    name: 'tidesync_database_unavailable_total',
    help: 'Times that the database did not answer',
    labels: [],
  },
  contentsLost: {
    name: 'tidesync_contents_lost_total',
    help: 'Contents that were found to need bytes which no pack has; devices are asked for them',
    labels: [],
  },
  chunksHealed: {
    name: 'tidesync_chunks_healed_total',
    help: 'Chunks out of damaged packs that lie in sound ones again',
    labels: [],
  },
  jobRuns: {
    name: 'tidesync_job_runs_total',
    help: 'Runs of background jobs on this server',
    labels: ['job', 'result'],
  },
};

const timingShapes: { readonly [N in keyof Timings]: Shape } = {
  commitSeconds: { name: 'tidesync_commit_seconds', help: 'How long commits took', labels: ['result'] },
  requestSeconds: { name: 'tidesync_request_seconds', help: 'How long calls took', labels: ['procedure'] },
};
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const gaugeShapes: { readonly [N in keyof Gauges]: Shape } = {
  openWatches: { name: 'tidesync_open_watches', help: 'Open doorbell streams', labels: [] },
  jobLastSuccess: {
    name: 'tidesync_job_last_success_timestamp_seconds',
    help: 'When a background job last succeeded on this server',
    labels: ['job'],
  },
};

export interface PrometheusMetrics {
  readonly metrics: Metrics;
  readonly contentType: string;
  /** All of it in Prometheus' text form, with those of the process. */
  text(): Promise<string>;
  /** Sum of a counter over those of its series that have these labels. */
  total<N extends keyof Counters>(name: N, labels?: Partial<Counters[N]>): Promise<number>;
}

/** Each call makes its own registry, so that several servers in one process do not count together. */
export function prometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = made(counterShapes, (shape) => new Counter(configOf(shape, registry)));
  const gauges = made(gaugeShapes, (shape) => new Gauge(configOf(shape, registry)));
  const timings = made(
    timingShapes,
    (shape) => new Histogram({ ...configOf(shape, registry), buckets: SECONDS }),
  );
  return {
    metrics: {
      count: (name, labels, by = 1) => counters[name].inc(labels, by),
      time: (name, labels, seconds) => timings[name].observe(labels, seconds),
      set: (name, labels, value) => gauges[name].set(labels, value),
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
    async total(name, labels = {}) {
      const { values } = await counters[name].get();
      const wanted = Object.entries(labels);
      const fit = values.filter((one) => wanted.every(([label, value]) => one.labels[label] === value));
      return fit.reduce((sum, one) => sum + one.value, 0);
    },
  };
}

function configOf({ name, help, labels }: Shape, registry: Registry) {
  return { name, help, labelNames: [...labels], registers: [registry] };
}

function made<N extends string, T>(
  shapes: { readonly [K in N]: Shape },
  make: (shape: Shape) => T,
): { readonly [K in N]: T } {
  const all = Object.entries<Shape>(shapes).map(([name, shape]) => [name, make(shape)] as const);
  return Object.fromEntries(all) as { [K in N]: T };
}
