import { formatBytes } from '@tidesync/shared/format';
import type { AppendReport } from './append-to-large.ts';
import { RECORD_BYTES } from './records.ts';

/** The figures as people read them. */
export function appendLines(report: AppendReport): string[] {
  const { appended, longestGapMs, arrivedAfterMs, versions, seen, storedBytes, otherFileMs, torn } = report;
  return [
    `${appended} appends of ${formatBytes(RECORD_BYTES)}, at most ${longestGapMs} ms apart`,
    `all had arrived ${(arrivedAfterMs / 1_000).toFixed(1)} s after the last one`,
    `${versions} versions committed, ${seen} contents seen on the other device, ${torn.length} torn`,
    ...torn.map((line) => `  ${line}`),
    `${formatBytes(storedBytes)} more on the server for ${formatBytes(appended * RECORD_BYTES)} appended`,
    `another file took ${(otherFileMs / 1_000).toFixed(1)} s at most meanwhile`,
    ...report.uses.map(
      ({ name, peakBytes, cpuSeconds }) =>
        `${name}: ${cpuSeconds.toFixed(1)} s of the processor, at most ${formatBytes(peakBytes)} of memory`,
    ),
  ];
}
