import type { Outcome } from './run-scenario.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

const RUNS_MAX = 600;

export interface Shrunk {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
}

/**
 * The smallest scenario found that breaks the same rule: without devices, deeds and faults that it does not need, with
 * as few steps left to chance as possible. Whatever is left out falls to its default, so every part of a scenario runs.
 */
export async function shrink(scenario: Scenario, tell: (line: string) => void): Promise<Shrunk> {
  const first = await runScenario(scenario);
  if (first.violation === null) throw new Error('there is nothing to shrink: the scenario is green');
  const { rule } = first.violation;
  let best: Shrunk = { scenario, outcome: first };
  let runs = 1;
  const isRed = async (candidate: Scenario): Promise<boolean> => {
    if (runs++ >= RUNS_MAX) return false;
    const outcome = await runScenario(candidate);
    if (outcome.violation?.rule !== rule) return false;
    best = { scenario: candidate, outcome };
    return true;
  };
  for (let before = ''; before !== sizeOf(best.scenario); ) {
    before = sizeOf(best.scenario);
    await dropDevices(best.scenario, isRed);
    await dropParts(best.scenario.deeds, (deeds) => isRed({ ...best.scenario, deeds }));
    await dropParts(best.scenario.faults, (faults) => isRed({ ...best.scenario, faults }));
    await lessChance(best, isRed);
    tell(`${runs} runs: ${sizeOf(best.scenario)}`);
  }
  return best;
}

function sizeOf({ devices, deeds, faults, jitter }: Scenario): string {
  const chance = `${jitter.policy} chance until step ${jitter.untilStep}`;
  return `${devices.length} devices, ${deeds.length} deeds, ${faults.length} faults, ${chance}`;
}

type IsRed = (candidate: Scenario) => Promise<boolean>;

/** From the last one on, so that the numbers of the others stay. */
async function dropDevices(scenario: Scenario, isRed: IsRed): Promise<void> {
  for (let count = scenario.devices.length - 1; count >= 1; count--) {
    const isThere = (one: object) => !('device' in one) || (one.device as number) < count;
    const smaller = {
      ...scenario,
      devices: scenario.devices.slice(0, count),
      deeds: scenario.deeds.filter(isThere),
      faults: scenario.faults.filter(isThere),
    };
    if (!(await isRed(smaller))) return;
  }
}

/** Delta debugging: ever smaller parts are left out, as long as it stays red without them. */
async function dropParts<T>(
  all: readonly T[],
  isRed: (some: readonly T[]) => Promise<boolean>,
): Promise<void> {
  let left = [...all];
  if (left.length > 0 && (await isRed([]))) return;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length; ) {
      const without = [...left.slice(0, from), ...left.slice(from + size)];
      if (await isRed(without)) left = without;
      else from += size;
    }
  }
}

/** Chance ends as early as it can. */
async function lessChance(best: Shrunk, isRed: IsRed): Promise<void> {
  const { scenario, outcome } = best;
  const { jitter } = scenario;
  if (jitter.policy === 'priority' && (await isRed({ ...scenario, jitter: { ...jitter, policy: 'even' } })))
    return;
  let [low, high] = [0, Math.min(jitter.untilStep, outcome.steps)];
  while (low < high) {
    const untilStep = (low + high) >> 1;
    if (await isRed({ ...scenario, jitter: { ...jitter, untilStep } })) high = untilStep;
    else low = untilStep + 1;
  }
}
