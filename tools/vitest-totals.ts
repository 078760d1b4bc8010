import { readFileSync } from 'node:fs';
import path from 'node:path';

export type Totals = {
  passed: number;
  failed: number;
  skipped: number;
  /** A line for each failure: file, title, and what it said first. */
  failures: string[];
  /** The files that took longest, the longest first. */
  slowest: string[];
};

const SLOWEST_SHOWN = 8;
const MESSAGE_CHARS_MAX = 300;

/** The part of vitest's JSON report that is counted. */
type Report = {
  numPassedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: FileResult[];
};
type FileResult = {
  name: string;
  status: string;
  message: string;
  startTime: number;
  endTime: number;
  assertionResults: { status: string; fullName: string; failureMessages: string[] | null }[];
};

/**
 * Sums up a vitest run. A test file that could not even be loaded has no tests and counts as one failure, as
 * does a run that failed for another reason (an unhandled error, no report at all).
 */
export function readTotals(reportPath: string, exitCode: number): Totals {
  const report = readReport(reportPath);
  if (report === null) return { passed: 0, failed: 1, skipped: 0, failures: [], slowest: [] };
  const failures = report.testResults.flatMap(failuresIn);
  return {
    passed: report.numPassedTests,
    failed: failures.length === 0 && exitCode !== 0 ? 1 : failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
    slowest: slowestOf(report.testResults),
  };
}

/** One that could not even be loaded has no tests, and is one failure. */
function failuresIn(file: FileResult): string[] {
  const name = path.relative(process.cwd(), file.name);
  const failed = file.assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return file.status === 'failed' ? [`${name}: ${shortened(file.message)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) => `${name} > ${fullName}: ${shortened(failureMessages?.[0] ?? '')}`,
  );
}

function shortened(message: string): string {
  return message.trim().replace(/\s+/g, ' ').slice(0, MESSAGE_CHARS_MAX);
}

function slowestOf(files: readonly FileResult[]): string[] {
  const took = (file: FileResult) => file.endTime - file.startTime;
  return [...files]
    .sort((a, b) => took(b) - took(a))
    .slice(0, SLOWEST_SHOWN)
    .map((file) => `${(took(file) / 1_000).toFixed(1)} s  ${path.relative(process.cwd(), file.name)}`);
}

function readReport(reportPath: string): Report | null {
  try {
    return JSON.parse(readFileSync(reportPath, 'utf8'));
  } catch {
    return null;
  }
}
