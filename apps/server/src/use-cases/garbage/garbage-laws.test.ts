import { limits } from '@tidesync/shared/limits';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CollectStep, Step } from '../../testing/garbage-story.ts';
import { FILES, GarbageStory, PEOPLE } from '../../testing/garbage-story.ts';
import { DAY_MS, driftsOf } from '../../testing/garbage-world.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { makeServerWorld } from '../../testing/server-world.ts';
import { CONTENT_COUNT } from '../../testing/shared-contents.ts';

/** TiDB takes milliseconds for what SQLite does in microseconds. */
const RUNS = process.env.TIDESYNC_TEST_STORE === 'tidb' ? 5 : 15;
/** From the last delete on: a day of trash and versions, the graces of content, chunks and objects, and some more. */
const DAYS_UNTIL_ALL_IS_GONE = 30;

let world: ServerWorld;
beforeAll(async () => {
  world = await makeServerWorld();
});
afterAll(() => world.stop());

const CLEAN: CollectStep = { do: 'collect', between: [], crash: null, dryRun: false };
const person = fc.nat(PEOPLE - 1);
const content = fc.nat(CONTENT_COUNT - 1);
const file = fc.nat(FILES - 1);
const back = fc.nat(3);
const is = <T extends string>(...names: readonly T[]) => fc.constantFrom(...names);
// Less than an upload lives, all together.
const meanwhile = fc.record({ at: fc.nat(3), hours: fc.integer({ min: 1, max: 23 }), collects: fc.nat(3) });
const plain: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: is('put'), person, content, file, meanwhile }) },
  { weight: 2, arbitrary: fc.record({ do: is('stage', 'sendPart'), person, content }) },
  { weight: 4, arbitrary: fc.record({ do: is('commitStaged', 'delete', 'move', 'restore'), file }) },
  { weight: 2, arbitrary: fc.record({ do: is('restoreVersion', 'undo'), file, back }) },
  { weight: 4, arbitrary: fc.record({ do: is('wait'), hours: fc.constantFrom(1, 20, 30, 80, 200) }) },
  { weight: 2, arbitrary: fc.record({ do: is('expire', 'verify') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is('keep'),
      versions: fc.integer({ min: 1, max: 8 }),
      trash: fc.integer({ min: 1, max: 8 }),
    }),
  },
);
const crash = fc.record({ call: fc.nat(6), when: is('before', 'after') });
const collect: fc.Arbitrary<CollectStep> = fc.record({
  do: is('collect'),
  between: fc.array(plain, { maxLength: 6 }),
  crash: fc.option(crash, { freq: 3 }),
  dryRun: fc.boolean(),
});
const expire: Step = { do: 'expire' };
const wait = (hours: number): Step => ({ do: 'wait', hours });
/** What was sent and never named by a file is due, and somebody uploads it while a collection is about to free it. */
const ripe: fc.Arbitrary<Step[]> = fc
  .record({ person, content, file, meanwhile, at: fc.nat(12), doesStage: fc.boolean() })
  .map(({ at, doesStage, ...put }) => [
    { do: doesStage ? 'stage' : 'sendPart', person: put.person, content: put.content },
    ...[wait(200), expire, CLEAN, wait(200), expire, CLEAN, wait(80)],
    { ...CLEAN, between: [...Array<Step>(at).fill(expire), { do: 'put', ...put }] },
  ]);
const one = (step: fc.Arbitrary<Step>) => step.map((alone): Step[] => [alone]);
const steps = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: one(plain) },
      { weight: 3, arbitrary: one(collect) },
      { weight: 1, arbitrary: ripe },
    ),
    { minLength: 10, maxLength: 30 },
  )
  .map((parts) => parts.flat());

test('[G5] [G6] [G10] whatever happens, in whatever order and at once: what can be seen can be read', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const story = await GarbageStory.begin(world);
      for (const step of history) {
        await story.take(step);
        await story.check();
      }
      await endOf(story);
    }),
    { numRuns: RUNS, endOnFailure: process.env.TIDESYNC_TEST_STORE === 'tidb' },
  );
}, 600_000);

/** Whatever was, what nothing needs goes in the end, and nobody pays for it. */
async function endOf(story: GarbageStory): Promise<void> {
  await story.take({ do: 'keep', versions: 1, trash: 1 });
  await passDays(story, DAYS_UNTIL_ALL_IS_GONE);
  await story.check();
  const live = await story.liveChunks();
  expect(await driftsOf(world)).toEqual([]);
  const stored = await story.stored();
  expect(stored.locations, 'what lives is stored').toBeGreaterThanOrEqual(live.size);
  for (let file = 0; file < FILES; file++) await story.take({ do: 'delete', file });
  await passDays(story, DAYS_UNTIL_ALL_IS_GONE);
  expect(await story.stored()).toEqual({ usedBytes: 0, objects: 0, packs: 0, locations: 0, contents: 0 });
  expect(await driftsOf(world)).toEqual([]);
}

async function passDays(story: GarbageStory, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    world.advance(DAY_MS);
    await story.take({ do: 'expire' });
    await story.take(CLEAN);
  }
}

/** Turns and transactions of a collection before it has freed what there is in such a library. */
const TURNS = 8;
/** When each part of an upload happens: before the n-th of them, the commit at once or in the end. */
const times = Array.from({ length: TURNS }, (_, asks) =>
  Array.from({ length: TURNS - asks }, (_, after) => asks + after).flatMap((stages) => [
    { asks, stages, commits: stages },
    { asks, stages, commits: TURNS + 3 },
  ]),
).flat();
/** What was left behind, and after how many days each a collection came by, up to the last one. */
const leftovers = [
  { left: 'sendPart', what: 'a chunk that is due', pauses: [8, 4] },
  { left: 'stage', what: 'a content whose record is gone and whose chunk is due', pauses: [4, 4, 4] },
  { left: 'stage', what: 'a content whose record goes now', pauses: [4] },
] as const;

describe.each(leftovers)('[G5] [G6] of $what', ({ left, pauses }) => {
  test('an upload loses nothing to a collection, whichever step of one comes between which of the other', async () => {
    for (const { asks, stages, commits } of times) {
      const story = await GarbageStory.begin(world);
      await story.take({ do: left, person: 0, content: 0 });
      for (const [index, pause] of pauses.entries()) {
        world.advance(pause * DAY_MS);
        await story.take(expire);
        if (index < pauses.length - 1) await story.take(CLEAN);
      }
      await story.collectDuring({ content: 0, asks, stages, commits });
      await story.take(CLEAN);
      await story.check();
      expect(await story.liveChunks()).toHaveProperty('size', 1);
    }
    expect(await driftsOf(world)).toEqual([]);
  }, 300_000);
});

test('[G6] the graces are longer than what they wait for', () => {
  expect(limits.condemnedLifeMs).toBeGreaterThan(limits.uploadLifeMs + limits.signedGetLifeMs);
  expect(limits.stagedLifeMs).toBeGreaterThan(limits.uploadLifeMs);
});
