import { readFileSync } from 'node:fs';

export type Totals = { passed: number; failed: number; skipped: number };

/** The part of vitest's JSON report that is counted. */
type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

/**
 * Sums up a vitest run. A test file that could not even be loaded has no tests and counts as one failure, as
 * does a run that failed for another reason (an unhandled error, no report at all).
 */
export function readTotals(reportPath: string, exitCode: number): Totals {
  const report = readReport(reportPath);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readReport(reportPath: string): Report | null {
  try {
    return JSON.parse(readFileSync(reportPath, 'utf8'));
  } catch {
    return null;
  }
}
