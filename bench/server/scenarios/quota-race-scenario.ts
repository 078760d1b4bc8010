import { randomUUID } from 'node:crypto';
import type { LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { ASKED_AGAIN, connectDevice } from '../clients/connected-device.ts';
import { partsOf, usedBytesOf } from '../clients/stored-parts.ts';
import type { Uploaded, UploadInput } from '../clients/upload-task.ts';
import type { Check } from '../figures.ts';
import { check, number, same, times } from '../figures.ts';
import type { Scale } from '../scale.ts';
import { measure } from '../world/measure.ts';
import type { SeededAccount } from '../world/seeds.ts';
import type { World } from '../world/world.ts';
import { firstDevice } from '../world/world.ts';
import type { Looks } from './quota-watch.ts';
import { whileWatchingQuota } from './quota-watch.ts';
import type { Scenario } from './scenario.ts';
import { filesOf } from './transfers.ts';

const MB = 1_000_000;
const FILLED_BYTES = 4 * MB;
const FREE_BYTES = 1 * MB;
/** For what the server keeps beside the files to know what they are made of; less than any file here. */
const BESIDE_BYTES = 10_000;
const LIMIT_BYTES = FILLED_BYTES + FREE_BYTES + BESIDE_BYTES;

interface Race {
  readonly owner: SeededAccount;
  readonly libraryId: LibraryId;
  /** What was there before, and what was tried. */
  readonly files: readonly Uploaded[];
  readonly looks: Looks;
  /** How often the server said that it had too much to do. */
  readonly askedAgain: number;
}

/** Members of one library, whose owner pays and has one megabyte left. */
export const quotaRaceScenario: Scenario = {
  name: 'quota-race',
  title: ({ racers, races, raceFileBytes }) =>
    `${races} × ${racers} users racing the last free megabyte of one account with ${raceFileBytes / 1_000} kB each`,
  async run(world, scale) {
    const members = await world.seeds.accounts(scale.racers, { limitBytes: 0, devices: 1 });
    const owners = await world.seeds.accounts(scale.races, { limitBytes: LIMIT_BYTES, devices: 1 });
    const courses: Course[] = [];
    for (const owner of owners) {
      const libraryId = await world.seeds.library(owner, members);
      courses.push({ owner, libraryId, before: await fill(world, owner, libraryId) });
    }
    const { value: races, ...measured } = await measure(world, async () => {
      const run: Race[] = [];
      for (const course of courses) run.push(await race(world, { ...course, members }, scale));
      return run;
    });
    const tried = races.flatMap(({ files }) => files.slice(1));
    const msOf = (is: Uploaded['is']) =>
      tried.filter((file) => file.is === is).map(({ beganMs, endedMs }) => endedMs - beganMs);
    const askedAgain = races.reduce((sum, one) => sum + one.askedAgain, 0);
    const looks = races.reduce((sum, one) => sum + one.looks.count, 0);
    const checks: Check[] = [];
    for (const one of races) checks.push(...(await checksOf(world, one, scale)));
    return {
      figures: [
        times('stored', msOf('committed')),
        times('refused', msOf('refused')),
        number('asked again, the server being busy', askedAgain, 'times'),
        number('looks at the quota meanwhile', looks, ''),
        number('highest ever seen of the limit', highestOf(races) / LIMIT_BYTES, '×'),
      ],
      checks,
      measured,
      units: { what: 'try', count: tried.length },
      contentBytes: msOf('committed').length * scale.raceFileBytes,
    };
  },
};

const highestOf = (races: readonly Race[]) => Math.max(...races.map(({ looks }) => looks.highestBytes));

interface Course {
  readonly owner: SeededAccount;
  readonly libraryId: LibraryId;
  readonly before: Uploaded;
}

async function fill(world: World, owner: SeededAccount, libraryId: LibraryId): Promise<Uploaded> {
  const file = { name: 'before', seed: randomUUID(), sizeBytes: FILLED_BYTES };
  const input = { device: firstDevice(world, owner, 0), libraryId, files: [file] };
  const [uploaded] = filesOf(await (await world.clients.prepare('upload', [input])).go());
  if (uploaded?.is !== 'committed') throw new Error('what is there before the race did not fit');
  return uploaded;
}

async function race(
  world: World,
  { owner, libraryId, before, members }: Course & { readonly members: readonly SeededAccount[] },
  { raceFileBytes }: Scale,
): Promise<Race> {
  const inputs = members.map((member, n): UploadInput => {
    const files = [{ name: `of member ${n}`, seed: randomUUID(), sizeBytes: raceFileBytes }];
    return { device: firstDevice(world, member, n), libraryId, files };
  });
  const prepared = await world.clients.prepare('upload', inputs);
  const { value: outputs, looks } = await whileWatchingQuota(world, owner, () => prepared.go());
  const askedAgain = outputs.reduce((sum, { times: calls }) => sum + (calls[ASKED_AGAIN]?.length ?? 0), 0);
  return { owner, libraryId, files: [before, ...filesOf(outputs)], looks, askedAgain };
}

async function checksOf(world: World, race: Race, { raceFileBytes }: Scale): Promise<Check[]> {
  const { server } = connectDevice(firstDevice(world, race.owner, 0));
  const quota = await server.quota();
  const committed = race.files.filter((file) => file.is === 'committed');
  const refusals = race.files.filter((file) => file.is === 'refused');
  const reasons = new Set(refusals.map((file) => (file.is === 'refused' ? file.problem.reason : '')));
  return [
    check(
      'never over the limit at any look',
      race.looks.highestBytes <= LIMIT_BYTES && race.looks.count > 0,
      `${race.looks.highestBytes} of ${LIMIT_BYTES} at the highest of ${race.looks.count} looks`,
    ),
    same('as many as fit were stored', committed.length - 1, Math.floor(FREE_BYTES / raceFileBytes)),
    check(
      'all others were refused for the quota',
      [...reasons].every((reason) => reason === 'quotaExceeded'),
      [...reasons],
    ),
    same(
      'used is the sum of what was committed',
      quota.usedBytes,
      committed.reduce((sum, file) => sum + usedBytesOf(file), 0),
    ),
    same('used is the sum of what is stored', quota.usedBytes, await storedBytes(world, race)),
    same('nothing is held any more', quota.reservedBytes, 0),
  ];
}

/** By where the server says chunks lie, of winners and losers alike. */
async function storedBytes(world: World, { owner, libraryId, files }: Race): Promise<number> {
  const { server } = connectDevice(firstDevice(world, owner, 0));
  const ids = files.flatMap(({ chunks }) => [...chunks, ...partsOf(chunks)].map(({ id }) => id));
  let bytes = 0;
  for (let at = 0; at < ids.length; at += limits.chunksPerLocateCallMax) {
    const page = ids.slice(at, at + limits.chunksPerLocateCallMax);
    for (const { storedBytes: one } of await server.locate(libraryId, page)) bytes += one;
  }
  return bytes;
}
