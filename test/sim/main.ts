// `npm run sim -- [--runs N] [--seed S] [--minutes M] [--devices D] [--twice] [--replay FILE]`: whole worlds of devices,
// people and a server on virtual time; see docs/simulation.md.

import './small-pages.ts';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeScenario } from './make-scenario.ts';
import type { Outcome } from './run-scenario.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { worldKindNames } from './world-kinds.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    devices: { type: 'string' },
    deeds: { type: 'string' },
    quiet: { type: 'boolean' },
    kind: { type: 'string' },
    twice: { type: 'boolean' },
    trace: { type: 'boolean' },
    shrink: { type: 'boolean' },
    'until-red': { type: 'boolean' },
    replay: { type: 'string' },
  },
});

const PROGRESS_EVERY_MS = 5_000;
const say = (line: string) => void process.stdout.write(`${line}\n`);

function scenarioOf(seed: number): Scenario {
  const kind = worldKindNames.find((name) => name === values.kind);
  if (values.kind !== undefined && kind === undefined)
    throw new Error(`kinds of worlds are ${worldKindNames.join(', ')}`);
  return makeScenario(seed, {
    ...(kind === undefined ? {} : { kind }),
    ...(values.devices === undefined ? {} : { devices: Number(values.devices) }),
    ...(values.deeds === undefined ? {} : { deeds: Number(values.deeds) }),
    faults: values.quiet !== true,
  });
}

function tellRed(outcome: Outcome): void {
  const { seed, violation, trace, steps } = outcome;
  say(`\nseed ${seed}: RED in run ${runs} after ${steps} steps`);
  say(`  ${violation?.message ?? ''}`);
  if (values.trace === true) for (const line of trace) say(`    ${line}`);
  say(`  again: npm run sim -- --seed ${seed} --runs 1 --trace`);
}

async function tellShrunk(scenario: Scenario): Promise<void> {
  const small = await shrink(scenario, (line) => say(`  ${line}`));
  say(`shrunk; keep it in test/sim/regressions/:\n${JSON.stringify(small.scenario, null, 1)}`);
  for (const line of small.outcome.trace) say(`  ${line}`);
  say(`  ${small.outcome.violation?.message ?? ''}`);
}

async function runOne(scenario: Scenario): Promise<boolean> {
  const outcome = await runScenario(scenario);
  let isGreen = outcome.violation === null;
  if (values.twice === true) {
    const again = await runScenario(scenario);
    if (again.traceHash !== outcome.traceHash) {
      say(`seed ${scenario.seed} is not the same twice: ${outcome.traceHash} and ${again.traceHash}`);
      isGreen = false;
    }
  }
  if (outcome.violation !== null) tellRed(outcome);
  if (outcome.violation !== null && values.shrink === true) await tellShrunk(scenario);
  if (values.trace === true && outcome.violation === null) for (const line of outcome.trace) say(`  ${line}`);
  steps += outcome.steps;
  return isGreen;
}

let steps = 0;
const startMs = performance.now();
const untilMs =
  values.minutes === undefined ? Number.POSITIVE_INFINITY : startMs + Number(values.minutes) * 60_000;
const runsMax =
  values.runs === undefined
    ? values.minutes === undefined
      ? 100
      : Number.POSITIVE_INFINITY
    : Number(values.runs);
const firstSeed = Number(values.seed ?? 1);
const red: number[] = [];
let runs = 0;
let toldMs = startMs;

function summary(): string {
  const minutes = (performance.now() - startMs) / 60_000;
  return `${runs} runs, ${red.length} red, ${Math.round(runs / minutes)} runs a minute, ${Math.round(steps / runs)} steps each`;
}

if (values.replay !== undefined) {
  const scenario = JSON.parse(readFileSync(values.replay, 'utf8')) as Scenario;
  runs++;
  if (!(await runOne(scenario))) red.push(scenario.seed);
} else {
  const isOver = () =>
    runs >= runsMax || performance.now() >= untilMs || (values['until-red'] === true && red.length > 0);
  for (let seed = firstSeed; !isOver(); seed++) {
    runs++;
    if (!(await runOne(scenarioOf(seed)))) red.push(seed);
    if (performance.now() - toldMs > PROGRESS_EVERY_MS) {
      toldMs = performance.now();
      say(`${summary()}, seed ${seed}`);
    }
  }
}
say(`\n${summary()}`);
if (red.length > 0) say(`red seeds: ${red.join(' ')}`);
// Whatever a run left parked keeps nothing.
process.exit(red.length === 0 ? 0 : 1);
