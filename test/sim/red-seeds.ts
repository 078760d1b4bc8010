import './small-pages.ts';
import type { ScenarioOptions } from './make-scenario.ts';
import { makeScenario } from './make-scenario.ts';
import { runScenario } from './run-scenario.ts';

/** A number, so that a busy machine takes longer and finds the same. */
export const WORLDS_OF_EACH_KIND = 12;

/** What went wrong, with how to see it again. */
export async function redSeeds(seeds: readonly number[], options: ScenarioOptions): Promise<string[]> {
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

export const seedsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index);
