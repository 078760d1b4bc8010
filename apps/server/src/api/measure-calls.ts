import type { Problem } from '@tidesync/shared/problems';
import { classOf } from '@tidesync/shared/problems';
import type {
  downloadSignInput,
  uploadMissingInput,
  uploadMissingOutput,
  uploadSealOutput,
  uploadSignInput,
} from '@tidesync/shared/wire/content';
import type { CommitOutput, commitInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import type { Counters, Metrics } from '../ports/metrics.ts';

/** One call that is over. */
export interface Call {
  readonly procedure: string;
  readonly seconds: number;
  readonly input: unknown;
  readonly outcome:
    | { readonly ok: true; readonly output: unknown }
    | { readonly ok: false; readonly problem: Problem };
}

/** Counts a call. Inputs of calls that went well have passed their schemas, so they may be read as those say. */
export function measureCall(metrics: Metrics, { procedure, seconds, input, outcome }: Call): void {
  const result = outcome.ok ? 'ok' : classOf(outcome.problem);
  metrics.count('requests', { procedure, result });
  // A watch lasts as long as its device listens.
  if (procedure !== 'changes.watch') metrics.time('requestSeconds', { procedure }, seconds);
  if (!outcome.ok) {
    countRefusal(metrics, outcome.problem);
    if (procedure === 'sync.commit') countCommit(metrics, 'refused', seconds);
    return;
  }
  if (procedure === 'sync.commit') {
    measureCommit(
      metrics,
      { ...(outcome.output as CommitOutput), ...(input as z.input<typeof commitInput>) },
      seconds,
    );
  } else measures[procedure]?.(metrics, { input, output: outcome.output });
}

function countRefusal(metrics: Metrics, { reason }: Problem): void {
  if (reason === 'quotaExceeded') metrics.count('quotaRefusals', {});
  else if (reason === 'fileTooLarge') metrics.count('filesRefused', { why: 'size' });
  else if (reason === 'fileTypeRefused') metrics.count('filesRefused', { why: 'type' });
  else if (reason === 'storeUnavailable' || reason === 'serverDiskFull')
    metrics.count('storeUnavailable', {});
  else if (reason === 'databaseUnavailable') metrics.count('databaseUnavailable', {});
}

type CommitResult = Counters['commits']['result'];

function countCommit(metrics: Metrics, result: CommitResult, seconds: number): void {
  metrics.count('commits', { result });
  metrics.time('commitSeconds', { result }, seconds);
}

function measureCommit(
  metrics: Metrics,
  { ops, results }: z.input<typeof commitInput> & CommitOutput,
  seconds: number,
): void {
  let applied = 0;
  ops.forEach((op, index) => {
    const result = results[index]?.result;
    if (result === undefined) return;
    metrics.count('operations', { op: op.op, result });
    if (result !== 'applied') return;
    applied++;
    if (op.op === 'write' || (op.op === 'create' && op.body.kind === 'file'))
      metrics.count('fileUploads', {});
  });
  const most = applied === 0 ? 'none' : 'partly';
  countCommit(metrics, applied === ops.length ? 'applied' : most, seconds);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

interface Exchange {
  readonly input: unknown;
  readonly output: unknown;
}
/** What calls that went well tell about bytes, by procedure. */
const measures: Readonly<Record<string, (metrics: Metrics, exchange: Exchange) => void>> = {
  'uploads.missing': (metrics, exchange) => {
    const { chunks } = exchange.input as z.input<typeof uploadMissingInput>;
    const { missing } = exchange.output as z.infer<typeof uploadMissingOutput>;
    const saved = chunks.filter((_, index) => missing[index] === false);
    metrics.count('dedupSavedBytes', {}, sum(saved.map((chunk) => chunk.sizeBytes)));
  },
  'uploads.sign': (metrics, exchange) => {
    const { packs } = exchange.input as z.input<typeof uploadSignInput>;
    metrics.count('signedBytes', {}, sum(packs.map((pack) => pack.sizeBytes)));
  },
  'uploads.seal': (metrics, exchange) => {
    const { chargedBytes } = exchange.output as z.infer<typeof uploadSealOutput>;
    metrics.count('sealedBytes', {}, chargedBytes);
  },
  'downloads.sign': (metrics, exchange) => {
    const { packIds } = exchange.input as z.input<typeof downloadSignInput>;
    metrics.count('packDownloads', {}, new Set(packIds).size);
  },
};
