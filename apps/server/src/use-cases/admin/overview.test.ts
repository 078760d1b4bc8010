import { topFolderOf } from '@tidesync/shared/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../testing/garbage-world.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { freshEntryId, freshId, freshOpId, makeServerWorld, uploadText } from '../../testing/server-world.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { listAllLibraries } from './libraries-of-all.ts';
import { measureInstallation } from './measure-installation.ts';
import { readOverview } from './overview.ts';
import { readStorage } from './storage.ts';

const HOUR_MS = 3_600_000;
const root = { admin: true };

let world: ServerWorld;
beforeEach(async () => {
  world = await makeServerWorld();
});
afterEach(() => world.stop());

const sample = (name: string, value: number, serverId: string) => {
  const hourMs = Math.floor(world.ports.clock.nowMs() / HOUR_MS) * HOUR_MS;
  return world.ports.store.transact((tx) => tx.admin.setSamples([{ hourMs, name, value, serverId }]));
};

test('points add up what all servers did, and say what there was', async () => {
  const [one, other] = [freshId(), freshId()];
  await sample('uploadedBytes', 5, one);
  await sample('uploadedBytes', 7, one); // the same server, later in the hour
  await sample('uploadedBytes', 100, other);
  await sample('failed:collect-garbage', 1, other);
  world.advance(HOUR_MS);
  await sample('requests', 3, other);
  await measureInstallation(world.ports);
  const { points } = await readOverview(world.ports, root, { hours: 48 });
  expect(points).toMatchObject([
    { uploadedBytes: 107, requests: 0, storedBytes: null },
    { uploadedBytes: 0, requests: 3, storedBytes: 0, activeDevices: 0, liveBytes: null },
  ]);
  expect((await readOverview(world.ports, root, { hours: 1 })).points).toHaveLength(1);
  // What is older than is ever shown is forgotten.
  world.advance(91 * 24 * HOUR_MS);
  await measureInstallation(world.ports);
  expect(await world.ports.store.read.admin.samples(0)).toHaveLength(3);
});

test('jobs that no server does any more are told', async () => {
  const nowMs = world.ports.clock.nowMs();
  const lease = { name: 'expire-uploads', holder: freshId<string>(), latestMs: nowMs };
  await world.ports.store.transact((tx) => tx.leases.take({ ...lease, nowMs, untilMs: nowMs + 60_000 }));
  const jobs = async () => (await readOverview(world.ports, root, { hours: 1 })).jobs;
  expect(await jobs()).toMatchObject([{ job: 'expire-uploads', runs: 1, overdue: false, doneInDay: 0 }]);
  await sample('done:expire-uploads', 4, freshId());
  world.advance(HOUR_MS);
  expect(await jobs()).toMatchObject([{ overdue: true, doneInDay: 4, failedInDay: 0 }]);
});

test('what is stored is told as people see it, and as it is stored', async () => {
  const ann = await world.addAccount('ann@example.org');
  const libraryId = await world.addLibrary(ann);
  const file = async (name: string, text: string) => {
    const contentId = await uploadText(world, ann, { libraryId, text });
    const op = makeOp.file(freshEntryId(), { parentId: topFolderOf(libraryId), name, contentId });
    const { results } = await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops: [op] });
    return (results[0] as Extract<(typeof results)[number], { result: 'applied' }>).state;
  };
  await file('a', 'twice');
  await file('b', 'twice');
  const gone = await file('c', 'gone!!');
  const ops = [makeOp.remove(gone)];
  await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
  await collect(world);
  const usage = {
    ...{ liveFiles: 2, liveBytes: 10, trashFiles: 1, trashBytes: 6 },
    ...{ chunks: 2, chunkBytes: 11, historyBytes: 6, condemnedChunks: 0, packs: 2, emptyPacks: 0 },
  };
  expect(await readStorage(world.ports, root)).toMatchObject({ usage, librariesMeasured: 1 });
  const { libraries } = await listAllLibraries(world.ports, root, { pageToken: null, limit: 10 });
  expect(libraries).toMatchObject([{ storedBytes: 11, usage }]);
  expect(await readOverview(world.ports, root, { hours: 1 })).toMatchObject({
    ...{ storedBytes: 11, liveBytes: 10, users: 1, libraries: 1 },
  });
});
