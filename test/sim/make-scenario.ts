import { Dice } from './dice.ts';
import { makeFaults, SLOW_FACTOR } from './make-faults.ts';
import type { DeedPlan, DevicePlan, Scenario } from './scenario.ts';
import type { WorldKind } from './world-kind.ts';
import type { WorldKindName } from './world-kinds.ts';
import { kindOf, pairsOf, pickKind } from './world-kinds.ts';

export interface ScenarioOptions {
  /** Default: by chance. */
  readonly kind?: WorldKindName;
  /** Default: by chance, 1 to 4. */
  readonly devices?: number;
  /** Default: as many as the kind of world has. */
  readonly deeds?: number;
  /** False: nothing goes wrong. */
  readonly faults?: boolean;
}

/** Of the bytes that people write into a small world, about: room for some of them. */
const SMALL_QUOTA_BYTES = 700;

/** What a seed stands for. */
export function makeScenario(seed: number, options: ScenarioOptions = {}): Scenario {
  const dice = new Dice(seed, 'world');
  const kind = kindOf(options.kind ?? pickKind(new Dice(seed, 'kind')));
  const count = options.devices ?? dice.weighted(kind.devices);
  const membersMax = 1 + dice.below(3);
  const members = kind.hasOneMember ? 1 : Math.min(count, membersMax);
  const libraries = dice.chance(0.1) ? 2 : 1;
  const devices = Array.from(
    { length: count },
    (_, index): DevicePlan => ({
      member: index % members,
      library: libraries === 2 && index === 3 ? 1 : 0,
      disk: dice.weighted(pairsOf(kind.disks)),
    }),
  );
  const [fewest, most] = kind.deedCounts ?? [12, 41];
  const deedCount = options.deeds ?? fewest + dice.below(most + 1 - fewest);
  const deeds = Array.from({ length: deedCount }, (_, index) => {
    const weights = index * 3 < deedCount ? (kind.begins ?? kind.deeds) : kind.deeds;
    return makeDeed(new Dice(seed, `deed ${dice.below(1e9)}`), { ...kind, deeds: weights }, count);
  });
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
    deeds: kind.isCrosswise ? deeds.flatMap(crosswise) : deeds,
    faults: options.faults === false ? [] : makeFaults(seed, kind, count),
    quotaBytes: kind.isShortOfRoom ? SMALL_QUOTA_BYTES + dice.below(2_000) : null,
    viewers: kind.hasViewers ? dice.below(members) : 0,
    ...(kind.heldFrom === undefined ? {} : { heldFrom: new Dice(seed, 'held').between(...kind.heldFrom) }),
  };
}

function makeDeed(dice: Dice, kind: WorldKind, devices: number): DeedPlan {
  const isHasty = dice.chance(kind.hastyOfTen / 10);
  const device = dice.below(devices);
  return {
    device: kind.isAlone ? 0 : device,
    deed: dice.weighted(pairsOf(kind.deeds)),
    which: dice.below(1_000),
    to: dice.below(1_000),
    name: nameIn(kind, dice.below(1_000)),
    afterSteps: isHasty ? dice.below(60) : 5_000,
    afterMs: (isHasty ? 300 + dice.below(2_000) : dice.below(6_000)) * (kind.isSlow ? SLOW_FACTOR : 1),
  };
}

/** At the same time somebody else does it the other way round. */
function crosswise(plan: DeedPlan): DeedPlan[] {
  return [
    { ...plan, device: 0 },
    { ...plan, device: 1, which: plan.to, to: plan.which },
  ];
}

/** Of few names: the first two of those that people give to files. */
function nameIn({ hasFewNames, hasPlainNames }: WorldKind, number: number): number {
  if (hasPlainNames) return plainNumbers[number % plainNumbers.length] as number;
  return hasFewNames ? number - (number % 8) + (number % 2) : number;
}

/** Of a few names in small letters: four of files, two of folders. */
const plainNumbers = [0, 1, 6, 7];
