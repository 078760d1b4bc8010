// `npm test [-- FILTER…]`: style, types and tests, in this order. A failed stage does not stop the next one.
// Tests on real servers (`*.real.test.ts`) are left out, and counted as skipped files, only on a machine that can get
// none of those servers; never where CI is set.
// The last line is the sum, e.g. `342 passed, 0 failed, 2 skipped`; a failed style or type stage counts as one.

import { globSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readiness } from '../test/servers/prepare-servers.ts';
import { isBuildMachine, prepareServers, readinessOf } from '../test/servers/prepare-servers.ts';
import { chromiumHere } from './desktop/find-chromium.ts';
import { desktopLack, systemLack } from './desktop/system-needs.ts';
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
  await runStage('types of the screens (tsc)', tsc, ['-p', 'tsconfig.ui.json']),
  await runStage('types of the console (tsc)', tsc, ['-p', 'tsconfig.console.json']),
  await runStage('types of the pure parts (tsc)', tsc, ['-p', 'tsconfig.pure.json']),
];
const filters = process.argv.slice(2);
const realFiles = realTestFiles();
const servers = realFiles.length === 0 ? null : await prepare();
if (servers !== null) checks.push(servers.stage);
const without = servers === null || servers.readiness.state === 'ready' ? [] : ['--project', '!real*'];
/** Tests in a browser are left out on a machine that has none, never on one that builds. */
const isWithoutBrowser = chromiumHere() === null && !isBuildMachine();
const withoutBrowser = isWithoutBrowser ? ['--exclude', 'test/console/**', '--project', '!screens'] : [];
/** Why tests of the app are left out; never on a machine that builds, where its lack is a failure. */
const noDesktop = !isBuildMachine() && filtersReach('test/desktop') ? await desktopLack() : null;
const withoutDesktop = noDesktop === null ? [] : ['--project', '!desktop'];
/** The same for tests of keyring, shells and services. */
const noSystem = isBuildMachine() ? null : systemLack();
const withoutSystem = noSystem === null ? [] : ['--project', '!system'];
const { stage, totals } = await runTests([
  ...without,
  ...withoutSystem,
  ...withoutBrowser,
  ...withoutDesktop,
  ...filters,
]);
process.exitCode = summarize([...checks, stage], totals);

/** Whether the filters leave any test below the folder over. */
function filtersReach(folder: string): boolean {
  const words = filters.filter((filter) => !filter.startsWith('-'));
  return words.length === 0 || words.some((word) => folder.includes(word) || word.includes(folder));
}

/** Files of tests on real servers that the filters leave over. */
function realTestFiles(): string[] {
  const words = filters.filter((filter) => !filter.startsWith('-'));
  const files = globSync('{test,apps,packages}/**/*.real.test.ts', { exclude: ['**/node_modules/**'] });
  return files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
}

/** Gets the servers before any test needs them, because a first build takes minutes. */
async function prepare(): Promise<{ stage: Stage; readiness: Readiness }> {
  const name = 'real servers';
  console.log(`\n── ${name}`);
  const startedMs = performance.now();
  const prepared = await prepareServers();
  for (const one of prepared) if (one.has) console.log(`${one.title}: ${one.where}`);
  const readiness = readinessOf(prepared, isBuildMachine());
  const exitCode = readiness.state === 'missing' ? 1 : 0;
  if (readiness.state === 'missing') for (const sentence of readiness.sentences) console.log(sentence);
  return { stage: { name, exitCode, tookMs: performance.now() - startedMs }, readiness };
}

async function runTests(args: readonly string[]): Promise<{ stage: Stage; totals: Totals }> {
  const reportDir = mkdtempSync(path.join(os.tmpdir(), 'tidesync-test-'));
  const reportPath = path.join(reportDir, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  try {
    const stage = await runStage('tests (vitest)', 'node_modules/vitest/vitest.mjs', [
      'run',
      ...reporters,
      ...args,
    ]);
    return { stage, totals: readTotals(reportPath, stage.exitCode) };
  } finally {
    rmSync(reportDir, { recursive: true, force: true });
  }
}

function summarize(stages: readonly Stage[], totals: Totals): number {
  if (totals.slowest.length > 0) console.log(`\n── slowest files\n${totals.slowest.join('\n')}`);
  if (totals.failures.length > 0) console.log(`\n── failed tests\n${totals.failures.join('\n')}`);
  console.log('\n── summary');
  for (const { name, exitCode, tookMs } of stages) {
    console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${(tookMs / 1000).toFixed(1)} s`);
  }
  const failed = totals.failed + checks.filter((check) => check.exitCode !== 0).length;
  const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
  const leftOut = without.length === 0 ? '' : `, ${realFiles.length} files of tests on real servers not run`;
  if (isWithoutBrowser) console.log('not run: the web console in a browser, as there is no Chromium');
  if (noSystem !== null) console.log(`not run: keyring, shells and services of the system, as ${noSystem}`);
  if (noDesktop !== null) console.log(`not run: the app itself, as ${noDesktop}`);
  if (servers?.readiness.state === 'left out') console.log(`not run: ${servers.readiness.sentence}`);
  console.log(`${totals.passed} passed, ${failed} failed${skipped}${leftOut}`);
  return failed === 0 ? 0 : 1;
}
