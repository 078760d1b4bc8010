import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import { tableShapes } from '@tidesync/server/adapters/database/table-shapes';
import { memoryObjects } from '@tidesync/server/testing/memory-objects';
import { allRows, fillWorld, livePorts, quietWatch } from '@tidesync/server/testing/moving-world';
import type { ServerWorld } from '@tidesync/server/testing/server-world';
import { makeServerWorld } from '@tidesync/server/testing/server-world';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import type { LivePorts } from '@tidesync/server/use-cases/moving/live-source';
import { liveSource } from '@tidesync/server/use-cases/moving/live-source';
import { everythingTarget } from '@tidesync/server/use-cases/moving/live-target';
import { move } from '@tidesync/server/use-cases/moving/move';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';

let database: TidbDatabase;
const worlds: ServerWorld[] = [];
beforeAll(async () => {
  database = await makeTidbDatabase(realServers().tidb.url);
});
afterAll(async () => {
  for (const world of worlds) await world.stop();
  await database.drop();
});

async function newWorld(): Promise<ServerWorld> {
  const world = await makeServerWorld();
  worlds.push(world);
  return world;
}
const moveAll = (from: LivePorts, to: LivePorts) =>
  move({
    source: liveSource(from, { kind: 'everything' }),
    target: everythingTarget(to),
    shapes: tableShapes,
    watch: quietWatch(),
    acceptDamaged: false,
  });

test('[X10] every row comes from SQLite to TiDB and back as it was', async () => {
  const [world, back] = [await newWorld(), await newWorld()];
  await fillWorld(world, 30);
  const store = await openTidbStore({ url: database.url });
  const middle: LivePorts = { ...livePorts(world), store, objectStore: memoryObjects() };
  await moveAll(livePorts(world), middle);
  await moveAll(middle, livePorts(back));
  await store.close();
  expect(await allRows(back)).toEqual(await allRows(world));
  expect(back.objects.keys().toSorted()).toEqual(world.objects.keys().toSorted());
});
