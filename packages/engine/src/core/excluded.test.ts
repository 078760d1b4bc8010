import type { EntryId } from '@tidesync/shared/ids';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanRow } from '../testing/plan-rows.ts';
import { planOf } from '../testing/plan-rows.ts';
import { deed, perturbation, tree } from '../testing/random-worlds.ts';
import { file, folder, treesOf } from '../testing/tree-literals.ts';
import { World } from '../testing/worlds.ts';
import { excludedIn } from './excluded.ts';

const base = { p: folder(), 'p/x': folder(), 'p/x/a': file('A'), 'p/b': file('B') };
const [whole, inside] = [
  ['p/x', 'p/x/a'],
  ['p/x/a', 'p/x'],
];

test.each<PlanRow>([
  [
    '[E1] what both sides agree on goes here, contents first, and nothing is said to the server',
    { base, excluded: whole },
    ['here: drop p/x/a', 'here: drop p/x'],
  ],
  [
    '[E1] what is not here does not come',
    { remote: { x: folder('x'), 'x/a': file('A', { id: 'a' }) }, excluded: ['x', 'a'] },
    [],
  ],
  [
    '[E2] an edit here is sent first, and holds its folder',
    { base, local: { ...base, 'p/x/a': file('edited') }, excluded: whole },
    ['there: write p/x/a edited over 1', 'wait p/x'],
  ],
  [
    '[E2] a new file here is sent first',
    { base, local: { ...base, 'p/x/new': file('N') }, excluded: whole },
    ['here: drop p/x/a', 'there: file L:p/x/new at p/x/new N', 'wait p/x'],
  ],
  [
    '[E3] what a person deletes meanwhile is forgotten here, and stays on the server',
    { base, local: { p: folder(), 'p/b': file('B') }, excluded: inside },
    ['here: drop p/x', 'here: drop p/x/a'],
  ],
  [
    '[E3] the folder above, deleted here, comes back with what is left out in it on the server',
    {
      base: { p: folder() },
      local: {},
      remote: { p: folder(), 'p/x': folder('x') },
      excluded: ['x'],
    },
    ['here: folder p at /p'],
  ],
  [
    '[E4] a folder made here under that name is held and not mixed, with all that is in it',
    {
      local: { x: folder('mine'), 'x/n': file('N', { id: 'n' }) },
      remote: { x: folder('theirs') },
      excluded: ['theirs'],
    },
    ['held mine excludedName', 'held n excludedName'],
  ],
  [
    '[E4] so is a file, and what is renamed to it',
    {
      base: { f: file('F') },
      local: { x: file('F', { id: 'f' }) },
      remote: { f: file('F'), x: folder('theirs') },
      excluded: ['theirs'],
    },
    ['held f excludedName'],
  ],
  [
    '[E5] what moves out of it elsewhere comes, and what moves into it goes',
    {
      base: { q: folder(), 'q/b': file('B') },
      remote: { q: folder(), x: folder('x'), 'x/b': file('B', { id: 'q/b' }), 'q/a': file('A', { id: 'a' }) },
      excluded: ['x', 'q/b'],
    },
    ['here: drop q/b', 'fetch a'],
  ],
])('%s', (_rule, situation, plan) => {
  expect(planOf(situation).filter((line) => !line.startsWith('agree'))).toEqual(plan);
});

test('[E1] what lies in an excluded folder, however deep, is excluded; what the server does not have is not', () => {
  const trees = treesOf({ base, local: { ...base, 'p/x/new': file('N') } });
  const isExcluded = excludedIn(trees, new Set(['p/x' as EntryId]));
  const of = (id: string) => isExcluded(id as EntryId);
  expect(['p', 'p/b', 'p/x', 'p/x/a', 'L:p/x/new'].map(of)).toEqual([false, false, true, true, false]);
});

/** Folders of the server as a person of that device would choose them. */
function exclude(world: World, which: number): void {
  const { excluded, trees } = world.device(0);
  const folders = world.server.live().filter(([, { body }]) => body.kind === 'folder');
  const chosen = folders[which % Math.max(1, folders.length)]?.[0];
  if (chosen !== undefined && trees.get(chosen).remote.is === 'present') excluded.add(chosen);
}

const happenedAt = fc.nat({ max: 9 });
const does = <D extends string>(word: D) => fc.record({ does: fc.constant(word), at: happenedAt });
const happening = fc.oneof(
  { arbitrary: fc.record({ does: fc.constant('deed' as const), at: happenedAt, deed }), weight: 5 },
  { arbitrary: does('round' as const), weight: 4 },
  { arbitrary: does('exclude' as const), weight: 1 },
  { arbitrary: does('include' as const), weight: 1 },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function happen(world: World, one: Happening): void {
  const { excluded } = world.device(0);
  if (one.does === 'deed') world.deed(one.at, one.deed);
  else if (one.does === 'round') world.device(one.at).round();
  else if (one.does === 'exclude') exclude(world, one.at);
  else excluded.delete([...excluded][one.at] as EntryId);
}

describe('on any trees', () => {
  const life = fc.array(happening, { maxLength: 30 });

  test('[E1] [E2] [E6] nothing is lost, and once all is included both devices are equal', () => {
    return fc.assert(
      fc.property(tree, perturbation, life, (first, more, happenings) => {
        const world = new World({ devices: 2, names: ['a', 'b', 'c', 'd'] });
        const device = world.device(0);
        for (const one of [...first, ...more]) world.deed(0, one);
        world.settle();
        for (const one of happenings) happen(world, one);
        world.settle();
        requireKept(world);
        requireAway(world);
        device.excluded.clear();
        world.settle();
        world.requireEqual();
        world.requireNothingLost();
      }),
      { numRuns: 1_500 },
    );
  });
});

/** On the server, or here under a name that is held. */
function requireKept({ server, devices, ledger }: World): void {
  const states = [
    ...server.live().map(([, state]) => state),
    ...devices.flatMap(({ trees }) => trees.ids().map((id) => trees.get(id).local)),
  ];
  const kept = states.map(
    (state) => state.is === 'present' && state.body.kind === 'file' && state.body.contentId,
  );
  expect(kept).toEqual(expect.arrayContaining(ledger.owed()));
}

/** What is left out is not here; what is here beside, under its name, is held. */
function requireAway(world: World): void {
  const { trees, excluded } = world.device(0);
  const isExcluded = excludedIn(trees, excluded);
  const { held } = world.device(0).plan();
  for (const id of trees.ids()) {
    if (!isExcluded(id)) continue;
    const isHeldBelow = held.some(({ trouble }) => trouble.code === 'excludedName');
    expect(trees.get(id).local.is === 'absent' || isHeldBelow, `${id} is away`).toBe(true);
  }
}
