import './small-pages.ts';
import { expect, test } from 'vitest';
import type { ScenarioOptions } from './make-scenario.ts';
import { makeScenario } from './make-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { worldKindNames } from './world-kinds.ts';

const MINUTES = 60_000;
/** How many worlds each test lives through: a number, so that a busy machine takes longer and finds the same. */
const OF_EACH_KIND = 12;
const WITHOUT_FAULTS = 6;
const TWICE = 3;

/** What went wrong, with how to see it again. */
async function redSeeds(seeds: readonly number[], options: ScenarioOptions): Promise<string[]> {
  const red: string[] = [];
  for (const seed of seeds) {
    const { violation, trace } = await runScenario(makeScenario(seed, options));
    if (violation === null) continue;
    const flags = `${options.kind === undefined ? '' : ` --kind ${options.kind}`}${options.faults ? '' : ' --quiet'}`;
    const again = `npm run sim -- --seed ${seed} --runs 1 --trace${flags}`;
    red.push([`seed ${seed}: ${violation.message}`, ...trace.slice(-30), again].join('\n'));
  }
  return red;
}

const seedsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index);

test.each(worldKindNames)(
  'devices, people and a server lose nothing and end equal, whatever fails: %s',
  {
    timeout: 5 * MINUTES,
  },
  async (kind) => {
    expect(await redSeeds(seedsFrom(1, OF_EACH_KIND), { kind, faults: true })).toEqual([]);
  },
);

test('they do where nothing fails', { timeout: 5 * MINUTES }, async () => {
  expect(await redSeeds(seedsFrom(5_001, WITHOUT_FAULTS), { faults: false })).toEqual([]);
});

test('a seed is the same world, step by step, each time', { timeout: 5 * MINUTES }, async () => {
  for (const seed of seedsFrom(9_001, TWICE)) {
    const scenario = makeScenario(seed);
    const [first, second] = [await runScenario(scenario), await runScenario(scenario)];
    expect([second.traceHash, second.lastedMs]).toEqual([first.traceHash, first.lastedMs]);
  }
});
