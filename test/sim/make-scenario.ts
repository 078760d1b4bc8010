import type { DiskFault } from '@tidesync/engine/ports/disk';
import { Dice } from './dice.ts';
import type { Deed, DeedPlan, DevicePlan, Fault, Scenario } from './scenario.ts';

export interface ScenarioOptions {
  /** Default: by chance, 1 to 4. */
  readonly devices?: number;
  /** Default: 20 to 80 in all. */
  readonly deeds?: number;
  /** How many of ten disks do not tell case apart. Default: none. */
  readonly mac?: number;
  /** Whether the server is put back to a backup at times. Default: never. */
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
    faults: options.faults === false ? [] : makeFaults(seed, count, options.restores === true),
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

const YEARS_MS = 10 * 365 * 24 * 3_600_000;
const diskFaults: readonly DiskFault[] = ['io', 'full', 'busy', 'denied'];

/** Most runs have a few faults, of few kinds; some have many of one. */
function makeFaults(seed: number, devices: number, restores: boolean): Fault[] {
  const dice = new Dice(seed, 'faults');
  const count = dice.weighted([
    [0, 1],
    [2 + dice.below(6), 4],
    [8 + dice.below(14), 4],
    [40, 1],
  ]);
  return Array.from({ length: count }, () => makeFault(dice, devices)).filter(
    ({ kind }) => restores || kind !== 'restore',
  );
}

function makeFault(dice: Dice, devices: number): Fault {
  const device = dice.below(devices);
  const atStep = 20 + dice.below(1_500);
  const kind = dice.weighted<Fault['kind']>([
    ['crash', 10],
    ['meddle', 12],
    ['quit', 2],
    ['request', 10],
    ['object', 5],
    ['partition', 4],
    ['disk', 4],
    ['clock', 2],
    ['serverClock', 0.5],
    ['hint', 4],
    ['bell', 3],
    ['server', 4],
    ['database', 4],
    ['restore', 1],
  ]);
  switch (kind) {
    case 'crash': {
      const power = dice.pick(['kept', 'kept', 'ordered', 'strict'] as const);
      return { kind, device, nth: 1 + dice.below(250), downMs: dice.below(20_000), power };
    }
    case 'meddle': {
      const how = dice.pick(['save', 'save', 'overwrite', 'delete', 'make'] as const);
      return { kind, device, nth: 1 + dice.below(120), how };
    }
    case 'quit':
      return { kind, device, atStep, downMs: dice.below(60_000) };
    case 'request': {
      const how = dice.pick(['lost', 'late', 'answerLost', 'twice', 'slow'] as const);
      return { kind, device, nth: 1 + dice.below(80), how, ms: 10 + dice.below(40_000) };
    }
    case 'object': {
      const how = dice.pick(['lost', 'answerLost', 'cut', 'spoilt', 'refused', 'slow'] as const);
      return { kind, device, nth: 1 + dice.below(15), how, ms: 10 + dice.below(40_000) };
    }
    case 'partition':
      return { kind, device, atStep, forMs: 1_000 + dice.below(120_000) };
    case 'disk':
      return {
        kind,
        device,
        nth: 1 + dice.below(500),
        times: 1 + dice.below(3),
        fault: dice.pick(diskFaults),
      };
    case 'clock':
      return { kind, device, atStep, byMs: clockJump(dice) };
    case 'serverClock':
      return { kind, atStep, byMs: dice.pick([-1, 1]) * dice.below(3_600_000) };
    case 'hint':
      return {
        kind,
        device,
        nth: 1 + dice.below(60),
        how: dice.pick(['lost', 'lost', 'twice', 'late'] as const),
      };
    case 'bell':
      return { kind, device, nth: 1 + dice.below(20), how: dice.pick(['lost', 'twice', 'late'] as const) };
    case 'server':
      return { kind, nth: 1 + dice.below(250), downMs: dice.below(30_000) };
    case 'database':
      return {
        kind,
        nth: 1 + dice.below(60),
        how: dice.pick(['busy', 'away', 'commitLost', 'commitLostApplied'] as const),
      };
    case 'restore':
      return { kind, savedAtStep: dice.below(atStep), atStep };
    default:
      return kind satisfies never;
  }
}

function clockJump(dice: Dice): number {
  return dice.pick([YEARS_MS, -YEARS_MS, 3_600_000, -3_600_000, 2_000, -2_000]);
}
