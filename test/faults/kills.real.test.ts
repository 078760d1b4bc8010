import { expect, test } from 'vitest';
import { runSeed } from './run-seed.ts';

const SEEDS = (process.env.FAULT_SEEDS ?? '1,2').split(',').map(Number);
const COMMITS = 70;
/** Far more than it takes, also on a machine that does ten other things. */
const TIMEOUT_MS = 600_000;

// The long form: npm run faults.
test.each(SEEDS)(
  '[F10] servers, TiDB, MinIO and NATS are killed while devices commit, and nothing is lost or done twice (seed %i)',
  { timeout: TIMEOUT_MS + 300_000 },
  async (seed) => {
    const report = await runSeed({ seed, commits: COMMITS, timeoutMs: TIMEOUT_MS });
    if (report.error !== null) process.stderr.write(report.said);
    expect(report.error).toBeNull();
    expect(report.commits + report.abandoned).toBe(COMMITS);
    expect(report.kills.length).toBeGreaterThan(0);
  },
);
