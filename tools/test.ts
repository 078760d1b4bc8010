// `npm test [-- FILTER…]`: style, types and tests, in this order. A failed stage does not stop the next one.
// The last line is the sum, e.g. `342 passed, 0 failed, 2 skipped`; a failed style or type stage counts as one.

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Stage } from './run-stage.ts';
import { runStage } from './run-stage.ts';
import type { Totals } from './vitest-totals.ts';
import { readTotals } from './vitest-totals.ts';

// A signal ends the running stage (the bootstrap and the terminal see to that); this process stays to sum up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const tsc = 'node_modules/typescript/bin/tsc';
const checks = [
  await runStage('style (biome)', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']),
  await runStage('types (tsc)', tsc, ['-p', 'tsconfig.json']),
  await runStage('types of the pure parts (tsc)', tsc, ['-p', 'tsconfig.pure.json']),
];
const { stage, totals } = await runTests(process.argv.slice(2));
process.exitCode = summarize([...checks, stage], totals);

async function runTests(filters: readonly string[]): Promise<{ stage: Stage; totals: Totals }> {
  const reportDir = mkdtempSync(path.join(os.tmpdir(), 'tidesync-test-'));
  const reportPath = path.join(reportDir, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  try {
    const stage = await runStage('tests (vitest)', 'node_modules/vitest/vitest.mjs', [
      'run',
      ...reporters,
      ...filters,
    ]);
    return { stage, totals: readTotals(reportPath, stage.exitCode) };
  } finally {
    rmSync(reportDir, { recursive: true, force: true });
  }
}

function summarize(stages: readonly Stage[], totals: Totals): number {
  console.log('\n── summary');
  for (const { name, exitCode, tookMs } of stages) {
    console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${(tookMs / 1000).toFixed(1)} s`);
  }
  const failed = totals.failed + checks.filter((check) => check.exitCode !== 0).length;
  const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
  console.log(`${totals.passed} passed, ${failed} failed${skipped}`);
  return failed === 0 ? 0 : 1;
}
