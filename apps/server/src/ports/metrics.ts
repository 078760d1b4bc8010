/** Counters with their labels: words from closed lists only, never an account, a path or an id. */
export interface Counters {
  /** Calls by procedure; `ok`, or the class of the refusal. */
  readonly requests: { readonly procedure: string; readonly result: string };
  /** By what became of their operations: all `applied`, `partly`, `none`, or refused as a whole. */
  readonly commits: { readonly result: 'applied' | 'partly' | 'none' | 'refused' };
  readonly operations: { readonly op: string; readonly result: 'applied' | 'adopted' | 'conflict' };
  /** Files whose new content was committed. */
  readonly fileUploads: NoLabels;
  /** Packs that devices were given URLs to read. */
  readonly packDownloads: NoLabels;
  readonly signedBytes: NoLabels;
  readonly sealedBytes: NoLabels;
  /** Bytes that devices did not have to send because the server had them. */
  readonly dedupSavedBytes: NoLabels;
  readonly quotaRefusals: NoLabels;
  readonly filesRefused: { readonly why: 'size' | 'type' };
  readonly storeUnavailable: NoLabels;
  readonly databaseUnavailable: NoLabels;
  /** Contents that were found to need bytes which no pack has. */
  readonly contentsLost: NoLabels;
  /** Chunks that were in damaged packs alone, or in none, and lie in sound ones again. */
  readonly chunksHealed: NoLabels;
  readonly jobRuns: { readonly job: string; readonly result: 'ok' | 'failed' };
}
export interface Timings {
  readonly commitSeconds: { readonly result: Counters['commits']['result'] };
  readonly requestSeconds: { readonly procedure: string };
}
export interface Gauges {
  readonly openWatches: NoLabels;
  /** Unix time, seconds. */
  readonly jobLastSuccess: { readonly job: string };
}
export type NoLabels = Readonly<Record<never, string>>;

/** Where a server counts what it does. Never throws, never waits. */
export interface Metrics {
  count<N extends keyof Counters>(name: N, labels: Counters[N], by?: number): void;
  time<N extends keyof Timings>(name: N, labels: Timings[N], seconds: number): void;
  set<N extends keyof Gauges>(name: N, labels: Gauges[N], value: number): void;
}

/** Counts nothing. */
export const NO_METRICS: Metrics = { count: () => undefined, time: () => undefined, set: () => undefined };
