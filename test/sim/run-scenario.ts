import { isIdle } from '@tidesync/engine/core/plan';
import type { TroubleCode } from '@tidesync/engine/core/trouble';
import { AskingPerson } from './asking-person.ts';
import { hashOf } from './dice.ts';
import { checkAtEnd } from './final-checks.ts';
import { forgetAtRest } from './forgetting.ts';
import { isOfTheGone } from './gate.ts';
import { checkHasLeft, leftOutOf } from './left-out.ts';
import { untoldOf } from './refusals.ts';
import type { Deed, Fault, Scenario } from './scenario.ts';
import { differences, diskTree, headSeqOf, serverTree } from './server-tree.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';
import { World } from './world.ts';

/** A world that does more than this moves without end. */
const STEPS_MAX = 25_000;
/** In which everything comes to rest once nothing goes wrong any more: a full scan lies within. */
const REST_WITHIN_MS = 40 * 60_000;
/** The same where no full scan is needed for it: nobody told the engine less than there was. */
const REST_SOON_MS = 11 * 60_000;
/** The same where nothing fails: below the time after which an engine asks without being told. */
const REST_AT_ONCE_MS = 60_000;
/** In which what was left out has left the disk. */
const LEAVING_MS = 12 * 60_000;
/** How often it is looked whether all are at rest and equal. */
const LOOK_EVERY_MS = 500;

export interface Outcome {
  readonly seed: number;
  readonly steps: number;
  /** Equal for two runs only if they were the same, step by step. */
  readonly traceHash: string;
  /** Of the world, in milliseconds. */
  readonly lastedMs: number;
  readonly violation: { readonly rule: string; readonly message: string } | null;
  readonly trace: readonly string[];
}

/** Runs a world from its beginning to its rest. Everything that comes of it is a function of the scenario. */
export async function runScenario(scenario: Scenario): Promise<Outcome> {
  const world = await World.open(scenario);
  const onBug = (error: unknown) => {
    if (!isOfTheGone(error)) world.break(error);
  };
  process.on('unhandledRejection', onBug);
  let violation: Outcome['violation'] = null;
  try {
    await live(world);
  } catch (error) {
    violation = violationOf(error);
  } finally {
    process.off('unhandledRejection', onBug);
    world.close();
  }
  const { steps, traceHash, nowMs, trace } = world.scheduler;
  return { seed: scenario.seed, steps, traceHash, lastedMs: nowMs, violation, trace };
}

async function live(world: World): Promise<void> {
  const { scheduler } = world;
  world.begin();
  while (world.peopleAtWork > 0) await step(world);
  await checkRefusals(world);
  world.heal();
  await untilAtRest(world);
  if (world.scenario.deeds.some(({ deed }) => deed === 'leaveOut')) await takeAllIn(world);
  await forgetAtRest(world, () => untilAtRest(world));
  await checkAtEnd(world);
  for (const { shelf } of world.devices) shelf.checkTrees();
  scheduler.note('-- the end');
}

/** E1 and E6: what is left out leaves the disk after a while, and comes back whole. */
async function takeAllIn(world: World): Promise<void> {
  const { scheduler } = world;
  const untilMs = scheduler.nowMs + LEAVING_MS;
  while (scheduler.nowMs < untilMs) await step(world);
  await untilAtRest(world);
  for (const device of world.devices) await checkHasLeft(device);
  scheduler.note('-- everything is taken in again');
  for (const device of world.devices) await new AskingPerson(device).takeAllIn();
  await untilAtRest(world);
}

/** S27: while the policy holds, all that is here alone is told; nothing of it is undone. */
async function checkRefusals(world: World): Promise<void> {
  const { scenario, scheduler, devices } = world;
  if (!scenario.faults.some(({ kind }) => kind === 'policy')) return;
  world.calm();
  const untilMs = scheduler.nowMs + REST_WITHIN_MS;
  let untold: string[] = [];
  for (let nextLookMs = 0; scheduler.nowMs < untilMs; ) {
    await step(world);
    if (scheduler.nowMs < nextLookMs) continue;
    world.sayYes();
    untold = (await Promise.all(devices.map((device) => untoldOf(world, device)))).flat();
    if (untold.length === 0) return;
    nextLookMs = scheduler.nowMs + LOOK_EVERY_MS;
  }
  throw new Violation('S27', ['is here alone, and nothing says why:', ...untold].join('\n  '));
}

async function step(world: World): Promise<void> {
  const { scheduler } = world;
  await world.settled();
  if (scheduler.steps > STEPS_MAX)
    throw new Violation('I12', `the world still moves after ${STEPS_MAX} steps`);
  if (!(await scheduler.next())) throw new Violation('I12', 'nothing moves any more, and nothing is at rest');
  await world.sight.look(world.devices, scheduler.nowMs);
}

/** An edit elsewhere may have outlived that people tidied up; and what is ignored is not at rest. */
function tidyAgain(world: World): void {
  if (world.devices.every(({ root }) => root?.idle === true)) world.tidy();
}

/** I2 and I22. */
async function untilAtRest(world: World): Promise<void> {
  const { scheduler } = world;
  const isCalm = world.scenario.faults.length === 0;
  const restWithinMs = mayMissSomething(world) ? REST_WITHIN_MS : isCalm ? REST_AT_ONCE_MS : REST_SOON_MS;
  let untilMs = scheduler.nowMs + restWithinMs;
  let nextLookMs = 0;
  while (scheduler.nowMs < untilMs) {
    await step(world);
    if (scheduler.nowMs < nextLookMs) continue;
    if (world.scenario.heldFrom === undefined) world.sayYes();
    else if (await judgeAnyHeld(world)) untilMs = scheduler.nowMs + restWithinMs;
    if (world.devices.every((device) => isAtRest(world, device))) {
      if ((await allDifferences(world)).length === 0) return;
    }
    tidyAgain(world);
    nextLookMs = scheduler.nowMs + LOOK_EVERY_MS;
  }
  const differ = await allDifferences(world);
  const states = world.devices.map((device) => stateOf(world, device));
  throw new Violation(
    'I2',
    [`not at rest and equal after ${restWithinMs} ms:`, ...differ, ...states].join('\n  '),
  );
}

/** People answer for what waits once nothing else is to be done. Whether anybody did: then all of it begins anew. */
async function judgeAnyHeld({ scenario, devices }: World): Promise<boolean> {
  let isAnswered = false;
  for (const device of devices) {
    if (!device.root?.idle || device.root.batches.held === null) continue;
    const isYes = hashOf(scenario.seed, `${device.name} yes`) % 2 === 0;
    await new AskingPerson(device).judgeAll(isYes);
    isAnswered = true;
  }
  return isAnswered;
}

/** Faults by which an engine does not hear of something, or tries again only after a long while. */
const hidden = new Set<Fault['kind']>([
  'hint',
  'root',
  'unlistable',
  'disk',
  'crash',
  'clock',
  'jobs',
  'quit',
  'journal',
  'mount',
]);
/** Nothing tells of a file that is written through another name of it, in another folder. */
const mayBeUnseen = new Set<Deed>(['ignore', 'shut', 'link']);
function mayMissSomething({ scenario }: World): boolean {
  return (
    scenario.quotaBytes !== null ||
    scenario.viewers > 0 ||
    scenario.faults.some(({ kind }) => hidden.has(kind)) ||
    scenario.deeds.some(({ deed }) => mayBeUnseen.has(deed))
  );
}

function isAtRest(world: World, device: SimDevice): boolean {
  const { root, journal } = device;
  if (root === null || !root.idle || root.halt !== null || root.offline !== null || root.jobs.count > 0)
    return false;
  const { lastPlan } = root;
  if (lastPlan === null || !isIdle(lastPlan) || journal.sent() !== null) return false;
  const troubles = journal.troubles();
  if (!troubles.every(({ trouble }) => mayLast.has(trouble.code))) return false;
  // What this disk cannot hold waits for ever, and whatever wants its place with it.
  if (troubles.length === 0 && (root.unsettled > 0 || journal.countEntries().dirty > 0)) return false;
  return world.isCurrent(device);
}

/** A name that the disk cannot hold, or not beside another one; and what a person is asked about. */
const mayLast = new Set<TroubleCode>(['badName', 'nameClash', 'damaged', 'excludedName']);

async function allDifferences({ devices, server }: World): Promise<string[]> {
  const found: string[] = [];
  for (const device of devices) {
    const there = serverTree(server.database, device.record.libraryId);
    const isLeftOut = leftOutOf(device, server.database);
    for (const line of differences(device, { here: await diskTree(device), there, isLeftOut }))
      found.push(`${device.name} ${line}`);
  }
  return found;
}

function stateOf({ server }: World, { name, root, journal, record }: SimDevice): string {
  if (root === null) return `${name} does not run`;
  const { idle, halt, offline, lastPlan: plan, jobs } = root;
  const seqs = {
    cursor: journal.cursor()?.split('.')[1],
    head: headSeqOf(server.database, record.libraryId),
  };
  const rest = { troubles: journal.troubles(), counts: journal.countEntries(), plan, ...seqs };
  return `${name} ${JSON.stringify({ idle, halt, offline, jobs: jobs.count, ...rest })}`;
}

function violationOf(error: unknown): { rule: string; message: string } {
  if (error instanceof Violation) return { rule: error.rule, message: error.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { rule: 'bug', message: `bug: a program failed: ${text}` };
}
