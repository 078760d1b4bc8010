import * as fc from 'fast-check';
import type { Deed } from './person.ts';
import type { Happening } from './worlds.ts';

const number = fc.nat({ max: 23 });

export const deed: fc.Arbitrary<Deed> = fc.record({
  deed: fc.constantFrom<Deed['deed'][]>(
    'makeFile',
    'makeFile',
    'makeFolder',
    'makeFolder',
    'makeSymlink',
    'edit',
    'edit',
    'remove',
    'move',
    'move',
    'move',
    'rename',
    'swap',
    'swap',
    'chmod',
    'touch',
    'replace',
  ),
  which: number,
  where: number,
  name: number,
});

/** What makes a first tree: things are only made and moved about. */
export const makingDeed: fc.Arbitrary<Deed> = fc.record({
  deed: fc.constantFrom<Deed['deed'][]>('makeFile', 'makeFolder', 'makeFolder', 'makeSymlink'),
  which: number,
  where: number,
  name: number,
});

const at = fc.nat({ max: 5 });
const deedHappens = fc.record({ at, does: fc.constant('deed' as const), deed });
const roundHappens = fc.record({
  at,
  does: fc.constant('round' as const),
  opsMax: fc.oneof(fc.constant(1_000), fc.nat({ max: 4 })),
  answerLost: fc.boolean(),
  frozenEvery: fc.oneof(fc.constant(0), fc.nat({ max: 3 })),
});
const planHappens = fc.record({ at, does: fc.constantFrom('plan' as const, 'act' as const) });

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { arbitrary: deedHappens, weight: 6 },
  { arbitrary: roundHappens, weight: 3 },
  { arbitrary: planHappens, weight: 2 },
);

export const tree = fc.array(makingDeed, { maxLength: 12 });
export const perturbation = fc.array(deed, { maxLength: 8 });
