import type { DiskFault } from '@tidesync/engine/ports/disk';
import { Dice } from './dice.ts';
import type { Fault } from './scenario.ts';
import { rudeDeeds } from './scenario.ts';
import type { WorldKind } from './world-kind.ts';
import { pairsOf } from './world-kinds.ts';

/** Minutes instead of seconds. */
export const SLOW_FACTOR = 30;
const YEARS_MS = 10 * 365 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** Next to the one before, longer than an upload lives, than its graces, and than objects stay. */
const COLLECT_LATER_MS = [0, 1.1 * DAY_MS, 3.5 * DAY_MS, 8 * DAY_MS];
const diskFaults: readonly DiskFault[] = ['io', 'full', 'busy', 'denied'];

/** As many as the kind of world has; in most worlds that may have none there are few. */
export function makeFaults(seed: number, kind: WorldKind, devices: number): Fault[] {
  const { faults, faultCounts } = kind;
  const dice = new Dice(seed, 'faults');
  const [fewest, most] = faultCounts;
  const count = fewest + Math.floor((most + 1 - fewest) * dice.unit() ** (fewest === 0 ? 1.5 : 1));
  const made = Array.from({ length: count }, () =>
    lasting(kind, collecting(kind, ofKind(kind, makeFault(dice, pairsOf(faults), devices)))),
  );
  if (kind.leavesBehind === true) return made.flatMap((fault) => leftBehind(seed, fault, devices));
  return kind.keepsAsides === true ? made.flatMap(givesNothingBack) : made;
}

/** A new file is refused its place, and from then on what was there before is refused it, too. */
function givesNothingBack(fault: Fault): Fault[] {
  if (fault.kind !== 'disk') return [fault];
  return [
    { ...fault, at: 'place', nth: 1 + (fault.nth % 15), times: 1 },
    { ...fault, at: 'back', nth: 1, times: 40 * fault.times },
  ];
}

/** A backup of a moment ago is restored while a device is cut off. */
function leftBehind(seed: number, fault: Fault, devices: number): Fault[] {
  if (fault.kind !== 'restore') return [fault];
  const { atStep } = fault;
  const dice = new Dice(seed, `left behind ${atStep}`);
  const since = Math.max(0, atStep - dice.below(30));
  const forMs = 2_500 + dice.below(9_000);
  return [
    { kind: 'partition', device: dice.below(devices), atStep: since, forMs },
    { ...fault, savedAtStep: Math.max(0, since - 1 - dice.below(250)) },
  ];
}

function ofKind(kind: WorldKind, fault: Fault): Fault {
  if (fault.kind === 'crash') return crashOf(kind, fault);
  if (fault.kind === 'request') return requestOf(kind, fault);
  if (fault.kind === 'meddle') return meddlingOf(kind, fault);
  if (fault.kind === 'partition' && kind.isParted)
    return {
      ...{ ...fault, device: kind.isAlone ? RECEIVER : fault.device },
      ...{ atStep: fault.atStep % 600, forMs: 2_000 + (fault.forMs % 20_000) },
    };
  if (fault.kind === 'disk' && kind.isNarrow)
    return { ...fault, at: 'own', nth: 1 + (fault.nth % 120), times: 1 + fault.times };
  return fault;
}

function collecting({ collects }: WorldKind, fault: Fault): Fault {
  if (fault.kind === 'jobs' && collects)
    return { ...fault, collects, laterMs: COLLECT_LATER_MS[fault.atStep % COLLECT_LATER_MS.length] ?? 0 };
  // What a power cut leaves to the trash of the server alone would end there one day.
  return fault.kind === 'crash' && collects ? { ...fault, power: 'kept' } : fault;
}

function lasting({ isSlow }: WorldKind, fault: Fault): Fault {
  if (!isSlow) return fault;
  if ('forMs' in fault) return { ...fault, forMs: fault.forMs * SLOW_FACTOR };
  return fault.kind === 'disk' ? { ...fault, times: fault.times * SLOW_FACTOR } : fault;
}

/** Where one person alone works, that is the first device. */
const RECEIVER = 1;
type Of<K extends Fault['kind']> = Extract<Fault, { kind: K }>;

function crashOf(kind: WorldKind, fault: Of<'crash'>): Fault {
  const { isAlone, killsInMoves, killsHalfway, losesPower, losesPowerLate } = kind;
  const device = isAlone ? RECEIVER : fault.device;
  if (killsInMoves === 'atHalf' || killsInMoves === 'atTheEnd') {
    const at = killsInMoves === 'atHalf' ? 'half' : 'old';
    return { ...fault, device, at, nth: 1 + (fault.nth % 8), power: 'kept' };
  }
  if (killsInMoves === 'soonBack' || killsInMoves === 'brieflyAtHalf') {
    // Before anybody has moved the same file on: then it is known what a second name was to be.
    const downMs = fault.downMs % 400;
    const [at, nthMax] = killsInMoves === 'soonBack' ? (['aside', 16] as const) : (['half', 6] as const);
    return { ...fault, device, at, nth: 1 + (fault.nth % nthMax), downMs, power: 'kept' };
  }
  if (losesPowerLate) return { ...fault, at: 'any', nth: 4 * fault.nth, power: 'strict' };
  if (killsHalfway) return { ...fault, at: 'own', nth: 1 + (fault.nth % 40), power: 'kept' };
  return losesPower && fault.power === 'kept' ? { ...fault, power: 'strict' } : fault;
}

function requestOf({ keepsAsides, losesCommits, losesAnswers }: WorldKind, fault: Of<'request'>): Fault {
  if (keepsAsides) return { ...fault, how: 'slow', ms: 1_000 + (fault.ms % 19_000) };
  if (losesCommits) return { ...fault, at: 'commit', nth: 1 + (fault.nth % 12), how: 'lost' };
  return losesAnswers
    ? { ...fault, at: 'commit', nth: 1 + (fault.nth % 15), how: asOfCommit[fault.how] }
    : fault;
}

function meddlingOf({ glimpses, isNarrow }: WorldKind, fault: Of<'meddle'>): Fault {
  if (glimpses) return { ...fault, at: 'change', nth: 1 + (fault.nth % 60), how: 'glimpse' };
  return isNarrow && fault.at === 'any' ? { ...fault, at: 'change', nth: 1 + (fault.nth % 60) } : fault;
}

type RequestFault = Of<'request'>['how'];
const asOfCommit: Readonly<Record<RequestFault, RequestFault>> = {
  ...{ lost: 'answerLost', late: 'late', answerLost: 'answerLost', twice: 'twice', slow: 'answerLost' },
};

interface Place {
  readonly dice: Dice;
  readonly device: number;
  readonly atStep: number;
}
type Made<K extends Fault['kind']> = Omit<Extract<Fault, { kind: K }>, 'kind'>;

function makeFault(
  dice: Dice,
  weights: readonly (readonly [Fault['kind'], number])[],
  devices: number,
): Fault {
  const place = { dice, device: dice.below(devices), atStep: 20 + dice.below(1_500) };
  const kind = dice.weighted(weights);
  return { kind, ...makers[kind](place) } as Fault;
}

const makers: { readonly [K in Fault['kind']]: (place: Place) => Made<K> } = {
  crash: ({ dice, device }) => {
    const power = dice.pick(['kept', 'kept', 'ordered', 'strict', 'strict'] as const);
    return { device, ...someCall(dice, 250), downMs: dice.below(20_000), power };
  },
  meddle: ({ dice, device }) => {
    const how = dice.pick(['save', 'save', 'overwrite', 'overwrite', 'delete', 'make'] as const);
    const at = dice.pick(['any', 'change', 'change', 'read'] as const);
    return { device, at, nth: 1 + dice.below(at === 'any' ? 120 : 40), how };
  },
  quit: ({ dice, device, atStep }) => ({ device, atStep, downMs: dice.below(60_000) }),
  journal: ({ dice, device, atStep }) => {
    const savedAtStep = dice.chance(0.3) ? null : dice.below(atStep);
    return { device, savedAtStep, atStep, downMs: dice.below(60_000) };
  },
  request: ({ dice, device }) => {
    const how = dice.pick(['lost', 'late', 'answerLost', 'twice', 'slow'] as const);
    return { device, nth: 1 + dice.below(80), how, ms: 10 + dice.below(40_000) };
  },
  object: ({ dice, device }) => {
    const how = dice.pick(['lost', 'answerLost', 'cut', 'spoilt', 'refused', 'slow'] as const);
    return { device, nth: 1 + dice.below(15), how, ms: 10 + dice.below(40_000) };
  },
  partition: ({ dice, device, atStep }) => ({ device, atStep, forMs: 1_000 + dice.below(120_000) }),
  disk: ({ dice, device }) => {
    const times = 1 + dice.below(3);
    return { device, ...someCall(dice, 500), times, fault: dice.pick(diskFaults) };
  },
  clock: ({ dice, device, atStep }) => ({ device, atStep, byMs: clockJump(dice) }),
  serverClock: ({ dice, atStep }) => ({ atStep, byMs: dice.pick([-1, 1]) * dice.below(3_600_000) }),
  hint: ({ dice, device }) => {
    const how = dice.pick(['lost', 'lost', 'twice', 'late'] as const);
    return { device, nth: 1 + dice.below(60), how };
  },
  bell: ({ dice, device }) => {
    const how = dice.pick(['lost', 'twice', 'late'] as const);
    return { device, nth: 1 + dice.below(20), how };
  },
  server: ({ dice }) => ({ nth: 1 + dice.below(250), downMs: dice.below(30_000) }),
  database: ({ dice }) => {
    const how = dice.pick(['busy', 'away', 'commitLost', 'commitLostApplied'] as const);
    return { nth: 1 + dice.below(60), how };
  },
  restore: ({ dice, atStep }) => ({ savedAtStep: dice.below(atStep), atStep }),
  policy: ({ dice, atStep }) => {
    const fileBytesMax = dice.pick([null, 5, 24, 60, 100_000]);
    const allowedExtensions = dice.pick([null, ['txt'], ['txt', 'md'], ['new']]);
    return { atStep, fileBytesMax, allowedExtensions };
  },
  root: ({ dice, device, atStep }) => {
    const how = dice.pick(['away', 'empty', 'empty', 'forged', 'forged', 'file', 'readOnly'] as const);
    return { device, atStep, how, forMs: 500 + dice.below(60_000) };
  },
  unlistable: ({ dice, device, atStep }) => {
    const how = dice.pick(['denied', 'io'] as const);
    return { device, atStep, how, which: dice.below(100), forMs: 2_000 + dice.below(30_000) };
  },
  mount: ({ dice, device, atStep }) => {
    return { device, atStep, which: dice.below(100), forMs: 2_000 + dice.below(60_000) };
  },
  rude: ({ dice, device, atStep }) => {
    return { device, atStep, how: dice.pick(rudeDeeds), which: dice.below(100) };
  },
  jobs: ({ dice, atStep }) => {
    return { atStep, laterMs: dice.pick([0, 3_600_000, 25 * 3_600_000, 25 * 3_600_000]) };
  },
};

/** The n-th call of all, or of those about the engine's own files, where its work on names is half done. */
function someCall(dice: Dice, nthMax: number): { at: 'any' | 'own'; nth: number } {
  const at = dice.pick(['any', 'own'] as const);
  return { at, nth: 1 + dice.below(at === 'any' ? nthMax : 40) };
}

function clockJump(dice: Dice): number {
  return dice.pick([YEARS_MS, -YEARS_MS, 3_600_000, -3_600_000, 2_000, -2_000]);
}
