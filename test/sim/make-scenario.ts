import { Dice } from './dice.ts';
import { makeFaults } from './make-faults.ts';
import type { Deed, DeedPlan, DevicePlan, Scenario } from './scenario.ts';

export interface ScenarioOptions {
  /** Default: by chance, 1 to 4. */
  readonly devices?: number;
  /** Default: 20 to 80 in all. */
  readonly deeds?: number;
  /** How many of ten disks do not tell case apart. Default: none. */
  readonly mac?: number;
  /** False: the server is never put back to a backup. */
  readonly restores?: boolean;
  /** False: nothing goes wrong. */
  readonly faults?: boolean;
}

const deedWeights: readonly (readonly [Deed, number])[] = [
  ['write', 22],
  ['saveByRename', 12],
  ['append', 8],
  ['truncate', 4],
  ['delete', 10],
  ['moveFile', 12],
  ['moveFolder', 7],
  ['swapNames', 4],
  ['caseRename', 3],
  ['chmod', 3],
  ['makeFolder', 8],
  ['deleteTree', 3],
  ['makeSymlink', 3],
  ['large', 1],
];

/** What a seed stands for. */
export function makeScenario(seed: number, options: ScenarioOptions = {}): Scenario {
  const dice = new Dice(seed, 'world');
  const count =
    options.devices ??
    dice.weighted([
      [1, 2],
      [2, 6],
      [3, 3],
      [4, 1],
    ]);
  const members = Math.min(count, 1 + dice.below(3));
  const libraries = dice.chance(0.1) ? 2 : 1;
  const devices = Array.from(
    { length: count },
    (_, index): DevicePlan => ({
      member: index % members,
      library: libraries === 2 && index === 3 ? 1 : 0,
      disk: dice.weighted([
        ['linux', 6],
        ['fat', 2],
        ['mac', options.mac ?? 0],
      ]),
    }),
  );
  const deeds = options.deeds ?? 20 + dice.below(30);
  return {
    seed,
    members,
    libraries,
    devices,
    jitter: {
      seed,
      policy: dice.chance(0.5) ? 'even' : 'priority',
      untilStep: Number.MAX_SAFE_INTEGER,
    },
    deeds: Array.from({ length: deeds }, () => makeDeed(new Dice(seed, `deed ${dice.below(1e9)}`), count)),
    faults: options.faults === false ? [] : makeFaults(seed, count, options.restores !== false),
  };
}

function makeDeed(dice: Dice, devices: number): DeedPlan {
  const isHasty = dice.chance(0.75);
  return {
    device: dice.below(devices),
    deed: dice.weighted(deedWeights),
    which: dice.below(1_000),
    to: dice.below(1_000),
    name: dice.below(1_000),
    afterSteps: isHasty ? dice.below(60) : 5_000,
    afterMs: isHasty ? 300 + dice.below(2_000) : dice.below(6_000),
  };
}
