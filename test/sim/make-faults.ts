import type { DiskFault } from '@tidesync/engine/ports/disk';
import { Dice } from './dice.ts';
import type { Fault } from './scenario.ts';

const YEARS_MS = 10 * 365 * 24 * 3_600_000;
const diskFaults: readonly DiskFault[] = ['io', 'full', 'busy', 'denied'];

/** Most runs have a few faults, of few kinds; some have many of one. */
export function makeFaults(seed: number, devices: number, restores: boolean): Fault[] {
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

const faultWeights: readonly (readonly [Fault['kind'], number])[] = [
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
  ['restore', 2],
];

function makeFault(dice: Dice, devices: number): Fault {
  const device = dice.below(devices);
  const atStep = 20 + dice.below(1_500);
  const kind = dice.weighted(faultWeights);
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
