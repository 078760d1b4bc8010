// `npm run sim:bugs -- [--runs N] [--only NAME] [--seed S]`: breaks the product on purpose, one line at a time, and
// counts how many worlds it takes until the simulation notices.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { SeededBug } from './bug-list.ts';
import { seededBugs } from './bug-list.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    workers: { type: 'string' },
  },
});
const runsMax = Number(values.runs ?? 10_000);
const workers = Number(values.workers ?? 2);
const here = import.meta.dirname;
const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Found {
  readonly bug: SeededBug;
  /** The first run that was red; null if none was. */
  readonly atRun: number | null;
  readonly rule: string;
}

function hunt(bug: SeededBug): Promise<Found> {
  const args = [
    ...['--import', path.join(here, 'apply-bug.ts'), path.join(here, '../main.ts')],
    ...['--runs', String(runsMax), '--seed', values.seed ?? '1', '--until-red'],
  ];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TIDESYNC_SIM_BUG: bug.name };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (part) => {
      said += part;
    });
    child.stderr.on('data', (part) => {
      said += part;
    });
    child.on('error', reject);
    child.on('close', () => {
      const red = /^seed \d+: RED in run (\d+) .*\n {2}(\w+):/m.exec(said);
      const summary = /^\d+ runs, \d+ red/m.test(said);
      if (red === null && !summary) reject(new Error(`${bug.name}: the run failed\n${said.slice(-2_000)}`));
      else resolve({ bug, atRun: red === null ? null : Number(red[1]), rule: red?.[2] ?? '' });
    });
  });
}

const wanted = seededBugs.filter(({ name }) => values.only === undefined || name.includes(values.only));
const waiting = [...wanted];
const found: Found[] = [];
async function work(): Promise<void> {
  for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
    const one = await hunt(bug);
    found.push(one);
    const how = one.atRun === null ? `NOT FOUND in ${runsMax} runs` : `run ${one.atRun} (${one.rule})`;
    say(`${bug.name.padEnd(45)} ${how}`);
  }
}
await Promise.all(Array.from({ length: workers }, work));
const caught = found.filter(({ atRun }) => atRun !== null).length;
say(`\n${caught} of ${wanted.length} found`);
for (const { bug, atRun } of found) if (atRun === null) say(`  not found: ${bug.name}`);
