// `npm run faults -- [--seeds 20] [--commits 1000] [--seed N]`: kills servers, TiDB, MinIO and NATS at random points
// while devices commit, and checks afterwards that nothing is lost, nothing is there twice and every quota is exact.

import { parseArgs } from 'node:util';
import type { SeedReport } from './run-seed.ts';
import { runSeed } from './run-seed.ts';

/** Far more than it takes, also on a machine that does ten other things. */
const MS_PER_COMMIT_MAX = 3_000;
const RESTARTS_MS_MAX = 600_000;

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, commits: { type: 'string' }, seed: { type: 'string' } },
});
const commits = Number(values.commits ?? 1_000);
const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(values.seeds ?? 20) }, (_, index) => index + 1)
    : [Number(values.seed)];

let failed = 0;
for (const seed of seeds) {
  const timeoutMs = RESTARTS_MS_MAX + commits * MS_PER_COMMIT_MAX;
  const report = await runSeed({ seed, commits, timeoutMs });
  process.stdout.write(`${linesOf(report).join('\n')}\n`);
  if (report.error !== null) failed++;
}
process.stdout.write(
  `\n${seeds.length - failed} of ${seeds.length} seeds held, with ${commits} commits each.\n`,
);
// Whatever is left of a run would be a fault of its own; nothing may keep this process.
process.exit(failed === 0 ? 0 : 1);

function linesOf(report: SeedReport): string[] {
  const { seed, kills, retries, error } = report;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const repeated = [...retries].map(([reason, count]) => `${reason} ${count}`).join(', ');
  return [
    `\nseed ${seed}: ${error === null ? 'held' : 'FAILED'}`,
    `  ${report.commits} commits answered, ${report.abandoned} abandoned, ${report.contents} contents; ` +
      `worked ${seconds(report.workMs)}, checked ${seconds(report.checkMs)}`,
    ...kills.map(
      ({ what, atCommit, atMs, downMs }) =>
        `  killed ${what} after ${atCommit} commits, at ${seconds(atMs)}; back after ${seconds(downMs)}`,
    ),
    `  asked again: ${repeated === '' ? 'nothing' : repeated}`,
    ...(error === null ? [] : failureLines(report)),
  ];
}

function failureLines({ seed, error, said }: SeedReport): string[] {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [text, said, `  again: npm run faults -- --seed ${seed} --commits ${commits}`];
}
