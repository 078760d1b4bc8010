// `npm run sim:bugs -- [--runs N] [--only NAME,NAME] [--results FILE] [--kind KIND]`: breaks the product on purpose, one
// line at a time, and counts how many worlds it takes until the simulation notices. A world that is red in the product as
// it is counts for nothing, and the next ones are tried. With a file of results it goes on where it was stopped, and with
// more runs where fewer have found nothing. Without KIND each bug has worlds of the kind in which it is met soonest.

import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bugsByKind } from './bug-kinds.ts';
import { seededBugs } from './bug-list.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    only: { type: 'string' },
    results: { type: 'string' },
    workers: { type: 'string' },
    kind: { type: 'string' },
  },
});
const runsMax = Number(values.runs ?? 10_000);
const workers = Number(values.workers ?? 2);
const here = import.meta.dirname;
const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Result {
  readonly name: string;
  /** Worlds that were run: seeds 1 to this. */
  readonly runs: number;
  /** The law that the last of them broke; null if none was red by the bug. */
  readonly rule: string | null;
  readonly kind: string | null;
  /** Seeds among them that are red in the product as it is: they tell nothing of a bug. */
  readonly redAnyway: readonly number[];
}

const results = new Map<string, Result>();
if (values.results !== undefined && existsSync(values.results)) {
  for (const line of readFileSync(values.results, 'utf8').split('\n').filter(Boolean)) {
    const result = JSON.parse(line) as Result;
    results.set(result.name, result);
  }
}

interface Red {
  readonly seed: number;
  readonly rule: string;
}

/** The kind of worlds that is asked for, or the bug's own; null: all kinds. */
function kindFor(name: string): string | null {
  if (values.kind !== undefined) return values.kind === 'any' ? null : values.kind;
  const [own = 'any'] = Object.entries(bugsByKind).find(([, names]) => names.includes(name)) ?? [];
  return own === 'any' ? null : own;
}

interface Worlds {
  readonly kind: string | null;
  readonly fromSeed: number;
  readonly count: number;
}

/** The first red seed of so many; null if there is none. `name`: of the bug; null for the product as it is. */
function firstRed(name: string | null, { kind, fromSeed, count }: Worlds): Promise<Red | null> {
  const args = [
    ...(name === null ? [] : ['--import', path.join(here, 'apply-bug.ts')]),
    ...[path.join(here, '../main.ts'), '--until-red', '--runs', String(count), '--seed', String(fromSeed)],
    ...(kind === null ? [] : ['--kind', kind]),
  ];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TIDESYNC_SIM_BUG: name ?? '' };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        said += part;
      });
    child.on('error', reject);
    child.on('close', () => {
      const red = /^seed (\d+): RED in run \d+ .*\n {2}(\w+):/m.exec(said);
      const summary = /^\d+ runs, \d+ red/m.test(said);
      if (red !== null) resolve({ seed: Number(red[1]), rule: red[2] ?? '' });
      else if (summary) resolve(null);
      else reject(new Error(`${name}: the run failed\n${said.slice(-2_000)}`));
    });
  });
}

const redWithout = new Map<string, Promise<Red | null>>();
/** Whether a seed is red in the product as it is: asked once for all bugs. */
async function isRedAnyway(kind: string | null, seed: number): Promise<boolean> {
  const key = `${kind} ${seed}`;
  const known = redWithout.get(key) ?? firstRed(null, { kind, fromSeed: seed, count: 1 });
  redWithout.set(key, known);
  return (await known) !== null;
}

/** A seed counts only if it is red with the bug and green without it. */
async function hunt(name: string, known: Result | undefined): Promise<Result> {
  const redAnyway = [...(known?.redAnyway ?? [])];
  const kind = kindFor(name);
  const common = { name, kind, redAnyway };
  for (let seed = (known?.runs ?? 0) + 1; seed <= runsMax; ) {
    const red = await firstRed(name, { kind, fromSeed: seed, count: runsMax + 1 - seed });
    if (red === null) break;
    if (!(await isRedAnyway(kind, red.seed))) return { ...common, runs: red.seed, rule: red.rule };
    redAnyway.push(red.seed);
    seed = red.seed + 1;
  }
  return { ...common, runs: runsMax, rule: null };
}

const wanted = seededBugs.filter(
  ({ name }) => values.only === undefined || values.only.split(',').includes(name),
);
const waiting = wanted.filter(({ name }) => {
  const known = results.get(name);
  return known === undefined || (known.rule === null && known.runs < runsMax);
});
const worded = ({ runs, rule, kind, redAnyway }: Result) => {
  const others = redAnyway.length === 0 ? '' : `, red anyway: ${redAnyway.join(' ')}`;
  return `${rule === null ? `NOT FOUND in ${runs} runs` : `run ${runs} (${rule})`} of ${kind ?? 'any'}${others}`;
};

async function work(): Promise<void> {
  for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
    const result = await hunt(bug.name, results.get(bug.name));
    results.set(bug.name, result);
    if (values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(result)}\n`);
    say(`${bug.name.padEnd(45)} ${worded(result)}`);
  }
}
await Promise.all(Array.from({ length: workers }, work));

const all = wanted.flatMap(({ name }) => results.get(name) ?? []);
say(`\n${all.filter(({ rule }) => rule !== null).length} of ${wanted.length} found`);
for (const result of all) if (result.rule === null) say(`  ${result.name}: ${worded(result)}`);
