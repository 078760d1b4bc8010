import { expect, test } from 'vitest';
import { BareDevice, untilItRings } from '../support/bare-device.ts';
import { Cluster } from '../support/cluster.ts';
import { use } from '../support/use-world.ts';
import { OWNER, World } from '../support/world.ts';

const env = { NATS_URL: null, NATS_SUBJECT_PREFIX: null };
const world = use(new World((top) => Cluster.prepare(top, { env })));

test('[W21] servers without NATS ring for each other all the same', async () => {
  const [one, two] = world.server.servers;
  const [desk, phone] = [await BareDevice.signIn(one.url, OWNER), await BareDevice.signIn(two.url, OWNER)];
  const libraryId = await desk.makeLibrary();
  // Nothing rings here by itself but what its server finds.
  const stream = await phone.watch();
  await untilItRings(stream, libraryId, 0);
  for (let headSeq = 1; headSeq <= 3; headSeq++) {
    await desk.makeFolder(libraryId, `folder ${headSeq}`);
    await untilItRings(stream, libraryId, headSeq);
  }
  stream.close();
  expect((await fetch(`${one.url}/health/detailed`)).status).toBe(200);
});
