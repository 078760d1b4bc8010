import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allDirty } from '../testing/memory-trees.ts';
import type { Deed } from '../testing/person.ts';
import { happening, perturbation, tree } from '../testing/random-worlds.ts';
import type { WorldOptions } from '../testing/worlds.ts';
import { World } from '../testing/worlds.ts';
import type { Place } from './entry.ts';
import type { EditedTree, TreeEdit } from './order-edits.ts';
import { orderEdits } from './order-edits.ts';
import { isIdle } from './plan.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const CASED = {
  names: ['a', 'A', 'b', 'B', 'c'],
  rules: { caseSensitive: false, formSensitive: true, windowsNames: false },
};

function worldWith(deeds: readonly Deed[], options: WorldOptions): World {
  const world = new World(options);
  for (const deed of deeds) world.deed(0, deed);
  world.settle();
  return world;
}

/** Two devices in step; then a person changes each, and the second one's changes reach the server first. */
function parted(base: readonly Deed[], here: readonly Deed[], there: readonly Deed[]): World {
  const world = worldWith(base, { devices: 2, names: NAMES });
  world.requireEqual();
  for (const deed of there) world.deed(1, deed);
  for (let rounds = 0; rounds < 10; rounds++) world.device(1).round();
  for (const deed of here) world.deed(0, deed);
  return world;
}

describe('one tree, changed on both sides', () => {
  test('[S4] [S5] [S20] rounds lead to equal trees, and nothing that a person wrote is lost', () => {
    return fc.assert(
      fc.property(tree, perturbation, perturbation, (base, here, there) => {
        const world = parted(base, here, there);
        world.settle();
        world.requireEqual();
        world.requireNothingLost();
      }),
      { numRuns: 2_000 },
    );
  });

  test('[S20] an up-to-date plan has no operation that the server refuses, whole or cut anywhere', () => {
    return fc.assert(
      fc.property(tree, perturbation, perturbation, fc.nat({ max: 5 }), (base, here, there, opsMax) => {
        const world = parted(base, here, there);
        const device = world.device(0);
        for (let rounds = 0; rounds < 20; rounds++) device.round({ opsMax: rounds < 5 ? opsMax : 1_000 });
        expect(world.devices.flatMap(({ refused }) => refused)).toEqual([]);
        world.settle();
        world.requireEqual();
        world.requireNothingLost();
      }),
      { numRuns: 1_000 },
    );
  });

  test('[S1] the same trees give the same plan, equal trees an idle one', () => {
    return fc.assert(
      fc.property(tree, perturbation, perturbation, (base, here, there) => {
        const world = parted(base, here, there);
        const device = world.device(0);
        device.catchUp();
        expect(device.plan()).toEqual(device.plan());
        world.settle();
        const plan = device.plan();
        expect(isIdle(plan) && plan.waiting.length === 0 && plan.held.length === 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('[S1] planning what is dirty equals planning everything, in every round', () => {
    return fc.assert(
      fc.property(tree, perturbation, perturbation, (base, here, there) => {
        const device = parted(base, here, there).device(0);
        for (let rounds = 0; rounds < 8; rounds++) {
          device.catchUp();
          const plan = device.plan();
          expect(device.plan(allDirty(device.trees))).toEqual(plan);
          device.act(plan);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('devices that work at the same time', () => {
  const life = fc.array(happening, { maxLength: 40 });

  test.each([2, 3])('[S8] [S11] [S24] %i devices come to equal trees, and nothing is lost', (devices) => {
    return fc.assert(
      fc.property(tree, life, (base, happenings) => {
        const world = worldWith(base, { devices, names: NAMES });
        world.happen(happenings);
        world.settle();
        world.requireEqual();
        world.requireNothingLost();
      }),
      { numRuns: 1_500 },
    );
  });

  test('[S13] on disks that do not tell cases apart only clashing names are held', () => {
    return fc.assert(
      fc.property(tree, life, (base, happenings) => {
        const world = worldWith(base, { devices: 2, ...CASED });
        world.happen(happenings);
        world.settle();
        world.requireEqualButForNames();
        world.requireNothingLost();
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A tree as a list: where entry `i` lies (an earlier entry, or the top) and under which name. */
const shape = fc.array(fc.record({ parent: fc.nat({ max: 20 }), name: fc.constantFrom('a', 'b', 'c') }), {
  minLength: 1,
  maxLength: 9,
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;
const idOf = (index: number) => `e${index}` as EntryId;

function placesOf(entries: Shape, order: readonly number[]): Map<EntryId, Place> {
  const places = new Map<EntryId, Place>();
  const taken = new Set<string>();
  for (const index of order) {
    const one = entries[index];
    if (one === undefined) continue;
    const parents = [TOP, ...places.keys()];
    const parentId = parents[one.parent % parents.length] as EntryId;
    const key = `${parentId}/${one.name}`;
    if (taken.has(key)) continue;
    taken.add(key);
    places.set(idOf(index), { parentId, name: one.name as EntryName });
  }
  return places;
}
const TOP = 'top' as EntryId;

function treeOf(places: ReadonlyMap<EntryId, Place>): EditedTree {
  const at = ({ parentId, name }: Place) =>
    [...places].find(([, place]) => place.parentId === parentId && place.name === name)?.[0] ?? null;
  return {
    topId: TOP,
    placeOf: (id) => places.get(id) ?? null,
    occupant: at,
    children: (folder) => [...places].filter(([, { parentId }]) => parentId === folder).map(([id]) => id),
    foldName: (name) => name,
  };
}

/** Fails where a real tree would. */
function carryOut(places: Map<EntryId, Place>, id: EntryId, to: Place | null): void {
  const children = [...places.values()].filter(({ parentId }) => parentId === id);
  if (to === null) {
    expect(children).toEqual([]);
    places.delete(id);
    return;
  }
  const holder = treeOf(places).occupant(to);
  expect([null, id]).toContain(holder);
  for (let at = to.parentId; at !== TOP; ) {
    expect(at).not.toBe(id);
    const place = places.get(at);
    expect(place, `${at} is there`).toBeDefined();
    at = (place as Place).parentId;
  }
  places.set(id, to);
}

test('[S20] edits from any tree to any other have an order that a tree allows, with none left out', () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  return fc.assert(
    fc.property(shape, shape, order, order, (one, other, oneOrder, otherOrder) => {
      const before = placesOf(one, oneOrder);
      const after = placesOf(other, otherOrder);
      const edits: TreeEdit[] = [...new Set([...before.keys(), ...after.keys()])]
        .map((id) => ({ id, from: before.get(id) ?? null, to: after.get(id) ?? null }))
        .filter(({ from, to }) => from?.parentId !== to?.parentId || from?.name !== to?.name);
      const { ordered, waiting } = orderEdits({ edits, tree: treeOf(before), parkedUntil: 'placed' });
      expect(waiting).toEqual([]);
      const places = new Map(before);
      for (const step of ordered) carryOut(places, step.edit.id, step.do === 'park' ? step.to : step.edit.to);
      expect(new Map([...places].sort())).toEqual(new Map([...after].sort()));
    }),
    { numRuns: 3_000 },
  );
});

test('[S20] a chain of ten thousand renames is ordered without running out of stack', () => {
  const count = 10_000;
  const places = new Map(
    Array.from({ length: count }, (_, n) => [idOf(n), { parentId: TOP, name: `${n}` as EntryName }]),
  );
  const byName = new Map([...places].map(([id, { name }]) => [name, id]));
  const edits = [...places].map(([id, from], n) => ({
    id,
    from,
    to: { ...from, name: `${n + 1}` as EntryName },
  }));
  const tree = { ...treeOf(places), occupant: ({ name }: Place) => byName.get(name) ?? null };
  const { ordered, waiting } = orderEdits({ edits, tree, parkedUntil: 'placed' });
  expect(waiting).toEqual([]);
  expect(ordered.map(({ edit }) => edit.id)).toEqual([...places.keys()].reverse());
});
